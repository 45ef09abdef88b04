/* SPDX-License-Identifier: MIT */
/* Compiled programs: each file of tests/golden/prog beside its .expect
 * (UPDATE=1 writes those anew), and what no text of a program shows. */
#include "golden.h"
#include "lang_fix.h"
#include "prog_text.h"

#include <glob.h>
#include <stdio.h>
#include <unistd.h>

static void check_file(const char *path)
{
	struct fix f;
	buf_auto out = { 0 };
	char name[200];

	fix_open(&f, ".");
	fix_claim(&f, "refer", "yes");
	fix_claim(&f, "follow-3xx", "uri");
	fix_load(&f, path);
	diag_print(&f.ds, &out);
	for (size_t i = 0; i < f.progs.n; i++)
		prog_text(f.progs.list[i], &out);
	snprintf(name, sizeof(name), "prog/%.*s.expect",
		 (int)(strlen(path) - strlen(".ladder")), path);
	golden_check(name, &out);
	fix_close(&f);
}

static void test_files(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(chdir(GOLDEN "/prog"), 0);
	assert_int_equal(glob("*.ladder", 0, NULL, &files), 0);
	assert_true(files.gl_pathc >= 16);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_file(files.gl_pathv[i]);
	globfree(&files);
}

/* ---- what pointers say ---- */

#define HEAD "ladder 1\ntitle \"x\"\nparty alice\nparty bob\n"

static const struct op *op_at(const struct fix *f, size_t row, unsigned id)
{
	assert_true(row < f->progs.n);
	assert_true(id < f->progs.list[row]->nops);
	return f->progs.list[row]->ops[id];
}

/* A label made in branches is one label, and so is the dialog. */
static void test_names_of_branches(void **state)
{
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, HEAD "test\n"
				      "either\n"
				      "F1 dut -> bob INVITE as k1 reply 200\n"
				      "or\n"
				      "F1 dut -> bob OPTIONS as k1 reply 200\n"
				      "end\n"
				      "bob -> dut BYE on k1\n"));
	assert_int_equal(f.progs.n, 1);
	assert_int_equal(f.progs.list[0]->nlabels, 1);
	assert_int_equal(f.progs.list[0]->ndialogs, 1);
	assert_ptr_equal(op_at(&f, 0, 1)->label, op_at(&f, 0, 2)->label);
	assert_ptr_equal(op_at(&f, 0, 1)->line.expect.match.as,
			 op_at(&f, 0, 2)->line.expect.match.as);
	assert_ptr_equal(op_at(&f, 0, 3)->send.make.on,
			 op_at(&f, 0, 2)->line.expect.match.as);
	fix_close(&f);
}

/* Ids are in document order; each op knows its block and its place in it. */
static void test_places(void **state)
{
	const struct op *any, *inner;
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, HEAD "test\nwait 1s\n"
				      "any order\nwait 2s\nwait 3s\nand\n"
				      "wait 4s\nend\nwait 5s\n"));
	any = op_at(&f, 0, 1);
	inner = op_at(&f, 0, 3);
	assert_int_equal(any->kind, OP_ANY);
	assert_int_equal(any->place, 1);
	assert_ptr_equal(inner->in, &any->any.strands[0]);
	assert_int_equal(inner->place, 1);
	assert_ptr_equal(inner->in->owner, any);
	assert_ptr_equal(op_at(&f, 0, 5)->in, &f.progs.list[0]->test);
	assert_int_equal(op_at(&f, 0, 5)->place, 2);
	for (unsigned i = 0; i < f.progs.list[0]->nops; i++)
		assert_int_equal(op_at(&f, 0, i)->id, i);
	fix_close(&f);
}

/* A row shares nothing with the next; its name is its first value. */
static void test_rows(void **state)
{
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, HEAD "for case t\na 1s\nb 2s\nend\n"
				      "setup\nwait {t}\ntest\nwait 3s\n"));
	assert_int_equal(f.progs.n, 2);
	assert_true(str_ends(f.progs.list[0]->id, "#a"));
	assert_true(str_ends(f.progs.list[1]->id, "#b"));
	assert_true(op_at(&f, 0, 0)->wait.lo == 1 * NS_S);
	assert_true(op_at(&f, 1, 0)->wait.lo == 2 * NS_S);
	assert_int_equal(op_at(&f, 1, 0)->phase, PHASE_SETUP);
	assert_int_equal(op_at(&f, 1, 1)->phase, PHASE_TEST);
	assert_ptr_not_equal(f.progs.list[0]->parties,
			     f.progs.list[1]->parties);
	fix_close(&f);
}

/* -v NAME=VALUE wins over the file. */
static void test_params(void **state)
{
	static const struct fact given = { { "t", 1 }, { "7s", 2 } };
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	f.env.params = &given;
	f.env.nparams = 1;
	assert_true(fix_text(&f, HEAD "param t = 1s\ntest\nwait {t}\n"));
	assert_true(op_at(&f, 0, 0)->wait.lo == 7 * NS_S);
	fix_close(&f);
}

/* A part of "when" that is not taken leaves nothing, not even names, and is
 * checked all the same. */
static void test_when(void **state)
{
	static const char text[] = HEAD "test\n"
					"when role=b2bua\n"
					"F1 alice -> dut INVITE as a1\n"
					"dut -> alice 200 for F1\n"
					"else\n"
					"wait 1s\n"
					"end\n";
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, text));
	assert_int_equal(f.progs.list[0]->nops, 1);
	assert_int_equal(f.progs.list[0]->nlabels, 0);
	assert_int_equal(f.progs.list[0]->ndialogs, 0);
	fix_device(&f, "b2bua", "route");
	assert_true(fix_text(&f, text));
	assert_int_equal(f.progs.list[0]->nops, 2);
	assert_false(fix_text(&f, HEAD "test\nwhen role=proxy\n"
				       "nobody -> dut INVITE\nend\n"));
	assert_true(fix_has(&f, "unknown-party"));
	fix_close(&f);
}

/* The op of a flow's line knows the "do" that brought it. */
static void test_flows(void **state)
{
	const struct op *op;
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, HEAD "flow in(x)\nx -> dut OPTIONS {dut.uri} "
				      "as p1\nend\n"
				      "flow out(y)\ndo in(y)\nend\n"
				      "test\ndo out(bob)\n"
				      "dut -> bob 200\n"));
	op = op_at(&f, 0, 0);
	assert_true(str_is(op->party->name, "bob"));
	assert_true(str_is(loc_text(op->used), "do out(bob)"));
	assert_null(op_at(&f, 0, 1)->used.src);
	fix_close(&f);
}

/* Flows in flows, 20 deep and no more; one that does itself is an error. */
static void test_flow_depth(void **state)
{
	buf_auto text = { 0 };
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_false(fix_text(&f, HEAD "flow a()\ndo a()\nend\n"
				       "test\ndo a()\n"));
	assert_true(fix_has(&f, "flow-loop"));
	for (int deepest = 19; deepest <= 20; deepest++) {
		buf_clear(&text);
		buf_add_z(&text, HEAD);
		for (int i = 0; i < deepest; i++)
			buf_addf(&text, "flow f%d()\ndo f%d()\nend\n", i,
				 i + 1);
		buf_addf(&text, "flow f%d()\nwait 1s\nend\ntest\ndo f0()\n",
			 deepest);
		assert_int_equal(fix_text(&f, buf_z(&text)), deepest == 19);
		assert_int_equal(fix_has(&f, "too-deep"), deepest == 20);
	}
	fix_close(&f);
}

static void test_editions(void **state)
{
	static const char text[] =
		HEAD "test\nF1 alice -> dut OPTIONS {dut.uri} as p\n"
		     "dut -> alice {edition.refer-accepted} for F1\n";
	static const struct {
		const char *edition;
		unsigned n, first;
	} rows[] = { { "rfc3515", 1, 202 },
		     { "rfc7647", 1, 200 },
		     { "interop", 2, 200 } };
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	for (size_t i = 0; i < 3; i++) {
		const struct match *m;

		f.env.edition = str_from(rows[i].edition);
		assert_true(fix_text(&f, text));
		m = &op_at(&f, 0, 1)->line.expect.match;
		assert_int_equal(m->nstatuses, rows[i].n);
		assert_int_equal(m->statuses[0].lo, rows[i].first);
	}
	fix_close(&f);
}

/* However many warnings there are, an error behind them counts; and warnings,
 * however many, leave the programs whole. */
static void test_many_warnings(void **state)
{
	buf_auto text = { 0 };
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	buf_add_z(&text, HEAD "for case\na\nb\nc\nd\nend\ntest\n");
	for (int i = 0; i < 1200; i++)
		buf_add_z(&text, "must not dut -> alice BYE\n");
	assert_true(fix_text(&f, buf_z(&text)));
	assert_int_equal(f.progs.n, 4);
	assert_int_equal(f.progs.list[3]->nops, 1200);
	assert_true(f.ds.warnings >= 200);
	buf_add_z(&text, "dut -> carol BYE reply 200\n");
	assert_false(fix_text(&f, buf_z(&text)));
	assert_true(fix_has(&f, "unknown-party"));
	fix_close(&f);
}

/* A device file that names no such side: the scenario is for another one. */
static void test_sides(void **state)
{
	static struct device_side core = { STR("core"), STR("127.0.0.1:5062") };
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_true(fix_text(&f, "ladder 1\ntitle \"x\"\nrole ua\n"
				 "party alice side core\ntest\nwait 1s\n"));
	assert_false(f.progs.list[0]->selected);
	assert_true(str_is(f.progs.list[0]->why,
			   "its device file names no side core"));
	f.device.sides = &core;
	f.device.nsides = 1;
	assert_true(fix_text(&f, "ladder 1\ntitle \"x\"\nrole ua\n"
				 "party alice side core\ntest\nwait 1s\n"));
	assert_true(f.progs.list[0]->selected);
	fix_close(&f);
}

static bool load_into(struct fix *f, const char *text)
{
	return lang_load_text(&f->env, "x.ladder", str_from(text), &f->progs,
			      &f->ds);
}

/* What several files use is read once; what is wrong in it is said of each. */
static void test_used_files(void **state)
{
	static const char right[] =
		HEAD "use std/flows\ntest\ndo ring(alice, a1, F1)\n";
	static const char wrong[] =
		HEAD "use std/flows\ntest\ndo wrong(alice)\n";
	static const char broken[] = HEAD "use std/notflows\ntest\nwait 1s\n";
	struct read_files read = { 0 };
	struct fix f;

	(void)state;
	fix_open(&f, GOLDEN "/diag");
	read.arena = f.env.arena;
	f.env.read = &read;
	assert_true(load_into(&f, right));
	assert_true(load_into(&f, right));
	assert_int_equal(read.n, 1);
	assert_int_equal(f.progs.list[1]->nops, f.progs.list[0]->nops);
	assert_false(load_into(&f, wrong));
	assert_int_equal(f.ds.errors, 1);
	assert_false(load_into(&f, wrong));
	assert_int_equal(f.ds.errors, 2);
	assert_int_equal(read.n, 1);
	assert_false(load_into(&f, broken));
	assert_false(load_into(&f, broken));
	assert_int_equal(read.n, 1);
	fix_close(&f);
}

/* The file is read with the scenario; one that is not there is an error. */
static void test_sdp_file(void **state)
{
	const struct make *make;
	struct fix f;

	(void)state;
	fix_open(&f, ".");
	assert_false(fix_text(&f, HEAD "test\nalice -> dut INVITE {dut.uri} "
				       "as a1 sdp file none.sdp\n"));
	assert_true(fix_has(&f, "cannot-read"));
	fix_close(&f);
	fix_open(&f, ".");
	assert_true(fix_text(&f, HEAD "test\nalice -> dut INVITE {dut.uri} "
				      "as a1 sdp file " ROOT "/LICENSE\n"));
	make = &f.progs.list[0]->ops[0]->send.make;
	assert_true(make->has_body);
	assert_true(str_is(make->body_type.parts[0].text, "application/sdp"));
	assert_true(str_starts(make->body.parts[0].text, "MIT License"));
	fix_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_names_of_branches),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_when),
		cmocka_unit_test(test_flows),
		cmocka_unit_test(test_flow_depth),
		cmocka_unit_test(test_editions),
		cmocka_unit_test(test_many_warnings),
		cmocka_unit_test(test_sides),
		cmocka_unit_test(test_used_files),
		cmocka_unit_test(test_sdp_file),
	};

	return cmocka_run_group_tests_name("compile", tests, NULL, NULL);
}
