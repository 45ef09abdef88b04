#!/usr/bin/env bats
# Devices that are not there, or not there any more.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call
}

teardown() {
    e2e_teardown
}

# Nobody listens at tcpmux; a port that was free a moment ago may be taken by
# a test beside this one.
free_port() {
    address=udp:127.0.0.1:1
}

# within SECONDS since $began, with room for a machine that has more to do
assert_within() {
    ((SECONDS - began <= 2 * $1 + 2)) || fail "took $((SECONDS - began)) s"
}

@test "a closed port: Bail out, exit 4, within 4 s x slack" {
    free_port
    began=$SECONDS
    play call.ladder --slack 0.5
    assert_within 2
    assert_equal "$status" 4
    assert_output --partial \
        "${address#udp:} does not answer OPTIONS within 2.0 s: the port is closed"
    refute_output --partial "look at"
    run -0 grep -c "^Bail out! ${address#udp:} does not answer" run.tap
    run prove --exec cat ./run.tap
    assert_output --partial 'Further testing stopped'
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" run.xml
    assert_equal "$(jq -r .run.bail run.json | cut -d' ' -f2-4)" \
        'does not answer'
    assert_equal "$(verdict call)" inconclusive:network
    [ "$(xmllint --xpath "count(//error)" run.xml)" -eq 1 ]
}

@test "a port that says nothing is no better" {
    noise silent-after 0
    began=$SECONDS
    play call.ladder --slack 0.5
    assert_within 2
    assert_equal "$status" 4
    assert_output --partial \
        "${address#udp:} does not answer OPTIONS within 2.0 s"
    refute_output --partial 'closed'
    grep -q '^Bail out! ' run.tap
}

@test "a name that does not resolve" {
    began=$SECONDS
    run -4 "$SIPLADDER" run call.ladder --to udp:nobody.invalid:5060 --tap \
        --slack 1
    assert_within 4
    assert_output --partial 'Bail out! cannot resolve nobody.invalid: '
}

@test "a name that resolves" {
    noise slow 0
    run -0 "$SIPLADDER" run call.ladder --to "udp:localhost:${address##*:}"
}

@test "addresses that are none" {
    local wrong
    for wrong in udp: udp sctp:127.0.0.1:5060 udp:127.0.0.1:99999 \
        udp:127.0.0.1:0 udp:127.0.0.1:x udp:10.1.2:5060 'udp:a b:5060' \
        udp::5060 carrier-pigeon:127.0.0.1:5060; do
        run -2 "$SIPLADDER" run call.ladder --to "$wrong"
        assert_equal "${#lines[@]}" 1
        assert_output --partial 'sipladder run: '
    done
    run -2 "$SIPLADDER" run call.ladder --to udp:127.0.0.1:99999
    assert_output --partial '"127.0.0.1:99999" is no HOST:PORT: a port is a number from 1 to 65535'
}

@test "a device that dies in a call: one crash, the rest is device-gone" {
    write_call a.ladder
    write_call b.ladder
    write_call c.ladder
    noise die-after 2
    play a.ladder b.ladder c.ladder -j 1
    assert_equal "$status" 1
    assert_equal "$(verdict b)" fail:crash
    assert_equal "$(verdict c)" inconclusive:device-gone
    assert_sound
}

@test "of several plays at once none is blamed for the crash, and all are named" {
    local i
    for i in 1 2 3 4 5 6; do
        write_call "call$i.ladder"
    done
    noise silent-after 1
    play call?.ladder -j 3 --allow-inconclusive
    assert_equal "$status" 4
    assert_equal "$(jq '[.scenarios[] | select(.reason == "device-gone")] |
        length' run.json)" 6
    assert_output --partial 'stopped answering while these were played: call'
    assert_output --partial '-j 1 plays them one by one'
    for i in 1 2 3; do
        assert_equal "$(jq "[.. | .detail? // empty |
            select(contains(\"played: \") and contains(\"call$i\"))] |
            length" run.json)" 3
    done
    assert_sound
}

@test "the plays of --repeat end with the device" {
    noise die-after 4
    play call.ladder --repeat 1000 --slack 0.05
    assert_equal "$status" 1
    assert_output --partial 'crash'
    assert_output --partial 'of 3 plays'
    assert_sound
}

@test "a device that comes back is tested on" {
    write_call a.ladder
    write_call b.ladder
    noise restart-after 3 9500
    play a.ladder b.ladder call.ladder -j 1 --slack 1
    assert_equal "$status" 1
    assert_equal "$(verdict b)" fail:crash
    assert_equal "$(verdict call)" pass
    assert_sound
}

@test "the port that a party must have is taken" {
    local at=127.0.$((RANDOM % 250)).$((RANDOM % 250 + 2))
    cat >fixed.dut <<END
device   fixed
address  127.0.0.1:1
role     ua
bind     $at
END
    sed 's/^party.*/party alice fixed/' call.ladder >fixed.ladder
    noise --at "$at:5060" mute
    noise mute
    play -d fixed.dut fixed.ladder call.ladder --slack 0.05
    assert_equal "$status" 4
    assert_equal "$(verdict fixed)" inconclusive:network
    assert_output --partial "bind $at:5060: Address already in use"
    assert_sound
}

@test "an address of parties that this machine has not" {
    cat >far.dut <<END
device   far
address  127.0.0.1:1
role     ua
bind     192.0.2.77
END
    noise mute
    play -d far.dut call.ladder
    assert_equal "$status" 4
    assert_output --partial 'bind 192.0.2.77:0: Cannot assign requested address'
    grep -q '^Bail out! bind 192.0.2.77' run.tap
}
