#!/usr/bin/env bats
# What a device file says of failures, of rules and of the device: known,
# waive, version, claims, timers.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # output, address and pid are set by the library
load lib
address=''

setup() {
    e2e_setup
}

teardown() {
    e2e_teardown
}

# device [LINE..]: the phone with these lines in its file
device() {
    {
        sed "s/^address.*/address ${address#udp:}/" "$ROOT/stubs/phone.dut"
        printf '%s\n' 'timers T1 100ms' "$@"
    } >phone.dut
}

# plays STATUS [flags..]
plays() {
    local status=$1
    shift
    run "-$status" timeout 60 "$SIPLADDER" run -d phone.dut -o out \
        --tap=out.tap --junit out.xml --json out.json \
        "${@:-refer/response-code-202}" 3>&-
}

verdict() {
    jq -r '.scenarios[0].verdict' out.json
}

@test "a known failure does not fail the run, and is told apart" {
    phone --t1 100 --fault accepted-with-200
    device 'known refer/response-code-202 until 2099-12-31 "ticket 7"'
    plays 0
    assert_output --partial '1 known'
    run -0 verdict
    assert_output known
    run -0 cat out.tap
    assert_line --regexp '^not ok 1 - .* # TODO known failure: ticket 7 until 2099-12-31$'
    run -0 xmllint --xpath 'string(//testcase/skipped/@message)' out.xml
    assert_output --partial 'ticket 7'
    run -0 jq -c '.scenarios[0].known' out.json
    assert_output '{"reason":"ticket 7","until":"2099-12-31"}'
}

@test "one that has expired fails, and says since when" {
    phone --t1 100 --fault accepted-with-200
    device 'known refer/response-code-202 until 2020-01-31 "ticket 7"'
    plays 1
    run -0 verdict
    assert_output fail
    run -0 jq -r '[.. | .detail? // empty] | join("|")' out.json
    assert_output --partial 'expired on 2020-01-31: ticket 7'
}

@test "for one rule: another failure is not known" {
    phone --t1 100 --fault accepted-with-200
    device 'known refer/response-code-202 rfc3515-2.4.2-i "ticket 7"'
    plays 0
    device 'known refer/response-code-202 rfc3515-2.4.4-a "ticket 7"'
    plays 1
}

@test "of another scenario it says nothing" {
    phone --t1 100 --fault accepted-with-200
    device 'known refer/declined "ticket 7"'
    plays 1
}

@test "a known failure that passes is reported" {
    phone --t1 100
    device 'known refer/response-code-202 "ticket 7"'
    plays 0
    run -0 verdict
    assert_output pass
    run -0 jq -r '[.. | .detail? // empty] | join("|")' out.json
    assert_output --partial 'it passes now; take it out of the device file: ticket 7'
}

@test "--known FILE: beside the device file, for any device" {
    phone --t1 100 --fault accepted-with-200
    device 'waive rfc3515-2.4.4-a "not of interest"'
    echo 'known refer/response-code-202 until 2099-12-31 "ticket 8"' >known
    plays 0 --known known refer/response-code-202
    run -0 jq -c '.scenarios[0].known' out.json
    assert_output '{"reason":"ticket 8","until":"2099-12-31"}'
    echo 'claims refer' >>known
    plays 3 --known known refer/response-code-202
    assert_output --partial 'known:2:1: error: '
    plays 3 --known nowhere refer/response-code-202
    assert_output --partial 'nowhere: No such file'
}

@test "a waived rule is not asked" {
    phone --t1 100 --fault accepted-with-200
    device 'waive rfc3515-2.4.2-i "the operator wants 200"'
    plays 0
    run -0 verdict
    assert_output pass
    run -0 jq -r '[.. | .detail? // empty] | join("|")' out.json
    assert_output --partial 'waived: the operator wants 200'
}

@test "their mistakes have a place" {
    phone --t1 100
    device 'known refer/declined until soon "x"' \
        'known refer/declined' 'waive rfc3515-2.4.2-i'
    plays 3
    assert_output --partial 'a date is written 2027-03-31'
    assert_output --partial 'the reason is missing, in quotes'
}

@test "claims: values of a table, and did-you-mean" {
    phone --t1 100
    local value
    for value in none user uri; do
        device
        sed -i "s/follow-3xx=uri/follow-3xx=$value/" phone.dut
        plays 0 --dry-run redirect/300-choices
    done
    device 'claims follow-3xx=always'
    plays 3
    assert_output --partial '"follow-3xx" wants one of none user uri'
    device 'claims follow-3xx'
    plays 3
    assert_output --partial '"follow-3xx" wants one of'
    device 'claims refre'
    plays 3
    assert_output --partial 'no claim "refre". Did you mean "refer"?'
    device 'lacks refer=no'
    plays 3
    assert_output --partial 'takes no value'
}

@test "follow-3xx decides what is played" {
    phone --t1 100
    device
    plays 0 --dry-run redirect/300-choices
    assert_output --partial 'play  redirect/300-choices'
    sed -i 's/follow-3xx=uri/follow-3xx=none/' phone.dut
    plays 0 --dry-run redirect/300-choices
    refute_output --partial 'play  '
    assert_output --partial 'lacks follow-3xx=uri|user'
}

@test "timers T1: the pace of our repeats" {
    local repeats t1
    noise mute
    device
    # a second's patience: one repeat at 500 ms, six at 10 ms
    plays 4 --slack 0.1 refer/response-code-202
    repeats=$(grep -c '(repeat)' out/refer/response-code-202/ladder.txt)
    sed -i 's/^timers.*/timers T1 10ms/' phone.dut
    plays 4 --slack 0.1 refer/response-code-202
    run -0 grep -c '(repeat)' out/refer/response-code-202/ladder.txt
    assert [ "$output" -gt "$repeats" ]
    for t1 in 11s 0ms; do
        device "timers T1 $t1"
        plays 3
        assert_output --partial 'T1 is 1 ms to 10 s'
    done
}

@test "timers slack: limits of a slow device, unless --slack says otherwise" {
    phone --t1 100
    device 'timers T1 100ms slack 3'
    plays 0 refer/response-code-202
    run -0 jq -r .run.slack out/result.json
    assert_output 3
    plays 0 --slack 2 refer/response-code-202
    run -0 jq -r .run.slack out/result.json
    assert_output 2
}

@test "a keyword that is none, with the nearest" {
    phone --t1 100
    device 'namserver 127.0.0.1:53'
    plays 3
    assert_output --partial 'a device file has no "namserver". Did you mean "nameserver"?'
}

@test "what names no scenario or no rule is an error, with the name that was meant" {
    phone --t1 100
    device 'known refer/response-code-220 "ticket 7"'
    plays 3
    assert_output --partial 'there is no scenario "refer/response-code-220". Did you mean "refer/response-code-202"? [unknown-scenario]'
    device 'waive rfc3515-2.4.2-ii "no such rule"'
    plays 3
    assert_output --partial 'the catalogue has no rule "rfc3515-2.4.2-ii". Did you mean "rfc3515-2.4.2-i"?'
    device
    echo 'known refer/declined rfc9999-1-a "no such rule"' >known
    plays 3 --known known refer/response-code-202
    assert_output --partial 'known:1:22: error: the catalogue has no rule "rfc9999-1-a"'
}

@test "what is not played may be named: scenarios of the library, of one's own" {
    phone --t1 100
    mkdir mine
    cp "$ROOT/scenarios/refer/declined.ladder" mine/own.ladder
    device 'known refer/declined "a"' 'known refer/uri-headers#route "b"' \
        'known mine/own "c"' 'known refer/response-code-202@tcp "d"' \
        'waive practice-of-our-own "e"'
    plays 0
}

@test "of a line with two rules one is waived, and the other fails" {
    phone --t1 100 --fault accepted-with-200
    sed 's/\[rfc3515-2.4.2-i /[rfc3515-2.4.2-i rfc3515-2.4.2-j /' \
        "$ROOT/scenarios/refer/response-code-202.ladder" >two.ladder
    grep -q 'rfc3515-2.4.2-i rfc3515-2.4.2-j' two.ladder
    device 'waive rfc3515-2.4.2-i "the operator wants 200"'
    plays 1 two.ladder
    run -0 jq -r '[.. | .apart? // empty | .[] |
        "\(.id) \(.verdict)"] | join("|")' out.json
    assert_output --partial 'rfc3515-2.4.2-i not reached'
    assert_output --partial 'rfc3515-2.4.2-j fail'
}
