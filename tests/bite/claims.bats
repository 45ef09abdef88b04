#!/usr/bin/env bats
# What the stubs claim and no scenario of the catalogue asks for.
bats_require_minimum_version 1.8.0
load stub

setup() {
    stub_setup
    mkdir root
    cp -r "$ROOT"/tests/bite/ladder/. root
    cp -r "$ROOT/scenarios/catalogue" "$ROOT/scenarios/std" root
    export SIPLADDER_SCENARIOS=$PWD/root
}

teardown() {
    stub_kill
}

@test "the phone lets a call be replaced, and reports to nobody" {
    passes ua
    assert [ "$(verdicts | grep -c pass)" -eq 5 ]
}

@test "the PBX lets a call be replaced, and reports to nobody" {
    passes pbx
    assert [ "$(verdicts | grep -c pass)" -eq 4 ]
}

@test "over TCP" {
    passes pbx --transport tcp
}
