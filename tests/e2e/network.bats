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

# until_said WORD FILE [N]: so many lines begin with it
until_said() {
    for _ in $(seq 200); do
        [ "$(grep -c "^$1 " "$2")" -lt "${3:-1}" ] || return 0
        sleep 0.05
    done
    return 1
}

# device PROGRAM words..: until it listens
device() {
    : >ready # nothing of one before
    "$@" >ready 2>stub.log 3>&- &
    stub=$!
    until_said ready ready
}

# start FLAGS..: a stub phone on all transports
start() {
    device "$STUB" ua --transport udp --transport tcp --transport tls "$@"
    until_said ready ready 3
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

# certificate DAYS NAME: agent.pem in certs, vouched for by ca.pem, which is
# itself; from now for so many days
certificate() {
    mkdir -p certs
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj /CN=stub -addext "subjectAltName=$2" -keyout key.pem \
        -out request.pem 2>/dev/null
    openssl x509 -req -in request.pem -signkey key.pem -days "$1" \
        -copy_extensions copy -out ca.pem 2>/dev/null
    cat key.pem ca.pem >certs/agent.pem
    cp ca.pem certs/cafile.pem
}

# refused REASON: the run ends at once and says why
refused() {
    assert_equal "$status" 4
    assert_output --partial "does not answer OPTIONS: "
    assert_output --partial "$1"
}

@test "a certificate that has expired" {
    certificate -1 IP:127.0.0.1
    start --certificates certs
    play tls --tls-ca ca.pem
    refused "certificate is refused: certificate has expired"
}

@test "a certificate for another name" {
    certificate 2 IP:127.0.0.9
    start --certificates certs
    play tls --tls-ca ca.pem
    refused "certificate is refused: IP address mismatch"
}

@test "a certificate of an unknown CA" {
    certificate 2 IP:127.0.0.1
    start --certificates certs
    certificate 2 IP:127.0.0.1
    play tls --tls-ca ca.pem
    refused "certificate is refused: self-signed certificate"
}

@test "no TLS at the port, and TLS at the port for TCP" {
    start
    tcp=$(at tcp)
    run "$SIPLADDER" run call.ladder --to "tls:${tcp#tcp:}" --slack 0.25
    assert_equal "$status" 4
    assert_output --partial "does not answer OPTIONS within 1.0 s: it says nothing to the TLS handshake"
    tls=$(at tls)
    run "$SIPLADDER" run call.ladder --to "tcp:${tls#tls:}" --slack 0.25
    assert_equal "$status" 4
    assert_output --partial "does not answer OPTIONS"
}

@test "TLS 1.3 and 1.2, and the key log of both" {
    certificate 2 IP:127.0.0.1
    start --certificates certs
    play tls --tls-ca ca.pem --tls-keylog keys.txt
    assert_success
    grep -q "^CLIENT_TRAFFIC_SECRET_0 " keys.txt ||
        grep -q "^CLIENT_RANDOM " keys.txt
}

# wrong MODE: a device that answers OPTIONS over TCP, and does that with an
# INVITE
wrong() {
    device "$NOISE_TCP" "$1"
    cat >device.dut <<DUT
device     wrong
address    $(sed "s/.*tcp://" ready)
transport  tcp
role       ua
timers     T1 50ms
DUT
    began=$SECONDS
    run "$SIPLADDER" run call.ladder -d device.dut --slack 0.1
    ((SECONDS - began < 10)) || fail "took $((SECONDS - began)) s"
    assert_equal "$status" 1
    assert_output --partial "missing:        F2 dut -> alice 200 for F1"
}

@test "a connection that is accepted, and nothing comes" {
    wrong silent
    refute_output --partial "connection with"
}

@test "a connection that is reset in the middle of a message" {
    wrong reset
    assert_output --partial "is lost: Connection reset by peer"
}

@test "10 MB without a blank line" {
    wrong endless
    assert_output --partial "256 KiB and no blank line"
}

@test "one byte a second" {
    wrong drip
}

@test "a device that has an IPv6 address only" {
    [ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
    device "$STUB" ua --listen "[::1]:0"
    play udp
    assert_success
    run "$SIPLADDER" run call.ladder --to "udp:127.0.0.1:$(sed "s/.*://" ready)" --slack 0.1
    assert_equal "$status" 4
    assert_output --partial "the port is closed (ICMP port unreachable)"
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
    run -4 "$SIPLADDER" run call.ladder --to tcp:127.0.0.1:1
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

# s_server FLAGS..: a TLS server of OpenSSL, that takes one connection and says
# what came; its certificate is ca.pem
s_server() {
    certificate 2 IP:127.0.0.1
    rm -f silence
    mkfifo silence
    : >heard # nothing of one before
    exec 6<>silence
    openssl s_server -accept 127.0.0.1:0 -naccept 1 -cert ca.pem -key key.pem \
        "$@" <&6 >heard 2>&1 3>&- &
    stub=$!
    until_said ACCEPT heard
    tls=$(sed -n 's/^ACCEPT //p' heard)
}

# asked: it has heard the OPTIONS and, being no SIP, did not answer; its
# connection is over with the run
asked() {
    assert_equal "$status" 4
    assert_output --partial "does not answer OPTIONS within"
    wait "$stub"
    stub=
    grep -q '^OPTIONS sip:' heard
}

@test "each version of TLS alone, and the key log of both ends agree" {
    local version
    declare -A secret=([1_2]=CLIENT_RANDOM [1_3]=CLIENT_TRAFFIC_SECRET_0)
    for version in 1_2 1_3; do
        rm -f ours.txt theirs.txt
        s_server "-tls$version" -keylogfile theirs.txt
        run "$SIPLADDER" run call.ladder --to "tls:$tls" --slack 0.05 \
            --tls-ca ca.pem --tls-keylog ours.txt
        asked
        grep -v '^#' theirs.txt | grep -v EXPORTER | sort >theirs
        grep -v EXPORTER ours.txt | sort >ours
        grep -q "^${secret[$version]} " ours
        run -0 diff theirs ours
    done
}

@test "a device that wants a certificate is shown the one that was given" {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 2 -subj /CN=tester -keyout own.key -out own.pem 2>/dev/null
    s_server -Verify 1 -verify_return_error -CAfile own.pem
    run "$SIPLADDER" run call.ladder --to "tls:$tls" --slack 0.05 \
        --tls-ca ca.pem --tls-cert own.pem --tls-key own.key
    asked
    grep -q 'CN *= *tester' heard
    s_server -Verify 1 -verify_return_error -CAfile own.pem
    run "$SIPLADDER" run call.ladder --to "tls:$tls" --tls-ca ca.pem
    assert_equal "$status" 4
    assert_output --partial "does not answer OPTIONS: the connection with $tls is lost: TLS: "
    assert_output --partial alert
    wait "$stub" || true
    stub=
}

@test "a device that dies over TCP: one crash, the rest is device-gone" {
    local i
    start
    for i in a c; do
        cp call.ladder "$i.ladder"
    done
    sed 's/^test$/&\n    trigger die/; s/^role.*/&\nneeds  trigger die/' \
        call.ladder >b.ladder
    cat >device.dut <<DUT
device     mortal
address    $(at tcp | cut -d: -f2-)
transport  tcp
role       ua
trigger    die  run "kill -9 $stub"
DUT
    run "$SIPLADDER" run -d device.dut a.ladder b.ladder c.ladder -j 1 \
        --slack 0.2 -o out
    stub=
    assert_equal "$status" 1
    run jq -r '.scenarios[] | "\(.id) \(.verdict) \(.reason)"' out/result.json
    assert_line 'a pass null'
    assert_line 'b fail crash'
    assert_line 'c inconclusive device-gone'
}

# one_flow TRANSPORT flags..: what registered parties ask, from the first
# REGISTER to the last, is on the one connection that each has made
one_flow() {
    local transport=$1
    shift
    cat >flow.ladder <<'LADDER'
ladder 1
title  "one flow"
role   registrar
party  alice   register
party  bob     register

test
F1  alice -> dut   INVITE {bob.uri}   as a1   sdp offer
F2  dut -> bob   INVITE   as b1
F3  bob -> dut   200   for F2   sdp answer
F4  must dut -> alice   200   for F1   [practice-call]
        must connection is 1   [practice-call]
F5  alice -> dut   BYE   on a1
F6  must dut -> alice   200   for F5   [practice-call]
        must connection is 1   [practice-call]
    dut -> bob   BYE   on b1   reply 200
LADDER
    device "$STUB" pbx --transport "$transport"
    run -0 "$SIPLADDER" run flow.ladder -d "$ROOT/stubs/pbx.dut" \
        --to "$(at "$transport")" --strict --keep all -o out "$@"
    run grep -c 'made by us' out/flow/ladder.txt
    assert_output 2
}

@test "a registered party registers and calls over one TCP connection" {
    one_flow tcp
}

@test "and over one TLS connection" {
    one_flow tls --insecure
}

# large TRANSPORT: a call whose INVITE is above 1300 bytes, and its answer
large() {
    cat >large.ladder <<LADDER
ladder 1
title  "a large call"
role   ua
party  alice

test
F1  alice -> dut   INVITE {dut.uri}   as a1   sdp offer
        X-Pad: {pad 1300}
F2  must dut -> alice   200   for F1   [practice-call]
        must transport is $1   [practice-call]
F3  alice -> dut   BYE   on a1
F4  must dut -> alice   200   for F3   [practice-call]
        must transport is udp   [practice-call]
LADDER
}

# has_tcp: a device file that says so of what listens on UDP
has_tcp() {
    cat >device.dut <<DUT
device     large
address    $(at udp | cut -d: -f2-)
transport  udp tcp
role       ua
DUT
}

@test "a large request goes by TCP where the device has it" {
    start
    has_tcp
    large tcp
    run -0 "$SIPLADDER" run large.ladder -d device.dut --strict
    large udp
    run -0 "$SIPLADDER" run large.ladder --to "$(at udp)" --strict
}

@test "and by UDP after all where nobody listens to TCP" {
    device "$STUB" ua
    has_tcp
    large udp
    run -0 "$SIPLADDER" run large.ladder -d device.dut --strict --keep all \
        -o out
    run cat out/large/ladder.txt
    assert_output --partial 'what is too large for UDP goes by UDP'
}
