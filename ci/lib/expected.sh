# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# The tables ci/devices/NAME/expected.md: what of the library a real device
# does not pass, and why. A scenario without a row has passed. A row is
#
#	| scenario | verdict | finding | why |
#
# `finding` is the rules that one check proves, of a check without rules what
# it says, of a skip its reason. Where the scenario is "any", the finding may
# come in each; skips always stand so. "sometimes" behind the verdict: it depends on a race.
#
#	expected_table NAME		its path, below $ROOT
#	expected_rows RESULT.JSON	id, verdict, finding, draft; by tabs
#	expected_differences EXPECTED.MD RESULT.JSON
#					"+" is new, "-" is gone; nothing: as told.
#					PART=0: not all of the library was played
#	expected_remake EXPECTED.MD RESULT.JSON
#					the table again; each why is kept

# One line a finding. A skip for the role alone is none, nor is trouble beside
# the test.
expected_rows()
{
	jq -r '.scenarios[]
	    | select(.verdict != "pass")
	    | select((.verdict != "skip") or
		(.reason | test("^for .*, and .* is ") | not))
	    | (if .verdict == "skip" then "any" else .id end) as $id
	    | (.reason // "" | sub("^[^ ]+ lacks "; "lacks ")) as $reason
	    | [.. | objects | select(has("kind") and .kind != "problem")
		| select(.verdict | IN("fail", "warn", "inconclusive", "error"))
		| {verdict,
		   finding: (if .reqs | length > 0 then .reqs | join(" ")
			else .expr // .kind end),
		   draft: (.expr + ": " + (.got // "nothing"))}] as $found
	    | (if $found == [] then
		[{verdict, finding: $reason, draft: $reason}] else $found end)
	    | .[] | [$id, .verdict, .finding, .draft]
	    | map(gsub("[\\s]+"; " ") | gsub("\\|"; "/"))
	    | join("\t")' "$1" |
		LC_ALL=C sort -t $'\t' -k1,3 -u
}

# The table of a device; of the recursing proxy that goes by q another one.
expected_table()
{
	echo "$ROOT/ci/devices/$1/expected${SERIAL:+-serial}.md"
}

# The scenarios of RESULT.JSON.
expected_played()
{
	jq -r '.scenarios[].id' "$1"
}

# What the awk programs of both functions below share: the rows of a table by
# key, those of any scenario by verdict and finding.
# shellcheck disable=SC2016 # awk's own
expected_awk='
	function cut_row(   n) {
		sub(/^\| /, ""); sub(/ \|$/, "")
		n = split($0, cell, / \| /)
		id = cell[1]; verdict = cell[2]; finding = cell[3]
		why = n < 4 ? "" : cell[4]
		often = !sub(/, sometimes$/, "", verdict)
		key = id SUBSEP verdict SUBSEP finding
	}
	function is_row() {
		return /^\| / && !/^\| (scenario|---) /
	}
	function is_any(verdict, finding) {
		return ("any" SUBSEP verdict SUBSEP finding) in told
	}'

expected_differences()
{
	awk -F '\t' -v table="$1" -v all="${PART:-1}" "$expected_awk"'
	FILENAME == table {
		if (is_row()) { cut_row(); told[key] = often; line[key] = $0 }
		next
	}
	FILENAME == "/dev/fd/3" { played[$1] = 1; next }
	{
		key = $1 SUBSEP $2 SUBSEP $3
		if (key in told) { seen[key] = 1; next }
		key = "any" SUBSEP $2 SUBSEP $3
		if (key in told) { seen[key] = 1; next }
		print "+ " $1 " | " $2 " | " $3 " | " $4
	}
	END {
		for (key in told) {
			split(key, part, SUBSEP)
			if (told[key] && !(key in seen) &&
			    (part[1] == "any" ? all : part[1] in played))
				print "- " line[key]
		}
	}' "$1" 3< <(expected_played "$2") /dev/fd/3 \
		4< <(expected_rows "$2") /dev/fd/4 | LC_ALL=C sort
}

# New rows get a draft that opens with "?": somebody has to judge them.
expected_remake()
{
	local head
	head=$(sed '/^| scenario /,$d' "$1")
	printf '%s\n\n' "$head"
	echo '| scenario | verdict | finding | why |'
	echo '| --- | --- | --- | --- |'
	awk -F '\t' -v table="$1" "$expected_awk"'
	FILENAME == table {
		if (!is_row()) next
		cut_row()
		told[key] = why
		if (id == "any" || !often) {
			print "| " id " | " verdict (often ? "" : ", sometimes") \
				" | " finding " | " why " |"
			done[key] = 1
		}
		next
	}
	{
		key = $1 SUBSEP $2 SUBSEP $3
		if (key in done || is_any($2, $3)) next
		why = key in told ? told[key] : "? " $4
		print "| " $1 " | " $2 " | " $3 " | " why " |"
	}' "$1" 4< <(expected_rows "$2") /dev/fd/4 |
		LC_ALL=C sort -t '|' -k2,4
}
