#!/usr/bin/env bats
# Every fault of the stubs makes its scenario fail, at the check it names; the
# correct stubs pass all that they are played.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    cd "$BATS_TEST_TMPDIR" || exit
}

teardown() {
    [ -z "${pid-}" ] || kill "$pid" 2>/dev/null || true
}

# start KIND [flags..]: its address in $address
start() {
    "$STUB" "$@" >ready 2>/dev/null 3>&- &
    pid=$!
    for _ in $(seq 200); do
        address=$(sed -n 's/^ready //p' ready)
        [ -z "$address" ] || return 0
        sleep 0.05
    done
    return 1
}

# bites NAME DEVICES REQUIREMENT SCENARIO: "unexpected" may stand for an id
bites() {
    local kind=${2%% *} dut=phone status=0
    [ "$kind" = ua ] || dut=pbx
    start "$kind" --fault "$1" || return 1
    "$SIPLADDER" run -d "$ROOT/stubs/$dut.dut" --to "$address" -j 8 \
        -o out --strict --slack 0.5 "$4" >log 2>&1 || status=$?
    kill "$pid"
    wait "$pid" 2>/dev/null || true
    pid=''
    [ "$status" -eq 1 ] && jq -e --arg id "$3" '[.. | objects |
        select(.verdict == "fail") | (.reqs // [])[], .kind] |
        index($id)' out/result.json >/dev/null
}

@test "each fault is caught by its scenario at the named check" {
    local name devices id scenario missed=''
    while IFS=$'\t' read -r name devices id scenario _; do
        [ "$scenario" != - ] || continue
        [ "$scenario" != notify/truthful-timeout ] || continue # slow
        bites "$name" "$devices" "$id" "$scenario" </dev/null ||
            missed+=" $name"
    done < <("$STUB" --list-faults)
    assert_equal "$missed" ''
}

@test "the correct phone passes" {
    start ua
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" -j 8 \
        refer redirect transfer notify/body-and-type \
        notify/truthful-failure notify/premature-success
    refute_output --partial FAIL
}

@test "the correct PBX passes" {
    start pbx
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/pbx.dut" --to "$address" -j 8 \
        refer redirect transfer notify/body-and-type \
        notify/truthful-failure notify/premature-success
    refute_output --partial FAIL
}
