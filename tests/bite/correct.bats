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
