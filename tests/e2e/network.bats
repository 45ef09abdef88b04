#!/usr/bin/env bats
# Transports, certificates, a bad network, values of params.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    cat >call.ladder <<'LADDER'
ladder 1
title  "a call"
role   ua
param  answer = 200
party  alice

test
F1  alice -> dut   INVITE {dut.uri}   as a1   sdp offer
F2  must dut -> alice   {answer}   for F1   [practice-call]
        must transport is {F1.Via[1].transport}   [practice-call]
F3  alice -> dut   BYE   on a1
    dut -> alice   200   for F3
LADDER
}

teardown() {
    [ -z "${stub:-}" ] || kill "$stub"
}

# start FLAGS..: a stub phone on all transports
start() {
    "$STUB" ua --transport udp --transport tcp --transport tls "$@" \
        >ready 2>stub.log 3>&- &
    stub=$!
    for _ in $(seq 200); do
        [ "$(grep -c ready ready)" -lt 3 ] || return 0
        sleep 0.05
    done
    return 1
}

# at TRANSPORT: its address
at() {
    sed -n "s/^ready \($1:.*\)/\1/p" ready
}

# play TRANSPORT flags..
play() {
    local to
    to=$(at "$1")
    shift
    run "$SIPLADDER" run call.ladder --to "$to" "$@"
}

@test "a call over each transport" {
    start
    play udp
    assert_success
    play tcp
    assert_success
    play tls --insecure
    assert_success
    assert_output --partial '1 passed'
}

@test "a certificate that nobody vouches for is refused, with the reason" {
    start
    play tls
    assert_equal "$status" 4
    assert_output --partial 'certificate is refused'
}

@test "a CA file vouches for the device; its name must be right" {
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stub \
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out ca.pem \
        2>/dev/null
    mkdir certs
    cat key.pem ca.pem >certs/agent.pem
    cp ca.pem certs/cafile.pem
    start --certificates certs
    play tls --tls-ca ca.pem
    assert_success
    play tls --tls-ca ca.pem --tls-name other.example
    assert_equal "$status" 4
    assert_output --partial 'certificate is refused'
}

@test "TLS files that cannot be used are said before anything is sent" {
    run -2 "$SIPLADDER" run call.ladder --to tls:127.0.0.1:1 --tls-ca none.pem
    assert_output 'sipladder run: CA file none.pem: No such file or directory'
    run -2 "$SIPLADDER" run call.ladder --to tls:127.0.0.1:1 \
        --tls-cert none.pem
    assert_output --partial 'sipladder run: certificate none.pem: '
}

@test "a transport that is none" {
    run -2 "$SIPLADDER" run call.ladder -t sctp
    assert_output "sipladder run: --transport takes udp, tcp or tls, not \"sctp\""
}

@test "TCP to a port where nobody listens" {
    run -4 "$SIPLADDER" run call.ladder --to tcp:127.0.0.1:1 --slack 0.5
    assert_output --partial '127.0.0.1:1'
}

@test "a delayed network is played over, a dead one is said" {
    start
    play udp --impair delay=20ms+-5ms,dup=20% --seed 1
    assert_success
    play udp --impair loss=100% --slack 0.2
    assert_equal "$status" 4
    run -2 "$SIPLADDER" run call.ladder --impair jam=3%
    assert_output 'sipladder run: --impair: "jam=3%" is none of loss=5%, delay=20ms+-10ms, dup=1%'
}

@test "what is lost on purpose is drawn" {
    start
    play udp --impair loss=30% --seed 3 --slack 3
    run cat out/last/call/ladder.txt
    assert_output --partial 'lost on its way'
}

@test "a scenario that needs a clean network is skipped on a bad one" {
    start
    sed -i 's/^role.*/&\nneeds  clean-network/' call.ladder
    play udp --impair delay=1ms
    assert_equal "$status" 77
    assert_output --partial 'lacks clean-network'
}

@test "-v sets a param; a name that no scenario has is refused" {
    start
    play udp -v answer=486
    assert_equal "$status" 1
    play udp --value answer=2xx
    assert_success
    play udp -v anwser=486
    assert_equal "$status" 2
    assert_output 'sipladder run: none of the scenarios has a param "anwser"'
    play udp -v answer
    assert_equal "$status" 2
    assert_output 'sipladder run: --value takes NAME=VALUE'
}
