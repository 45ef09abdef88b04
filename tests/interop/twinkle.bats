#!/usr/bin/env bats
# Twinkle gets the verdicts of its table: right nearly everywhere. Two of its
# mistakes are races that only some plays lose; then the messages themselves
# say whether they must be among the findings.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v twinkle-console >/dev/null || skip "twinkle is not installed"
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    unset TRANSPORT REGISTRAR NO_REFER
    beside registered play_registered twinkle
    beside escaped play_all twinkle "$ROOT/tests/interop/escaped.ladder"
    play_device twinkle
    beside_all
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
}

@test "twinkle: the deviations of its table, and no others" {
    assert_told twinkle
    run -0 cat "$played/status"
    assert_output 1
    [ "$(jq_result '[.scenarios[] | select(.verdict == "pass")] | length')" \
        -ge 100 ]
    # of 60 000 bytes it dies; when told to quit it may
    run -0 grep "^dead$" "$played/device"
}

# The first race: its last NOTIFY and its BYE are numbered in one order and
# sent in the other. Prints 1 where a request to a party has a lower CSeq than
# one before it in the same call.
cseq_falls() {
    wire_says "$1" '
        function message(   key, number) {
            if (out || repeat || start ~ /^(SIP\/2.0|ACK|CANCEL) /) return
            key = party " " head["Call-ID"]; number = head["CSeq"] + 0
            if (key in last && number < last[key]) falls = 1
            last[key] = number
        }
        function finish() { print falls + 0 }'
}

# The second: whether the first NOTIFY says how long the subscription lasts.
expires_missing() {
    wire_says "$1" '
        function message() {
            if (out || seen || start !~ /^NOTIFY /) return
            seen = 1
            missing = head["Subscription-State"] !~ /expires=/
        }
        function finish() { print missing + 0 }'
}

@test "twinkle: a CSeq that falls is found where it does, and only there" {
    run -0 with_finding rfc3261-12.2.1.1-a
    assert_output "$(where_wire cseq_falls)"
}

@test "twinkle: expires is missed where it is missing, and only there" {
    # the only scenario that asks for it
    run -0 jq_result '.scenarios[] | select(.id == "refer/basic-in-dialog")
        | [.. | objects | select(has("kind") and .verdict == "warn")
        | .reqs[]] | map(select(. == "rfc3515-2.4.4-k")) | length'
    assert_output "$(expires_missing refer/basic-in-dialog)"
}

@test "twinkle: calls, 301 and failover are among what it did right" {
    # but for the first race, which may show wherever a transfer succeeds
    run -0 comm -23 <(ids_played) \
        <(deviations rfc3261-12.2.1.1-a | cut -d' ' -f1)
    assert_line 'notify/truthful-failure#busy'
    assert_line 'redirect/300-choices'
    assert_line 'redirect/loop-self-and-pair#pair'
    assert_line 'redirect/no-contact'
    assert_line 'refer/no-refer-to'
    assert_line 'transfer/blind-busy-recover'
    assert_line 'transfer/referred-by#identity'
}

@test "twinkle: a legal Refer-To with percent escapes is called" {
    played=$BATS_FILE_TMPDIR/escaped
    run -0 jq_result '[.scenarios[].verdict] | join(" ")'
    assert_output 'pass pass'
}

@test "twinkle: registered with a password, it does as without" {
    assert_part registered twinkle
    run -0 jq_result '.scenarios | length'
    assert_output 10
}

@test "twinkle: with REFER switched off it refuses: a fail, or unclaimed a skip" {
    refer_off twinkle 603
}
