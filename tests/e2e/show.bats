#!/usr/bin/env bats
# A finished run is shown and reported again from its files alone, and files
# that are not what they should be are said to be so.
bats_require_minimum_version 1.8.0

# One run for all tests: some pass, two rows fail, one is skipped.
setup_file() {
    load lib
    e2e_setup_file
    phone --fault two-refer-to-accepted
    play_and_end phone -o out --tap=run.tap --junit run.xml \
        --json run.json refer/two-refer-to refer/declined transfer/blind-basic
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
    rows='refer/two-refer-to#rows'
    broken=$BATS_TEST_TMPDIR/broken
}

# A copy of the run that may be broken.
copy() {
    cp -r out "$broken"
}

@test "show begins with the ladder that the run wrote" {
    for id in "$rows" refer/declined 'refer/two-refer-to#list'; do
        "$SIPLADDER" show out "$id" >shown
        head -c "$(stat -c %s "out/$id/ladder.txt")" shown |
            cmp - "out/$id/ladder.txt"
    done
}

@test "show ends with the findings and their rules" {
    run -0 "$SIPLADDER" show out "$rows"
    assert_line --partial 'F2 status is 400'
    assert_line --partial 'rfc3515-2.4.2-e'
    assert_line --partial 'Two Refer-To header rows: 400.'
    assert_line --partial 'see      out/refer/two-refer-to#rows/ladder.txt'
}

@test "no scenario file is needed" {
    cd "$BATS_TEST_TMPDIR"
    SIPLADDER_SCENARIOS=$BATS_TEST_TMPDIR run -0 "$SIPLADDER" show \
        "$BATS_FILE_TMPDIR/out" "$rows"
    assert_line --partial '---- REFER ---->| F1'
}

@test "without an id: a line for each, ladders of those that failed" {
    run -0 "$SIPLADDER" show out/
    assert_line --regexp '^pass  refer/declined '
    assert_line --regexp '^skip  transfer/blind-basic  .'
    assert_line --regexp '^refer/two-refer-to#rows   FAIL '
    assert_line --regexp '^refer/two-refer-to#mixed   FAIL '
    refute_line --regexp '^refer/declined   PASS '
}

@test "a name without its row is all rows" {
    run -0 "$SIPLADDER" show out/result.json refer/two-refer-to
    assert_line --regexp '^refer/two-refer-to#list   PASS '
    assert_line --regexp '^refer/two-refer-to#mixed   FAIL '
}

@test "messages are those that the run wrote" {
    "$SIPLADDER" show out --messages "$rows" |
        cmp - "out/$rows/messages.txt"
}

@test "Mermaid and SVG of one scenario" {
    run -0 "$SIPLADDER" show out "$rows" --format mermaid
    assert_line --index 0 sequenceDiagram
    "$SIPLADDER" show out "$rows" --format svg | xmllint --noout -
    run -2 "$SIPLADDER" show out --format svg
    assert_output --partial 'name it behind the run'
    run -2 "$SIPLADDER" show out refer/two-refer-to --format svg
    assert_output --partial 'name one row'
}

@test "a page of all, or of what is named" {
    "$SIPLADDER" show out --format html >all.html
    "$SIPLADDER" show out refer/two-refer-to --format html >two.html
    assert_equal "$(grep -oP '<span class="id">\K[^<]*' all.html)" \
        "$(jq -r '.scenarios[].id' out/result.json | LC_ALL=C sort)"
    run -0 grep -oP '<span class="id">\K[^<]*' two.html
    refute_line --regexp '^(refer/declined|transfer/)'
    assert_line "$rows"
    grep -q 'wanted status is 400' two.html
    run -2 "$SIPLADDER" show out nobody --format html
}

@test "list --never-run: what this run has not played" {
    run -0 "$SIPLADDER" list --never-run out refer/two-refer-to \
        transfer/blind-basic transfer/chained
    assert_equal "$(cut -d ' ' -f 1 <<<"$output" | xargs)" \
        'transfer/blind-basic transfer/chained'
    run -3 "$SIPLADDER" list --never-run nowhere
    assert_output --partial 'nowhere: No such file'
}

@test "a skipped scenario has no ladder and says why" {
    run -0 "$SIPLADDER" show out transfer/blind-basic
    assert_output --regexp '^skip  transfer/blind-basic  .*stub-phone'
}

@test "TAP, JUnit and JSON again are what the run wrote" {
    "$SIPLADDER" report out --tap | cmp - run.tap
    "$SIPLADDER" report out --junit again.xml --json again.json
    cmp again.xml run.xml
    cmp again.xml out/junit.xml
    cmp again.json run.json
}

@test "a wrong command line is told and ends with 2" {
    run -2 "$SIPLADDER" show
    assert_output --partial 'which run?'
    run -2 "$SIPLADDER" show out refer/declind
    assert_output 'sipladder show: no scenario "refer/declind" in this run; did you mean "refer/declined"?'
    run -2 "$SIPLADDER" show out --format png
    assert_output --partial '--format is text, mermaid, svg or html'
    run -2 "$SIPLADDER" report out
    assert_output --partial 'say what to make'
    run -2 "$SIPLADDER" report out --junit /nowhere/x.xml
    assert_output --partial '/nowhere/x.xml: No such file or directory'
}

@test "a result that is missing, empty, binary, cut or another's ends with 3" {
    run -3 "$SIPLADDER" show nothing
    assert_output 'sipladder show: nothing: No such file or directory'
    mkdir -p "$broken"
    run -3 "$SIPLADDER" report "$broken" --tap
    assert_output --partial 'result.json: No such file or directory'
    : >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'nothing in it'
    head -c 2000 /dev/urandom >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'result.json: line '
    head -c 3000 out/result.json >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'result.json: line '
    echo '{"a":[1,2]}' >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'it is no result of sipladder'
    sed 's/"sipladder":1/"sipladder":0/' out/result.json \
        >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'it has version 0 of the format; this sipladder reads version 1'
    head -c 70000000 /dev/zero | tr '\0' ' ' >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'longer than 64 MiB'
    run -3 "$SIPLADDER" show /dev/zero
    assert_output --partial 'longer than 64 MiB'
    yes '[' | head -100000 | tr -d '\n' >"$broken/result.json"
    run -3 "$SIPLADDER" show "$broken"
    assert_output --partial 'result.json: line '
}

@test "a trace that is missing, binary or wrong: the findings, and 3" {
    copy
    rm "$broken/$rows/trace.jsonl"
    run -3 "$SIPLADDER" show "$broken" "$rows"
    assert_line --partial 'trace.jsonl: No such file or directory'
    assert_line --partial 'F2 status is 400'
    head -c 3000 /dev/urandom >"$broken/$rows/trace.jsonl"
    run -3 "$SIPLADDER" show "$broken" "$rows"
    assert_line --partial 'trace.jsonl: line '
    echo '{"e":"nothing","t":0}' >"$broken/$rows/trace.jsonl"
    run -3 "$SIPLADDER" show "$broken" "$rows"
    assert_line --partial 'line 1: it is no event of a trace'
}

@test "a trace that is cut short is drawn as far as it goes" {
    copy
    local whole=out/$rows/trace.jsonl lines
    lines=$(wc -l <"$whole")
    for n in 1 5 9 "$((lines / 2))" "$((lines - 1))"; do
        head -n "$n" "$whole" >"$broken/$rows/trace.jsonl"
        run -0 "$SIPLADDER" show "$broken" "$rows"
        assert_line --partial 'refer/two-refer-to#rows   FAIL'
    done
    head -c 2500 "$whole" >"$broken/$rows/trace.jsonl"
    run -0 "$SIPLADDER" show "$broken" "$rows"
}

@test "numbers in a trace that nothing has are passed over" {
    copy
    local trace=$broken/$rows/trace.jsonl
    sed 's/"\(op\|rec\|party\)":[0-9]*/"\1":4294967294/' "out/$rows/trace.jsonl" \
        >"$trace"
    run -0 "$SIPLADDER" show "$broken" "$rows"
    sed 's/"t":[0-9]*/"t":-9223372036854775807/' "out/$rows/trace.jsonl" \
        >"$trace"
    run -0 "$SIPLADDER" show "$broken" "$rows"
    sed 's/"op":[0-9]*/"op":99999999/' out/result.json >"$broken/result.json"
    run -0 "$SIPLADDER" show "$broken" "$rows"
}

@test "the slowest first" {
    jq -c '.scenarios |= (to_entries | map(.value.ms = 1000 * .key | .value))' \
        out/result.json >"$BATS_TEST_TMPDIR/slow.json"
    run -0 "$SIPLADDER" show "$BATS_TEST_TMPDIR/slow.json" --slowest
    [ "${#lines[@]}" = "$(jq ".scenarios | length" out/result.json)" ]
    grep -oE '  [0-9.]+ s' <<<"$output" | sort -c -rn -k1
    assert_line --index 0 --partial "$(jq -r ".scenarios[-1].id" \
        out/result.json)"
}
