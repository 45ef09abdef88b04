#!/usr/bin/env bats
# The line at the foot of a terminal while a run lasts.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    phone
    write_call a.ladder
    write_call b.ladder
    sed -i 's/status is 200/status is 299/' a.ladder
    command="$SIPLADDER run a.ladder b.ladder --to $address -o out -j 1"
}

teardown() {
    e2e_teardown
}

# on_terminal WORDS..: the run with a terminal of its own; its bytes in "seen"
on_terminal() {
    TERM=xterm script -qec "$command $*" seen >/dev/null </dev/null || true
    grep -aq 'scenarios: 1 failed, 1 passed' seen
}

@test "on a terminal one line says how far the run is, and goes away" {
    on_terminal
    grep -aqF $'\r\e[K0 of 2 done, at least 1 s left' seen
    grep -aqF '1 of 2 done, 1 failing, at least 1 s left' seen
    # it is wiped before anything else is written
    run -1 grep -aE $'left[^\r]*(pass|FAIL)' seen
    run -1 grep -aF '2 of 2 done' seen
}

@test "elsewhere there is none, and no control byte" {
    run -1 $command
    refute_output --partial ' done'
    printf '%s\n' "$output" >plain
    no_control_bytes plain
    TERM=dumb script -qec "$command" dumb >/dev/null </dev/null || true
    run -1 grep -a ' of 2 done' dumb
}

@test "with --live each message is a line, and nothing else is drawn" {
    on_terminal --live
    run -1 grep -aF ' of 2 done' seen
}
