#!/usr/bin/env bats
# What a device may do otherwise and still keep the rules fails no scenario.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # address and pid are set by the library
load stub
address=

setup() {
    stub_setup
}

teardown() {
    stub_kill
}

# The flows that most scenarios share, and where each variant has found one that
# was wrong. WHOLE=1: all but those that measure timers of 64 T1.
sample() {
    if [ -n "${WHOLE-}" ]; then
        quick
        return
    fi
    printf '%s\n' passive/wire-rules refer/basic-in-dialog \
        refer/contact-rules refer/multiple-at-once notify/body-and-type \
        notify/passive-syntax notify/rejected-481 transfer/attended-local \
        transfer/blind-basic transfer/blind-busy-recover \
        transfer/target-leaves-at-once redirect/301-basic \
        redirect/302-not-cached redirect/contact-rows-vs-list \
        replaces/confirmed transaction/ack-route transaction/sips-contact
}

@test "no habit that the rules allow is held against a device" {
    local ids
    mapfile -t ids < <(sample)
    # most of a play is waiting, but too many at once look like slow devices
    "$STUB" --list-variants |
        while IFS=$'\t' read -r name devices edition judge _; do
            for device in $devices; do
                echo "$name" "$device" "$edition" "$judge" "${ids[@]}"
            done
        done >plays
    [ "$(wc -l <plays)" -gt 30 ]
    run -0 xargs -L 1 -P "$((2 * $(nproc)))" -a plays \
        "$ROOT/tests/bite/variant.sh" "$BATS_FILE_TMPDIR/plays.d"
    assert_output ''
}

@test "a habit can be told from none" {
    local name
    run -0 "$STUB" --list-variants
    for name in $(cut -f1 <<<"$output"); do
        assert_line --regexp "^$name	[a-z ]+	rfc[0-9]+	[-a-z0-9/]+	[^	]+	[^	]+$"
    done
    run -2 "$STUB" ua --variant no-such-thing
    assert_output --partial 'there is no variant "no-such-thing"'
    run -2 "$STUB" pbx --variant hold-on-refer
    assert_output --partial 'this device cannot have the variant "hold-on-refer"'
}

@test "how a phone answers REFER is no matter of redirect/*" {
    start ua --fault response-waits-for-target
    run -0 "$SIPLADDER" run -d device.dut --to "$address" -j 32 --strict \
        -o out redirect/301-basic redirect/300-choices redirect/many-181 \
        redirect/contact-uri-params redirect/chain-and-many \
        redirect/multi-contact-failover redirect/302-not-cached
    refute_output --partial FAIL
    stop
}

# one_finding FAULT SCENARIO: of all in this play one has failed
one_finding() {
    start ua --fault "$1"
    run -1 "$SIPLADDER" run -d device.dut --to "$address" -o out "$2"
    stop
    run -0 jq '[.scenarios[] | .. | objects | select(has("kind") and
        .verdict == "fail")] | length' out/result.json
    assert_output 1
}

@test "one mistake is one finding" {
    one_finding two-refer-to-accepted 'refer/two-refer-to#rows'
    one_finding no-refer-to-accepted refer/no-refer-to
}
