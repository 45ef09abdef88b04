#!/usr/bin/env bats
# The correct stubs pass all that they are played.
bats_require_minimum_version 1.8.0
load stub

setup() {
    stub_setup
}

teardown() {
    stub_kill
}

@test "the correct phone passes" {
    passes ua
}

@test "the correct PBX passes" {
    passes pbx
}

# like_a_follower: what is claimed of a proxy that follows a 3xx
like_a_follower() {
    echo 'claims proxy-recurse'
    echo 'claims follow-3xx=uri'
}

@test "the correct proxy passes" {
    passes proxy
    verdicts >played
    assert [ "$(grep -c '^proxy/.* pass$' played)" -ge 13 ]
}

@test "the correct proxy that follows a 3xx passes" {
    like_a_follower >more.dut
    passes proxy --recurse
    verdicts >played
    assert [ "$(grep -c '^proxy/.* pass$' played)" -ge 24 ]
    run -0 grep 'redirect/loop-self-and-pair#pair' played
    assert_output --partial pass
}

@test "the correct redirect server passes, with every status it may have" {
    passes redirect -- redirect-server \
        "$ROOT/tests/interop/redirect-server.ladder"
    assert [ "$(verdicts | grep -c ' pass$')" -eq 8 ]
}

@test "the order of the scenarios does not matter" {
    passes ua -- --shuffle --seed 1
}

@test "what needs TCP and a password of its own" {
    local kind
    echo 'claims tcp' >more.dut
    echo 'claims auth-client' >>more.dut
    echo 'account sipladder stub password secret' >>more.dut
    for kind in ua pbx; do
        passes "$kind" --transport udp --transport tcp \
            --account sipladder:stub:secret -- \
            redirect/contact-transport redirect/auth-then-301 \
            transaction/ack-by-tcp transaction/after-reset
        verdicts >"$kind"
        rm -r out
    done
    run -0 cat ua
    assert_output 'redirect/auth-then-301 pass
redirect/contact-transport pass
transaction/ack-by-tcp pass
transaction/after-reset pass'
    assert_equal "$(cat pbx)" "$(cat ua)"
    passes ua --account sipladder:stub:secret -- issuer/challenged
}
