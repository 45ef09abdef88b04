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

# start KIND [TRANSPORT]: a correct stub with short timers; its address in
# $address, the device file that says so is device.dut
start() {
    local dut=phone transport=${2:-udp}
    [ "$1" = ua ] || dut=pbx
    { cat "$ROOT/stubs/$dut.dut" && echo 'timers T1 100ms'; } >device.dut
    mkfifo ready
    "$STUB" "$1" --t1 100 --transport "$transport" \
        >ready 2>/dev/null 3>&- &
    pid=$!
    read -r _ address <ready
}

# passes KIND TRANSPORT [flags..]: all scenarios, no finding at all
passes() {
    local transport=$2
    start "$1" "$transport"
    shift 2
    run -0 "$SIPLADDER" run -d device.dut --to "$address" -j 8 --strict "$@" \
        -t "$transport" --insecure
    refute_output --partial FAIL
}

@test "the correct phone passes" {
    passes ua udp
}

@test "the correct PBX passes" {
    passes pbx udp
}

@test "the correct phone passes over TCP and TLS" {
    passes ua tcp
    kill "$pid" && rm ready
    passes ua tls
}

@test "the correct PBX passes over TCP and TLS" {
    passes pbx tcp
    kill "$pid" && rm ready
    passes pbx tls
}

@test "the order of the scenarios does not matter" {
    "$SIPLADDER" run --help | grep -q -e --shuffle || skip "no --shuffle"
    passes ua udp --shuffle --seed 1
}
