# fill.awk TABLES.. TEMPLATE: a page of the manual. A line "@KIND@" of the
# template becomes the rows of that kind of the tables (see flags and words.c),
# "@flag COMMAND@" the flags of one command; @VERSION@ and @DATE@ come by -v.
BEGIN { FS = "\t" }

# roff text: no escapes, no commands, hyphens that can be copied
function plain(s) {
    gsub(/\\/, "\\e", s)
    gsub(/-/, "\\-", s)
    sub(/^[.']/, "\\\\\\&&", s)
    return s
}

function row(kind, head, text) {
    rows[kind] = rows[kind] ".TP\n" head "\n" plain(text) "\n"
}

FILENAME != ARGV[ARGC - 1] {
    if ($1 == "command") {
        row("command", "\\fB" $2 "\\fR " ($3 == "-" ? "" : plain($3)), $4)
        names[++n] = $2
        usage[$2] = ($3 == "-" ? "" : plain($3))
        example[$2] = plain($5)
    } else if ($1 == "flag") {
        head = "\\fB\\-\\-" plain($4) "\\fR"
        if ($3 != "-")
            head = "\\fB\\-" $3 "\\fR, " head
        if ($5 ~ /^\[/)
            head = head "[=\\fI" plain(substr($5, 2)) "\\fR"
        else if ($5 != "-")
            head = head " \\fI" plain($5) "\\fR"
        row("flag " $2, head, $6)
    } else {
        row($1, "\\fB" plain($3) "\\fR", $4)
    }
    next
}

/^@commands@$/ {
    for (i = 1; i <= n; i++) {
        name = names[i]
        printf ".SS %s\n.B sipladder %s\n%s\n.PP\n.EX\n%s\n.EE\n%s", name, name,
            usage[name], example[name], rows["flag " name]
    }
    next
}
/^@.*@$/ {
    kind = substr($0, 2, length($0) - 2)
    if (!(kind in rows)) {
        print "no rows of " kind > "/dev/stderr"
        exit 1
    }
    printf "%s", rows[kind]
    next
}
{
    gsub(/@VERSION@/, version)
    print
}
