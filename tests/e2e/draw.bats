#!/usr/bin/env bats
# Ladders of scenarios that nobody has played.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return 1
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
}

@test "every scenario has a ladder, for a phone and for a PBX" {
    "$SIPLADDER" list | sed 's/ .*//' >ids
    [ "$(wc -l <ids)" -gt 20 ]
    local missing=''
    "$SIPLADDER" draw "$SIPLADDER_SCENARIOS" --checks >all
    while read -r id; do
        grep -qF "${id%%#*}" all || missing+=" $id"
    done <ids
    assert_equal "$missing" ''
    for kind in phone pbx; do
        run -0 "$SIPLADDER" draw -d "$ROOT/stubs/$kind.dut" \
            redirect/301-basic
        assert_output --partial '301 ----'
    done
}

@test "SVG of every scenario is well-formed" {
    for file in "$SIPLADDER_SCENARIOS"/{refer,notify,redirect,transfer}/*; do
        "$SIPLADDER" draw "$file" --format svg >drawn.svg
        xmllint --noout drawn.svg
    done
}

@test "a row has a ladder of its own, and rows are named" {
    run -0 "$SIPLADDER" draw notify/body-and-type
    assert_line 'one of 3 rows: #success #busy #declined'
    run -0 "$SIPLADDER" draw notify/body-and-type#busy
    assert_line --partial '486 ----->| F5'
    run -2 "$SIPLADDER" draw notify/body-and-type#nothing
    assert_output 'sipladder: no row "notify/body-and-type#nothing" in the scenario'
}

@test "a wrong command line ends with 2, a wrong file with 3" {
    run -2 "$SIPLADDER" draw
    assert_output --partial 'which scenario?'
    run -2 "$SIPLADDER" draw refer --format svg
    assert_output --partial 'one drawing holds one scenario'
    run -2 "$SIPLADDER" draw refer/declined --format png
    assert_output --partial 'text, mermaid or svg'
    printf 'ladder 1\ntest\nF1 alice -> dut INVITE\n' >wrong.ladder
    run -3 "$SIPLADDER" draw wrong.ladder
    assert_output --partial '[unknown-party]'
    run -3 "$SIPLADDER" draw nothing.ladder
}
