#!/usr/bin/env bats
# The correct stubs pass all that they are played.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
    [ -z "${pid-}" ] || kill "$pid" 2>/dev/null || true
}

# start KIND: a correct stub with short timers; its address in $address, the
# device file that says so is device.dut
start() {
    local dut=phone
    [ "$1" = ua ] || dut=pbx
    { cat "$ROOT/stubs/$dut.dut" && echo 'timers T1 100ms'; } >device.dut
    mkfifo ready
    "$STUB" "$1" --t1 100 >ready 2>/dev/null 3>&- &
    pid=$!
    read -r _ address <ready
}

# passes KIND [flags..]: all scenarios, no finding at all
passes() {
    start "$1"
    shift
    run -0 "$SIPLADDER" run -d device.dut --to "$address" -j 8 --strict "$@"
    refute_output --partial FAIL
}

@test "the correct phone passes" {
    passes ua
}

@test "the correct PBX passes" {
    passes pbx
}

@test "the order of the scenarios does not matter" {
    "$SIPLADDER" run --help | grep -q -e --shuffle || skip "no --shuffle"
    passes ua --shuffle --seed 1
}
