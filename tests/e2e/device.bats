#!/usr/bin/env bats
# A device whose file says how it is started: up before the first scenario,
# gone behind the last, however the run ends.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    port=$(free_port)
}

teardown() {
    # what a failing test has left; the others leave nothing
    [[ ! -s device.pid ]] || kill -KILL "$(cat device.pid)" 2>/dev/null || :
}

# A port that was free a moment ago.
free_port() {
    local ready
    # shellcheck disable=SC2153 # ctest sets it
    exec 4< <(exec "$STUB" ua 3>&-)
    read -r -t 10 _ ready <&4
    kill "$!"
    exec 4<&-
    echo "${ready##*:}"
}

# device_file START-LINE..: a phone at $port
device_file() {
    cat >phone.dut <<END
device     phone
address    127.0.0.1:$port
role       ua
claims     refer refer-out-of-dialog
calls      refer
bind       127.0.0.1
$(printf '%s\n' "$@")
END
}

# The command that is the device; it leaves its id.
stub() {
    echo "echo \$\$ >device.pid; exec '$STUB' ua --listen 127.0.0.1:$port"
}

gone() {
    [[ -s device.pid ]] || fail "the device never was"
    ! kill -0 "$(cat device.pid)" 2>/dev/null
}

# ends_with STATUS PID
ends_with() {
    local status=0
    wait "$2" || status=$?
    [ "$status" -eq "$1" ] || fail "status $status, not $1"
}

# until_true COMMAND..: within ten seconds
until_true() {
    local i
    for ((i = 0; i < 500; i++)); do
        ! "$@" || return 0
        sleep 0.02
    done
    fail "not within 10 s: $*"
}

play() {
    local status=$1
    shift
    run "-$status" "$SIPLADDER" run -d phone.dut -o out \
        "${@:-refer/basic-out-of-dialog}" 3>&-
}

@test "started, ready by a line of its own, played, gone" {
    device_file "start \"$(stub)\" ready line within 10s"
    play 0
    assert_output --partial '1 passed'
    gone
    run -0 cat out/device.log
    assert_output --partial "ready udp:127.0.0.1:$port"
}

@test "started, ready by its answer to OPTIONS, played, gone" {
    device_file "start \"$(stub)\" ready options within 10s"
    play 0
    gone
}

@test "without a word about it readiness is an answer to OPTIONS" {
    device_file "start \"$(stub)\""
    play 0
    gone
}

@test "the commands run in the folder of the device file" {
    mkdir elsewhere
    device_file "start \"$(stub)\" ready line"
    mv phone.dut elsewhere/
    run -0 "$SIPLADDER" run -d elsewhere/phone.dut -o out \
        refer/basic-out-of-dialog 3>&-
    mv elsewhere/device.pid .
    gone
}

@test "the stop command comes before any signal" {
    device_file "start \"$(stub)\" ready line stop \"kill -0 \$(cat device.pid) && kill \$(cat device.pid) && echo asked\""
    play 0
    gone
    run -0 tail -n 1 out/device.log
    assert_output asked
}

@test "a starter that leaves a daemon: ready, and the daemon gone too" {
    device_file "start \"setsid sh -c \\\"$(stub | sed 's/\$/\\\\&/g')\\\" &\" ready options within 10s"
    play 0
    assert_output --partial '1 passed'
    gone
}

@test "a device that ignores SIGTERM is ended all the same" {
    device_file "start \"trap '' TERM; '$STUB' ua --listen 127.0.0.1:$port & echo \$\$ >device.pid; while :; do sleep 1; done\" ready options"
    play 0
    gone
}

@test "a start that fails: Bail out, exit 4, its words in the log" {
    device_file 'start "echo no licence; exit 7" ready options within 10s'
    play 4 --tap refer/basic-out-of-dialog
    assert_line --regexp '^Bail out! the device does not start \(see out/device.log\): it ended with status 7 before it was ready; its last words: no licence$'
    run -0 cat out/device.log
    assert_output 'no licence'
}

@test "a start that dies of a signal" {
    # shellcheck disable=SC2016 # for the device's shell
    device_file 'start "kill -SEGV $$" ready line within 10s'
    play 4
    assert_output --partial 'died of signal 11'
}

@test "a device that is not ready in time: exit 4, and gone" {
    # shellcheck disable=SC2016 # for the device's shell
    device_file 'start "echo $$ >device.pid; exec sleep 100" ready line within 300ms'
    play 4
    assert_output --partial 'no line that begins with "ready" within 0.3 s'
    gone
}

@test "a line that begins otherwise is no sign" {
    device_file 'start "echo not ready; echo readymade; sleep 100" ready line within 300ms'
    play 4
    assert_output --partial 'no line that begins with "ready"'
}

@test "Ctrl-C during the play: reports, exit 130, the device gone" {
    device_file "start \"$(stub)\" ready line"
    "$SIPLADDER" run -d phone.dut -o out --tap=tap \
        'notify/truthful-timeout#silent' refer 3>&- &
    until_true test -s out/device.log
    kill -INT $!
    ends_with 130 $!
    gone
    run -0 jq -r .run.interrupted out/result.json
    assert_output true
}

@test "Ctrl-C during the start: exit 130, the device gone" {
    # shellcheck disable=SC2016 # for the device's shell
    device_file 'start "echo $$ >device.pid; exec sleep 100" ready line within 60s'
    "$SIPLADDER" run -d phone.dut -o out refer 3>&- &
    until_true test -s device.pid
    kill -INT $!
    ends_with 130 $!
    gone
}

@test "a run that is killed leaves no device behind" {
    device_file "start \"$(stub)\" ready line"
    "$SIPLADDER" run -d phone.dut -o out \
        'notify/truthful-timeout#silent' 3>&- &
    until_true test -s out/device.log
    kill -KILL $!
    wait $! || :
    until_true gone
}

@test "--to names another device: this one is not started" {
    device_file 'start "touch started" ready line within 300ms'
    exec 4< <(exec "$STUB" ua 3>&-)
    local stub=$! address
    read -r -t 10 _ address <&4
    play 0 --to "$address" refer/basic-out-of-dialog
    kill "$stub"
    [ ! -e started ]
}

@test "what is only looked at is not started" {
    device_file 'start "touch started" ready line within 300ms'
    play 0 --dry-run refer
    run -0 "$SIPLADDER" list -d phone.dut refer
    [ ! -e started ]
}

@test "version sh: one line, in the result and in JUnit" {
    device_file "start \"$(stub)\" ready line" \
        'version sh "echo phone 1.2 && echo more"'
    play 0
    run -0 jq -r .device.version out/result.json
    assert_output 'phone 1.2'
    run -0 xmllint --xpath 'string(//property[@name="version"]/@value)' out/junit.xml
    assert_output 'phone 1.2'
}

@test "a version that cannot be had is said, and nothing else happens" {
    device_file "start \"$(stub)\" ready line" 'version sh "exit 3"'
    play 0
    assert_line 'sipladder: version: "exit 3" fails'
}

@test "a wrong start line has its place, and nothing is started" {
    device_file 'start "touch started" redy options'
    play 3
    assert_output --partial 'phone.dut:7:23'
    device_file 'start "touch started" ready options within soon'
    play 3
    assert_output --partial 'soon'
    [ ! -e started ]
}

@test "a start that never is ready: its last words are in the report" {
    device_file 'start "echo booting; echo waiting for a licence; sleep 100" ready line within 300ms'
    play 4 --tap refer/basic-out-of-dialog
    assert_line --regexp '^Bail out! .*within 0.3 s; its last words: waiting for a licence$'
}

@test "a slow start is waited for" {
    device_file "start \"sleep 1; $(stub)\" ready options within 20s"
    play 0
    gone
}

@test "a port that another program has: said, and nothing is started" {
    local other
    until # the number may be somebody else's
        exec 4< <(exec "$STUB" ua --listen "127.0.0.1:$port" 3>&-)
        other=$!
        read -r -t 60 _ _ <&4
    do
        port=$((port + 1))
    done
    device_file "start \"touch started; $(stub)\" ready options within 5s"
    play 4
    kill "$other"
    assert_output --partial "udp 127.0.0.1:$port is taken before it starts"
    [ ! -e started ]
}

@test "a device that leaves its port taken is said to" {
    mkfifo up
    # started by somebody else: no keeper finds it
    # shellcheck disable=SC2016 # for that shell
    env port="$port" bash -c 'read -r <up; exec "$STUB" ua --listen "127.0.0.1:$port"' \
        >/dev/null 2>&1 3>&- &
    local other=$!
    device_file 'start "echo now >up; sleep 100" ready options within 10s'
    play 0
    kill "$other"
    assert_output --partial "udp 127.0.0.1:$port is still taken"
}

@test "a device that dies in a run: the rest says that it is gone" {
    cat >die.ladder <<'END'
ladder 1
title  "The device dies"
role   ua
party  alice
test
F1  alice -> dut   OPTIONS
F2  must dut -> alice   200   for F1   [practice-x]
    trigger die
END
    # shellcheck disable=SC2016 # for the trigger's shell
    device_file "start \"$(stub)\" ready line" \
        'trigger die sh "kill -KILL $(cat device.pid)"'
    play 1 -j 1 ./die.ladder refer/basic-in-dialog refer/no-refer-to
    run -0 jq -r '.scenarios[] | [.id, .verdict, .reason] | join(" ")' \
        out/result.json
    assert_line --regexp '^die fail'
    assert_line 'refer/basic-in-dialog inconclusive device-gone'
    assert_line 'refer/no-refer-to inconclusive device-gone'
}

@test "a line that the started device reads: stdin" {
    device_file "start \"exec '$STUB' ua --listen 127.0.0.1:$port --control stdin\" ready line" \
        'trigger call stdin "dial {target}"' \
        'trigger transfer stdin "transfer {target}"'
    sed -i 's/^claims .*/& refer-client/' phone.dut
    play 0 issuer/blind-in-dialog
    assert_output --partial '1 passed'
    grep -qx ok out/device.log
}

@test "a started device that reads nothing, or nothing any more" {
    cat >type.ladder <<'END'
ladder 1
title  "Somebody types"
role   ua
party  alice
test
    trigger type
END
    device_file "start \"exec '$STUB' ua --listen 127.0.0.1:$port <&-\" ready line" \
        'trigger type stdin "hello"'
    play 4 ./type.ladder
    assert_output --partial 'the device reads nothing any more'
    exec 4< <(exec "$STUB" ua 3>&-)
    local other=$! address
    read -r -t 10 _ address <&4
    play 4 ./type.ladder --to "$address"
    kill "$other"
    assert_output --partial 'was not started here'
}
