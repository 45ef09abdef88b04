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
