#!/usr/bin/env bats
# Many plays in one process: all pass, all are counted, nothing piles up. No
# test here looks at a clock.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    # what is freed stays with the sanitizer for a while
    export ASAN_OPTIONS="${ASAN_OPTIONS-}:quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    cd "$BATS_TEST_TMPDIR" || return
    mkfifo ready
    "$STUB" ua --listen 127.77.0.2:0 >ready 2>stub.log 3>&- &
    pid=$!
    read -r _ address <ready
    { cat "$ROOT/stubs/phone.dut" && echo 'bind 127.77.0.1'; } >phone.dut
}

teardown() {
    kill "$pid" 2>/dev/null || true
}

play() {
    "$SIPLADDER" run refer/no-refer-to -d phone.dut --to "$address" -o out \
        "$@"
}

@test "all of 300 plays pass and are counted, in every report" {
    run -0 play --repeat 300 --at-once 100 --tap --junit out.xml
    assert_line '1..1'
    assert_line 'ok 1 - refer/no-refer-to'
    assert_line '# 300 plays'
    run -0 jq -c '.scenarios[] | [.verdict, .plays, .verdicts]' out/result.json
    assert_output '["pass",300,{"pass":300}]'
    run -0 xmllint --xpath 'string(//property[@name="plays"]/@value)' out.xml
    assert_output 300
    run -0 xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" out.xml
}

@test "each failed play is counted, the first ones are listed with a ladder" {
    kill "$pid"
    wait "$pid" || true # else its end of the pipe is what is read
    "$STUB" ua --listen 127.77.0.2:0 --fault accepted-with-200 >ready \
        2>stub.log 3>&- &
    pid=$!
    read -r _ address <ready
    run -1 "$SIPLADDER" run refer/basic-out-of-dialog -d phone.dut \
        --to "$address" -o out --repeat 60 --at-once 30
    assert_line --partial '60 of 60 plays: fail'
    run -0 jq -c '.scenarios[] | [.plays, .verdicts, (.failed_plays | length)]' \
        out/result.json
    assert_output '[60,{"fail":60},19]'
    run -0 find out -name ladder.txt
    assert_equal "${#lines[@]}" 20
}

# hwm PID: its VmHWM in kB, 0 where it has gone.
hwm() {
    awk '/^VmHWM/ { n = $2 } END { print n + 0 }' "/proc/$1/status" \
        2>/dev/null || echo 0
}

# peak N: the peaks of the two processes of N plays, in kB, in $kb. They only
# grow, so the last ones seen before the end count.
peak() {
    local parent child player=0 own=0 now
    play --repeat "$1" --at-once 100 >log 2>&1 3>&- &
    parent=$!
    while kill -0 "$parent" 2>/dev/null; do
        for child in $(pgrep -P "$parent"); do
            now=$(hwm "$child")
            [ "$now" -le "$player" ] || player=$now
        done
        now=$(hwm "$parent")
        [ "$now" -le "$own" ] || own=$now
        read -r -t 0.02 <> <(:) || true
    done
    wait "$parent"
    kb=$((own + player))
}

# With nothing kept, peaks are those of 100 plays at once. A kilobyte a play
# would be a leak of the smallest kind; a sanitizer keeps some itself.
@test "2000 plays take no more memory than 500" {
    local few many bound=1
    ! grep -q __asan_init "$SIPLADDER" || bound=4
    peak 500
    few=$kb
    peak 2000
    many=$kb
    echo "$few kB with 500 plays, $many kB with 2000"
    [ "$few" -gt 1000 ] # it was seen at all
    [ $((many - few)) -lt $((1500 * bound)) ]
}

@test "against SIPp: as many exchanges as were asked for" {
    command -v sipp >/dev/null || skip 'SIPp is not here'
    run -0 env SIPLADDER="$SIPLADDER" "$ROOT/tests/bench/exchange" -n 300 \
        -m 100 -r 1 --no-memory
    assert_line --partial 'CPU seconds for 300 exchanges'
}

@test "the bench of the reports makes each of them" {
    run -0 env BUILD="$(dirname "$SIPLADDER")" "$ROOT/tests/bench/reports" -n 20
    assert_line --index 0 --partial '20 scenarios, 30 messages each'
    assert_equal "${#lines[@]}" 8
}
