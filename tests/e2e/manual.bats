#!/usr/bin/env bats
# The manual and the completions say what the program says of itself.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    made=$(dirname "$SIPLADDER")/harness/man
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    PATH=$(dirname "$SIPLADDER"):$PATH
}

commands() {
    sipladder --help | sed -n 's/^  \([a-z]\+\) .*/\1/p'
}

# flags COMMAND: the long flags of its help
flags() {
    sipladder "$1" --help | sed -nE 's/^  (-.)? *(--[a-z0-9-]+).*/\2/p'
}

# complete_bash WORDS..: what bash would offer for the last of them
complete_bash() {
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _sipladder; printf "%s\n" "${COMPREPLY[@]}"' \
        "$made/sipladder.bash" sipladder "$@"
}

@test "every flag of every command is in the manual and in each completion" {
    local command flag count=0
    groff -man -Tascii -P-cbou "$made/sipladder.1" >page
    for command in $(commands); do
        grep -q "^       sipladder $command" page || fail "$command"
        complete_bash "$command" -- >bash
        for flag in $(flags "$command"); do
            awk -v of="   $command" '/^   [a-z]/ { on = $0 == of } on' page |
                grep -q -- "^       \(-., \)\?$flag\b" ||
                fail "manual: $command $flag"
            grep -qx -- "$flag" bash || fail "bash: $command $flag"
            grep -q -- "_from $command' -l ${flag#--} " \
                "$made/sipladder.fish" || fail "fish: $command $flag"
            awk -v of="_sipladder_$command() {" '
                /^_sipladder_/ { on = $0 == of } on' "$made/_sipladder" |
                grep -qE -- "[ ,]${flag}[=}']" || fail "zsh: $command $flag"
            count=$((count + 1))
        done
    done
    ((count > 50))
}

@test "the pages are sound" {
    local page
    for page in "$made"/*.[15] "$ROOT"/harness/man/*.1; do
        run --separate-stderr groff -man -Tutf8 -ww "$page"
        assert_success
        # shellcheck disable=SC2154
        assert_equal "$stderr" ''
        refute_output --regexp '@[A-Za-z]+@'
    done
}

@test "the scenario in the manual passes the checker" {
    sed -n '/^\.EX/,/^\.EE/p' "$made/sipladder-scenario.5" |
        sed -e '/^\./d' -e 's/\\-/-/g' -e 's/\\e/\\/g' >page.ladder
    run -0 sipladder check page.ladder
    refute_output --partial warning
}

@test "the completions are sound shell" {
    bash -n "$made/sipladder.bash"
    shellcheck -s bash "$made/sipladder.bash"
    zsh -n "$made/_sipladder"
    fish -n "$made/sipladder.fish"
}

@test "bash completes commands, words of a flag, scenarios and files" {
    run -0 complete_bash ex
    assert_output explain
    run -0 complete_bash run --keep ''
    assert_output $'all\nfailed\nnone'
    run -0 complete_bash run redirect/301
    assert_output --partial redirect/301-basic
    touch mine.dut
    run -0 complete_bash run --dut mi
    assert_output mine.dut
}

@test "fish completes scenarios" {
    run -0 fish -c "source $made/sipladder.fish; complete -C 'sipladder run refer/decl'"
    assert_output --partial refer/declined
}

# shapes: "SHAPE MEMBER TYPE[, always]" of what schema.jq lets through
shapes() {
    jq -rn "$(sed '/^def verdicts/,$d' \
        "$ROOT/tests/golden/report/schema.jq")"' shapes | to_entries[]
        | .key as $shape | .value
        | (.must | map_values(. + ", always")) + .may | to_entries[]
        | "\($shape) \(.key) \(.value)"' | sort
}

@test "the manual names each member of result.json, its type and whether it is always there" {
    shapes >schema
    (($(wc -l <schema) > 50))
    awk '/^\.SH/ { on = /RESULT.JSON/ } on && /^\.SS/ { shape = $2 }
        on && /^\.BI/ { gsub(/"/, ""); $1 = shape; print }' \
        "$made/sipladder-results.5" | sort | diff schema -
}

@test "the manual names each verdict, kind of finding, reason and exit status" {
    local page=$made/sipladder-results.5 word
    # as the schema lists them
    jq -rn "$(sed -n '/^def verdicts/,/^$/p' \
        "$ROOT/tests/golden/report/schema.jq")"' verdicts[], kinds[]' >words
    (($(wc -l <words) == 23))
    # as results have them
    sed -n '/reasons\[\] = {/,/NULL, NULL/s/^\t{ "\([a-z-]*\)".*/\1/p' \
        "$ROOT/harness/cli/explain_result.c" | sed 's/-/\\\\-/g' >>words
    sed -n '/^\.SH EXIT/,/^\.SH ENV/s/^\.B \([0-9]*\)$/\1/p' \
        "$made/sipladder.1" >>words
    (($(wc -l <words) == 37))
    while read -r word; do
        grep -qE "^\.BR? $word([ ,;].*)?$" "$page" || fail "$word"
    done <words
}

@test "the example of the results' page finds what failed" {
    sed -n "/^jq/,/^\.EE/p" "$made/sipladder-results.5" |
        sed -e '/^\./d' -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e 's/\\e/\\/g' \
            -e "s|out/last/result.json|$ROOT/tests/golden/report/run.json|" \
            >example
    run -0 bash example
    assert_line --index 0 'refer/basic-out-of-dialog: N Content-Type is message/sipfrag: message/sip'
}
