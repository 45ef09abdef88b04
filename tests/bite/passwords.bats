#!/usr/bin/env bats
# PBX and proxy ask their users for passwords, the phone has one for others.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # address and pid are set by the library
load stub
address='' pid=''

setup() {
    stub_setup
    # a party in a path calls in the name of alice
    cat >more.dut <<'END'
domain pbx.test
claims auth
user p alice password alice-secret
END
    for user in alice bob carol dave r c d; do
        echo "user $user $user password $user-secret" >>more.dut
        echo "$user=$user-secret" >>users
    done
}

teardown() {
    stub_kill
}

@test "with passwords, one play at a time" {
    passes pbx --users users -- -j 1 transfer/blind-basic \
        transfer/attended-local refer/basic-in-dialog \
        redirect/301-basic redirect/b2bua-transparency \
        redirect/multi-contact-failover replaces/confirmed \
        replaces/authorization
}

@test "a proxy asks who calls, and a redirect server nobody" {
    passes proxy --users users -- -j 1 auth/proxy-407 proxy/forward-3xx
    assert_equal "$(verdicts | grep -c ' pass$')" 6
}

@test "with SHA-256 and a nonce that is soon stale" {
    passes pbx --users users --algorithm SHA-256 --nonce-uses 2 -- -j 1 transfer/blind-basic \
        transfer/attended-local transfer/blind-busy-recover
}

@test "a wrong password registers nobody" {
    sed -i 's/bob-secret/guessed/' more.dut
    start pbx --users users
    cat more.dut >>device.dut
    run -4 "$SIPLADDER" run -d device.dut --to "$address" -o out \
        transfer/blind-basic
    assert_output --partial 'REGISTER of bob was answered 401'
    stop
}

@test "no secret is in the process list" {
    start pbx --password alice=hidden-word --account r:u:hidden-too
    run -0 tr '\0' ' ' <"/proc/$pid/cmdline"
    assert_output --partial pbx
    refute_output --partial hidden
    stop
}

@test "REFER with right, wrong and old credentials" {
    examples
    passes pbx --users users -- -j 1 auth/refer-digest
}
