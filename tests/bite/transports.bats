#!/usr/bin/env bats
# The catalogue has the same verdicts over every transport and address family.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # address and pid are set by the library
load stub
address=

setup() {
    stub_setup
    [ -e /proc/net/if_inet6 ] || no_ipv6=1
}

teardown() {
    stub_kill
}

# What is slow is so over any transport, and what has triggers is played alone:
# left out, but for three of those, unless WHOLE=1 is set.
sample() {
    quick | grep -v '^issuer/'
    printf '%s\n' issuer/blind-in-dialog issuer/gruu-peer issuer/attended-replaces
}

# over TRANSPORT: the verdicts of UDP, as they have to be there. On a stream one
# request cannot come by two ways.
over() {
    case $1 in
    udp) cat ;;
    *) sed 's|^transaction/merged pass$|transaction/merged skip|' ;;
    esac
}

# same KIND TRANSPORT HOST [flags..]: as over UDP and IPv4
same() {
    local kind=$1 transport=$2 host=$3 udp ids=()
    shift 3
    [ -n "${WHOLE-}" ] || mapfile -t ids < <(sample)
    [ "$host" != ::1 ] || [ -z "${no_ipv6-}" ] || skip "no IPv6 here"
    udp=$BATS_FILE_TMPDIR/$kind
    if [ ! -s "$udp" ]; then
        passes "$kind" -- -j 64 "${ids[@]}"
        verdicts >"$udp"
        assert [ -s "$udp" ]
        rm -r out
    fi
    passes "$kind" --transport "$transport" --bind "$host" \
        --certificates "$PWD" -- -j 64 "$@" "${ids[@]}"
    assert_equal "$(verdicts)" "$(over "$transport" <"$udp")"
}

@test "phone, UDP over IPv6" {
    same ua udp ::1
}

@test "PBX, UDP over IPv6" {
    same pbx udp ::1
}

@test "phone, TCP" {
    same ua tcp 127.0.0.1
}

@test "PBX, TCP" {
    same pbx tcp 127.0.0.1
}

@test "phone, TCP over IPv6" {
    same ua tcp ::1
}

@test "PBX, TLS" {
    same pbx tls 127.0.0.1 --tls-ca cafile.pem
}

@test "phone, TLS over IPv6" {
    same ua tls ::1 --tls-ca cafile.pem
}

@test "proxy, TCP over IPv6" {
    same proxy tcp ::1
}

@test "redirect server, TCP over IPv6" {
    same redirect tcp ::1
}

@test "a certificate that nobody vouches for" {
    start ua --transport tls
    run -4 "$SIPLADDER" run -d device.dut --to "$address" -o out \
        refer/response-code-202
    assert_output --partial certificate
    stop
}

@test "the certificate made for a run leaves nothing behind" {
    TMPDIR=$PWD start ua --transport tls
    stop
    run -0 find . -name 'sipladder-stub.*'
    assert_output ''
}

@test "UDP and TCP have one port number" {
    start pbx --transport udp --transport tcp --transport tls
    read -r _ tcp <&4
    read -r _ tls <&4
    assert_equal "${tcp#tcp:}" "${address#udp:}"
    assert_equal "${tls##*:}" "$((${tcp##*:} + 1))"
    stop
}
