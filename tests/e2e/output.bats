#!/usr/bin/env bats
# Reports, artefacts, and places where they cannot be written.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call
    noise slow 0
}

teardown() {
    e2e_teardown
}

run_call() {
    run timeout 60 "$SIPLADDER" run --to "$address" call.ladder "$@"
}

@test "what cannot be written is said before anything is sent" {
    local flag
    : >file
    for flag in --out=file --out=file/x --out=/proc/none/x \
        --junit=no/x.xml --json=no/x.json --tap=no/x.tap \
        --events=no/x.jsonl --html=no/x.html --junit=/proc/none; do
        run_call "$flag"
        assert_equal "$status" 2
        assert_equal "${#lines[@]}" 1
        assert_output --regexp "(file|none|no/x)"
    done
    assert_nothing_sent
}

@test "the sentence names the file and the reason" {
    run_call --junit no/x.xml
    assert_output 'sipladder run: cannot write to no/x.xml: No such file or directory'
    : >file
    run_call -o file
    assert_output 'sipladder run: --out file is no folder'
    run_call -o file/x
    assert_output 'sipladder run: cannot make the folder file/x: Not a directory'
}

@test "a folder named out/last is not thrown away" {
    mkdir -p out/last/mine
    run_call
    assert_equal "$status" 2
    assert_output --partial 'cannot make the link out/last'
    [ -d out/last/mine ]
    assert_nothing_sent
}

@test "a full disk is said and ends in 5; the other reports are there" {
    local flag
    for flag in --junit --json --events --tap; do
        run_call -o out "$flag=/dev/full" --json good.json
        [ "$flag" = --json ] || jq -e .scenarios good.json >/dev/null
        [ "$status" -eq 5 ] || [ "$flag" = --json ]
        [ "$flag" = --json ] ||
            assert_output --partial 'sipladder: /dev/full: No space left on device'
    done
    run_call -o out --json /dev/full
    assert_equal "$status" 5
    assert_output --partial 'sipladder: /dev/full: No space left on device'
}

@test "a full standard output is a full disk too" {
    status=0
    "$SIPLADDER" run --to "$address" call.ladder -o out --tap \
        --junit run.xml >/dev/full 2>err || status=$?
    assert_equal "$status" 5
    assert_equal "$(cat err)" \
        'sipladder: standard output: No space left on device'
    xmllint --noout run.xml
}

@test "a file that may not grow is no end of the run" {
    status=0
    (
        ulimit -f 1
        exec "$SIPLADDER" run --to "$address" call.ladder -o out --tap
    ) >log 2>err || status=$?
    assert_equal "$status" 5
    grep -q 'trace.jsonl: File too large' err
    grep -q '^ok 1 - call' log
}

@test "all reports at once agree" {
    run_call -o out --tap=run.tap --junit run.xml --json run.json \
        --html run.html --events run.jsonl
    assert_equal "$status" 0
    assert_output --partial 'pass  call'
    grep -q '^ok 1 - call' run.tap
    cmp run.json out/result.json
    cmp run.xml out/junit.xml
    assert_equal "$(jq -r '.scenarios[0].verdict' run.json)" pass
    assert_equal "$(xmllint --xpath 'count(//testcase)' run.xml)" \
        "$(grep -c '^    ok' run.tap)"
    assert_sound
}

@test "without --out: a folder by time, and out/last leads to the newest" {
    run_call
    first=$(readlink out/last)
    [ -s "out/$first/result.json" ]
    run_call
    [ "$(readlink out/last)" != "$first" ]
    [ -s out/last/call/ladder.txt ]
    [ -s "out/$first/result.json" ]
}

@test "two runs in one folder do not fight over out/last" {
    "$SIPLADDER" run --to "$address" call.ladder >log1 2>&1 3>&- &
    "$SIPLADDER" run --to "$address" call.ladder >log2 2>&1 3>&- &
    wait -n
    wait -n
    [ -s out/last/result.json ]
    assert_equal "$(find out -name result.json -not -path '*/last/*' |
        wc -l)" 2
}

@test "a scenario outside the folder does not write outside of --out" {
    mkdir -p deep/er other
    write_call other/call.ladder
    cd deep/er
    run -0 "$SIPLADDER" run --to "$address" -o out ../../other/call.ladder
    cd ../..
    assert_equal "$(find . -name trace.jsonl | grep -vc '^./deep/er/out/')" 0
}

@test "closed standard streams: nothing of theirs gets into the files" {
    "$SIPLADDER" run --to "$address" call.ladder -o out --junit run.xml \
        --json run.json <&- >&- 2>&-
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" run.xml
    jq -e .scenarios run.json >/dev/null
    jq -es 'length > 0' out/call/trace.jsonl >/dev/null
}

@test "--tap=- is the standard output, in the environment too" {
    run_call --tap=-
    assert_line --index 0 'TAP version 13'
    SIPLADDER_TAP=- run_call
    assert_line --index 0 'TAP version 13'
    [ ! -e - ]
}

@test "the end names what failed, a line each, and how to look at it" {
    write_call good.ladder
    sed 's/status is 200/status is 299/' good.ladder >bad.ladder
    run -1 "$SIPLADDER" run --to "$address" bad.ladder good.ladder -o out
    local tail=("${lines[@]: -4}")
    assert_equal "${tail[0]}" '2 scenarios: 1 failed, 1 passed'
    assert_equal "${tail[1]}" \
        '  FAIL  bad  check failed: F2 status is 299, got 200'
    assert_equal "${tail[3]}" 'look at the first: sipladder show out bad'
    # one alone has just been told
    run -1 "$SIPLADDER" run --to "$address" bad.ladder -o out
    refute_output --partial '  FAIL  bad'
}
