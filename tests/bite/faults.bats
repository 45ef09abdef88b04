#!/usr/bin/env bats
# Every fault of the stubs makes its scenario fail, at the check it names; the
# correct stubs pass all that they are played.
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

# "FAULT SCENARIO" a line: what the stubs say, what the scenarios say
named_by_stubs() {
    "$STUB" --list-faults | awk -F'\t' '{ print $1, $4 }' | sort
}

named_by_scenarios() {
    cd "$ROOT/scenarios" || return
    awk '$1 == "bites" {
        id = FILENAME
        sub(/\.ladder$/, "", id)
        for (i = 2; i <= NF; i++) {
            if ($i ~ /^#/)
                break
            print $i, id
        }
    }' ./*/*.ladder | sed 's| \./| |' | sort
}

@test "a fault and its scenario name each other" {
    [ -n "$(named_by_stubs)" ]
    assert_equal "$(named_by_stubs)" "$(named_by_scenarios)"
}

@test "each fault is caught by its scenario at the named check" {
    # most of a play is waiting: many fit on one core
    "$STUB" --list-faults | while IFS=$'\t' read -r name devices id scenario _
    do
        for device in $devices; do
            printf '%s\0' "$name" "$device" "$id" "$scenario"
        done
    done >plays
    run -0 xargs -0 -n 4 -P "$((12 * $(nproc)))" -a plays \
        "$ROOT/tests/bite/bite.sh" "$PWD/plays.d"
    assert_output ''
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
