#!/usr/bin/env bats
# baresip gets the verdicts of its table: no q, only the first Contact, a
# redirection to itself tried 15 times, two Refer-To taken, an unknown Require
# too, headers and escapes of a Refer-To in the Request-URI, and sipfrags that
# end in a bare LF.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v baresip >/dev/null || skip "baresip is not installed"
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    unset TRANSPORT REGISTRAR NO_REFER
    beside registered play_registered baresip
    SLACK=1 beside escaped play_all baresip \
        "$ROOT/tests/interop/escaped.ladder"
    CALLS=trigger beside dialled play_all baresip redirect/{301-basic,no-contact}
    play_device baresip
    beside_all
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
}

@test "baresip: the deviations of its table, and no others" {
    assert_played baresip
}

# Whether a message of the device has a sipfrag for its body.
has_sipfrag() {
    wire_has "$1" 'head["Content-Type"] ~ /^message\/sipfrag/'
}

@test "baresip: every sipfrag ends in a bare LF, and each play says so" {
    [ "$(ids_played | wc -l)" -ge 30 ]
    run -0 with_finding rfc3420-2-a
    assert_output "$(where_wire has_sipfrag)"
}

@test "baresip: calls, REFER and 301 are among what it did right" {
    # nothing but the line end, if anything
    run -0 comm -23 <(ids_played) <(deviations rfc3420-2-a | cut -d' ' -f1)
    assert_line 'notify/body-and-type#success'
    assert_line 'notify/truthful-timeout#silent'
    assert_line 'redirect/301-basic#moved'
    assert_line 'redirect/no-contact'
    assert_line 'redirect/refer-target-redirects'
    assert_line 'refer/basic-in-dialog'
    assert_line 'transfer/blind-busy-recover'
    [ "${#lines[@]}" -ge 25 ]
}

@test "baresip: it goes round a loop as often as its limit says" {
    run -0 rounds
    assert_output 15
}

@test "baresip: a legal Refer-To with percent escapes kills it" {
    # shellcheck disable=SC2034 # verdicts.bash reads it
    played=$BATS_FILE_TMPDIR/escaped
    run -0 jq_result '.scenarios[] | (.id | sub(".*#"; "")) + " " + .verdict'
    assert_output - <<'END'
spelt fail
subject fail
END
    run -0 jq_result '.scenarios[1] | .. | objects
        | select(.kind? == "liveness" and .verdict == "fail") | .reason'
    assert_output crash
    run -0 last_words
    assert_line --partial 'ended by itself with status 139'
    assert_line dead
}

@test "baresip: dialled by its control port, it follows a 301 as by REFER" {
    assert_part dialled baresip
    run -0 jq_result '[.scenarios[].verdict] | unique | join(" ")'
    assert_output pass
}

@test "baresip: registered with a password, it does as without" {
    assert_part registered baresip
    run -0 jq_result '[.scenarios[].verdict] | unique | join(" ")'
    assert_output warn
}

@test "baresip: with REFER switched off it refuses: a fail, or unclaimed a skip" {
    refer_off baresip 501
}
