# SPDX-License-Identifier: MIT
# The code blocks of a Markdown file, each into DIR/NN.KIND: a whole scenario as
# it is; lines of one behind a preamble, and behind what a comment
# "<!-- before: ... -->" above the block says.
# usage: awk -v dir=DIR -f blocks.awk FILE

function preamble(out)
{
	print "ladder 1\ntitle \"lines\"\nrole b2bua\nuse std/call" >out
	for (i = split("alice bob carol r c", who, " "); i; i--)
		print "party " who[i] " register" >out
	print "setup\n    do up(alice, a1, bob, b1)\ntest" >out
	printf "%s", before >out
}

function finish()
{
	out = sprintf("%s/%02d.%s", dir, ++n, kind)
	if (kind == "ladder" && text !~ /(^|\n)ladder 1\n/)
		preamble(out)
	printf "%s", text >out
	close(out)
	before = ""
}

/^<!-- before:$/ { comment = 1; next }
comment && /^-->$/ { comment = 0; next }
comment { before = before $0 "\n"; next }
/^```/ && !inside { inside = 1; kind = substr($0, 4); text = ""; next }
/^```$/ { inside = 0; finish(); next }
inside { text = text $0 "\n" }
