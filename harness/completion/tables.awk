# tables.awk: what the completions of one shell say of commands and flags, from
# the lines that harness/man/flags writes.
# usage: awk -v shell=bash|zsh|fish -f tables.awk FLAGS TEMPLATE
# The line "@TABLES@" of the template becomes the tables.
BEGIN { FS = "\t" }

function quoted(s) {
    gsub(/'/, shell == "fish" ? "\\'" : "'\\''", s)
    return "'" s "'"
}

# what stands behind a flag: FILE, the words there are, or "" for anything
function values(value) {
    if (value ~ /^\[?(FILE|DIR|OLD)\]?$/)
        return "FILE"
    if (value !~ /^[a-z0-9]+(\|[a-z0-9]+)+$/)
        return ""
    gsub(/\|/, " ", value)
    return value
}

function bash_flag(    name, v) {
    flags[$2] = flags[$2] " --" $4 ($3 == "-" ? "" : " -" $3)
    v = values($5)
    if (v != "" && $5 !~ /^\[/)
        table = table "_sipladder_values[" quoted($2 " --" $4) "]=" quoted(v) \
            "\n" ($3 == "-" ? "" : "_sipladder_values[" \
            quoted($2 " -" $3) "]=" quoted(v) "\n")
}

function zsh_flag(    v, spec) {
    v = values($5)
    spec = $6
    gsub(/[\\:]|\[|\]/, "\\\\&", spec)
    spec = "[" spec "]"
    if ($5 != "-")
        spec = spec ($5 ~ /^\[/ ? "::" : ":") "value:" \
            (v == "FILE" ? "_files" : v == "" ? "" : "(" v ")")
    spec = quoted(spec)
    if ($3 == "-")
        spec = "--" $4 ($5 == "-" ? "" : "=") spec
    else
        spec = "{-" $3 ($5 == "-" ? "" : "+") ",--" $4 ($5 == "-" ? "" : "=") \
            "}" spec
    flags[$2] = flags[$2] " \\\n        " spec
}

function fish_flag(    v) {
    v = values($5)
    table = table "complete -c sipladder -n '__fish_seen_subcommand_from " $2 \
        "' -l " $4 ($3 == "-" ? "" : " -s " $3) \
        ($5 == "-" || $5 ~ /^\[/ ? "" : v == "FILE" ? " -rF" : " -x") \
        (v == "" || v == "FILE" ? "" : " -a " quoted(v)) " -d " quoted($6) "\n"
}

$1 == "command" {
    names[++n] = $2
    meaning[$2] = $4
    next
}
$1 == "flag" && shell == "bash" { bash_flag() }
$1 == "flag" && shell == "zsh" { zsh_flag() }
$1 == "flag" && shell == "fish" { fish_flag() }
$1 == "flag" { next }

function tables(    i, name) {
    for (i = 1; i <= n; i++) {
        name = names[i]
        if (shell == "bash")
            print "_sipladder_flags[" name "]=" quoted(substr(flags[name], 2))
        else if (shell == "zsh")
            print "_sipladder_commands+=(" quoted(name ":" meaning[name]) ")\n" \
                "_sipladder_" name "() {\n    _arguments -s" flags[name] \
                " \\\n        '*: :_sipladder_what'\n}"
        else
            print "complete -c sipladder -n __fish_use_subcommand -a " name \
                " -d " quoted(meaning[name])
    }
    printf "%s", table
}
/^@TABLES@$/ { tables(); next }
{ print }
