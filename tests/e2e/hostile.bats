#!/usr/bin/env bats
# Devices that answer nonsense: the run ends, the verdict is right, and every
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
# report of it can be read.
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call
}

teardown() {
    e2e_teardown
}

@test "answers that are no SIP" {
    noise garbage
    play call.ladder --slack 0.05
    assert_equal "$status" 1
    assert_output --partial 'it is no SIP message'
    assert_equal "$(verdict call)" fail
    assert_sound
}

@test "datagrams of 60 KB are taken as they are" {
    noise huge
    play call.ladder
    assert_equal "$status" 0
    [ "$(stat -c %s out/call/messages.txt)" -gt 100000 ]
    assert_sound
}

@test "12,000 header rows in one answer" {
    noise rows
    play call.ladder
    assert_equal "$status" 1
    assert_output --regexp 'monitor: +response-echoes'
    assert_sound
}

@test "NUL and control bytes in phrases and headers" {
    noise nul
    play call.ladder
    assert_equal "$status" 1
    assert_equal "$(verdict call)" fail
    assert_sound
    # what came is kept byte by byte: a NUL is in the trace, as an escape
    grep -q '\\u0000' out/call/trace.jsonl
}

@test "another Call-ID in the answer" {
    noise wrong-call-id
    play call.ladder
    assert_equal "$status" 1
    assert_output --regexp 'monitor: +response-echoes'
    assert_output --partial 'WRONG'
    assert_sound
}

@test "answers to nothing do not disturb the call" {
    noise stray-response
    play call.ladder
    assert_equal "$status" 0
    assert_sound
    [ "$(grep -c '"class":"stray"' out/call/trace.jsonl)" -ge 10 ]
}

@test "slow answers are still answers" {
    noise slow 300
    play call.ladder
    assert_equal "$status" 0
    assert_sound
}

@test "10,000 datagrams a second: the flood fails, the device is not called dead" {
    noise flood
    cat >long.ladder <<'END'
ladder 1
title  "A call that waits"
party  alice
test
F1  alice -> dut   INVITE   as a1   sdp offer
F2  dut -> alice   200   for F1
    wait 4s
F3  alice -> dut   OPTIONS   on a1
F4  dut -> alice   2xx   for F3
END
    [ ! -x /usr/bin/time ] || measured=(/usr/bin/time -f %M -o rss)
    play long.ladder
    assert_equal "$status" 1
    [ ! -e rss ] || [ "$(tail -1 rss)" -lt 1000000 ] # KB; a trace holds 16 MB
    assert_equal "$(verdict long)" fail
    assert_output --partial 'it is no SIP message'
    refute_output --partial 'crash'
    assert_sound
    # the end of the call was heard through the noise
    grep -q '"ok":true' <(grep liveness out/long/trace.jsonl)
    [ "$(jq '.scenarios[0].ms' run.json | cut -d. -f1)" -lt 20000 ]
}

@test "the catalogue against garbage: every report is sound" {
    noise garbage
    play -d "$ROOT/stubs/phone.dut" -j 64 --timeout 6s refer redirect
    [ "$status" -eq 1 ]
    assert_sound
    [ "$(jq '.scenarios | length' run.json)" -gt 10 ]
    # and so is what is made of the files of the run afterwards
    "$SIPLADDER" show out 'refer/two-refer-to#rows' --format svg |
        xmllint --noout -
    "$SIPLADDER" show out 'refer/two-refer-to#rows' --format mermaid |
        grep -q '^sequenceDiagram'
    jq -c '.scenarios |= map(.verdict = "pass")' run.json >old.json
    run -1 "$SIPLADDER" compare --baseline old.json out --html change.html
    "$SIPLADDER" compare old.json out --html compare.html
    "$SIPLADDER" coverage out --html coverage.html
    for page in change compare coverage; do
        tidy -q -e --drop-empty-elements no --mute-id yes "$page.html"
        no_control_bytes "$page.html"
    done
    tshark -r 'out/refer/two-refer-to#rows/capture.pcapng' >packets
    [ -s packets ]
}

@test "60 MB of zeros a second: memory and reports have their ends" {
    noise deluge
    [ ! -x /usr/bin/time ] || measured=(/usr/bin/time -f %M -o rss)
    play call.ladder --slack 1
    assert_equal "$status" 1
    assert_equal "$(verdict call)" fail
    refute_output --partial 'crash'
    [ ! -e rss ] || [ "$(tail -1 rss)" -lt 1500000 ]
    [ "$(stat -c %s out/call/trace.jsonl)" -lt 200000000 ]
    assert_sound
}

@test "10,000 calls and subscriptions a second that nobody asked for" {
    noise calls
    play call.ladder
    assert_equal "$status" 1
    assert_equal "$(verdict call)" fail
    assert_output --regexp 'unexpected: +REFER at alice'
    refute_output --partial 'crash'
    assert_sound
    [ "$(jq '.scenarios[0].ms' run.json | cut -d. -f1)" -lt 30000 ]
}
