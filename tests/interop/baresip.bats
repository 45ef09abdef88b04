#!/usr/bin/env bats
# A real phone gets the verdicts that were measured of it by hand. Its sipfrags
# end in LF, so that whoever reads one warns.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v baresip >/dev/null || skip "baresip is not installed"
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/device.sh"
    cd "$BATS_TEST_TMPDIR" || exit
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    start_device baresip
}

teardown() {
    stop_devices
}

# play STATUS what..: plays against the phone with room for a busy machine
play() {
    local status=$1
    shift
    # shellcheck disable=SC2154 # device_start sets it
    run "-$status" "$SIPLADDER" run -d "$device_dut" --slack 3 "$@"
}

@test "a REFER in a call is accepted, carried out and reported" {
    play 0 refer/basic-in-dialog
    assert_output --partial '1 warned'
}

@test "a failure is told as it is" {
    play 0 'notify/truthful-failure#busy'
    assert_output --partial '1 warned'
}

@test "a 301 is followed" {
    play 0 'redirect/301-basic#moved'
    assert_output --partial '1 warned'
}

@test "two Refer-To values are taken: a finding" {
    play 1 'refer/two-refer-to#rows'
    assert_output --partial 'rfc3515-2.4.2-e'
}

@test "a redirection to itself is tried again and again: a finding" {
    play 1 'redirect/loop-self-and-pair#self'
    assert_output --partial 'rfc3261-8.1.3.4-b'
}

@test "TAP passes through prove's eyes, JUnit through xmllint" {
    play 0 refer/basic-in-dialog --tap --junit j.xml
    assert_output --partial 'TAP version 13'
    assert_output --partial 'ok 1 - refer/basic-in-dialog'
    run -0 xmllint --noout j.xml
}
