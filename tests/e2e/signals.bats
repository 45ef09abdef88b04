#!/usr/bin/env bats
# Signals to the run, to its children and from its readers.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call a.ladder
    write_call c.ladder
    cat >b.ladder <<'END'
ladder 1
title  "A call that lasts"
party  alice
test
F1  alice -> dut   INVITE   as a1   sdp offer
F2  dut -> alice   200   for F1
    wait 60s
END
}

teardown() {
    e2e_teardown
}

# The one child; false where there is none.
children_of() {
    local child
    read -r child _ <"/proc/$1/task/$1/children"
    [ -n "$child" ] && echo "$child"
}

# begin words..: a run in the background, its pid in $run
begin() {
    timeout 100 "$SIPLADDER" run --to "$address" --slack 0.25 -o out \
        --tap=run.tap --junit run.xml --json run.json \
        --html run.html --events run.jsonl "$@" >log 2>&1 3>&- &
    pids+=("$!")
    until_true 20 grep -q '"scenario"' run.jsonl
    waited=$!
    run=$(children_of "$waited")
}

# seen PATTERN ID: among the events of a scenario
seen() {
    grep "\"scenario\":\"$2\"" run.jsonl 2>/dev/null | grep -q "$1"
}

# The exit status of the run in $status.
finish() {
    status=0
    wait "$waited" || status=$?
}

assert_interrupted() {
    assert_equal "$status" "$1"
    assert_equal "$(verdict a)" pass
    assert_equal "$(verdict b)" 'not run:interrupted'
    assert_equal "$(verdict c)" 'not run:interrupted'
    assert_equal "$(jq .run.interrupted run.json)" true
    assert_sound
}

@test "Ctrl-C: the call is hung up, the reports of what ran are written" {
    noise slow 0
    begin -j 1 a.ladder b.ladder c.ladder
    until_true 20 seen 'ACK sip' b
    kill -INT "$run"
    finish
    assert_interrupted 130
    grep -q '"out":true.*"data":"BYE sip' out/b/trace.jsonl
    seen '200 OK.*BYE' b # and the device has answered it
    grep -q '^ok 3 - c # SKIP' run.tap
}

@test "SIGTERM does the same and ends in 143" {
    noise slow 0
    begin -j 1 a.ladder b.ladder c.ladder
    until_true 20 seen 'ACK sip' b
    kill -TERM "$run"
    finish
    assert_interrupted 143
}

@test "all plays under way hang up" {
    noise slow 0
    cp b.ladder b2.ladder
    begin -j 2 b.ladder b2.ladder c.ladder
    until_true 20 seen 'ACK sip' b
    until_true 20 seen 'ACK sip' b2
    kill -INT "$run"
    finish
    assert_equal "$status" 130
    assert_sound
    seen '200 OK.*BYE' b
    seen '200 OK.*BYE' b2
}

@test "a second Ctrl-C does not wait for the device" {
    noise silent-after 3 # a's INVITE and BYE, b's INVITE
    begin -j 1 --slack 10 a.ladder b.ladder c.ladder
    until_true 30 seen 'ACK sip' b
    kill -INT "$run"
    until_true 20 seen '"BYE sip' b # 40 s of patience begin
    began=$SECONDS
    kill -INT "$run"
    finish
    ((SECONDS - began < 10)) || fail 'it waited'
    assert_interrupted 130
}

@test "Ctrl-C before anything ran" {
    noise silent-after 0
    timeout 100 "$SIPLADDER" run --to "$address" --slack 10 -o out \
        --tap=run.tap --junit run.xml --json run.json \
        --html run.html --events run.jsonl \
        a.ladder c.ladder >log 2>&1 3>&- &
    waited=$!
    until_true 20 test -s run.tap
    run=$(children_of "$waited")
    until_true 20 children_of "$run" # it asks
    began=$SECONDS
    kill -INT "$run"
    finish
    ((SECONDS - began < 10)) || fail 'it waited'
    assert_equal "$status" 130
    assert_equal "$(verdict a)" 'not run:interrupted'
    assert_sound
}

@test "a player that dies is an error of its scenario and of no other" {
    noise slow 0
    begin -j 1 a.ladder b.ladder c.ladder
    until_true 20 seen 'ACK sip' b
    kill -SEGV "$(children_of "$run")"
    finish
    assert_equal "$status" 5
    assert_equal "$(verdict a)" pass
    assert_equal "$(verdict c)" pass
    # a sanitizer makes an exit status of the signal
    [[ $(verdict b) =~ ^error:the\ player\ (died\ of\ signal\ 11|ended\ with) ]]
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" run.xml
    [ -s out/b/trace.jsonl ] # what it had seen till then
    grep -q '^not ok 2 - b' run.tap
}

@test "no player outlives its run" {
    noise slow 0
    begin -j 1 b.ladder
    until_true 20 seen 'ACK sip' b
    player=$(children_of "$run")
    kill -KILL "$run"
    finish
    gone() {
        ! kill -0 "$player" 2>/dev/null
    }
    until_true 20 gone
}

@test "a reader that leaves loses nothing of the reports" {
    noise slow 0
    "$SIPLADDER" run --to "$address" -j 1 -o out --tap --junit run.xml \
        --json run.json --events run.jsonl a.ladder c.ladder |
        head -1 >first
    assert_equal "$(cat first)" 'TAP version 13'
    assert_equal "$(jq '[.scenarios[].verdict == "pass"] | length' \
        run.json)" 2
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" run.xml
    [ -s out/c/ladder.txt ]
}

@test "a terminal that closes is a signal too: 129" {
    noise slow 0
    begin -j 1 a.ladder b.ladder c.ladder
    until_true 20 seen 'ACK sip' b
    kill -HUP "$run"
    finish
    assert_interrupted 129
}
