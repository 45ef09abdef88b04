#!/usr/bin/env bats
# SIPp, which knows nothing of us, calls and is called; and what its caller
# does with a 301 is found.
bats_require_minimum_version 1.8.0

setup() {
    command -v sipp >/dev/null || skip "sip-tester is not installed"
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
    # shellcheck disable=SC2034 # verdicts.bash reads it
    played=$BATS_TEST_TMPDIR
    unset TRANSPORT PLAY
}

verdicts() {
    run -0 jq_result '[.scenarios[].verdict] | join(" ")'
    assert_output "$1"
    assert_silent
}

@test "sipp: it is called" {
    play_all sipp-uas "$ROOT/tests/interop/it-is-called.ladder"
    verdicts pass
}

@test "sipp: it calls, and sipladder answers" {
    play_all sipp-uac "$ROOT/tests/interop/it-calls.ladder"
    verdicts pass
}

@test "sipp: it refers whom it has called, and understands the NOTIFYs" {
    play_all sipp-uac "$ROOT/tests/interop/it-refers.ladder"
    verdicts pass
}

@test "sipp: it is referred, and its NOTIFYs are understood" {
    PLAY=refer play_all sipp-uas "$ROOT/tests/interop/it-is-referred.ladder"
    verdicts pass
}

@test "sipp: it logs in with a password and calls through Kamailio" {
    command -v kamailio >/dev/null || [ -x /usr/sbin/kamailio ] ||
        skip "kamailio is not installed"
    local call=$ROOT/ci/devices/sipp-uac/call
    TRIGGER="call run \"$call -r proxy.test 127.0.0.82 $((20000 + RANDOM % 9000)) {target.user} {dut.host} {dut.port}\"" \
        play_all kamailio-registrar "$ROOT/tests/interop/it-calls-through.ladder"
    verdicts pass
}

@test "sipp: no ACK for a 301, as its table says" {
    play_device sipp-uac
    assert_told sipp-uac
}
