#!/usr/bin/env bats
# Starter scenarios: right from the first second, and played as they are.
# shellcheck disable=SC2154 # lib.bash sets address and pid
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    templates=(ood-refer blind-transfer redirect register raw)
}

teardown() {
    e2e_teardown
}

@test "the list has every template, each with a line" {
    run -0 "$SIPLADDER" new
    for name in "${templates[@]}"; do
        assert_line --regexp "^  $name +[a-zA-Z]"
    done
}

@test "each is right, without a warning, and in the canonical layout" {
    for name in "${templates[@]}"; do
        run -0 "$SIPLADDER" new "$name"
        assert_line --index 0 "$name.ladder is written. Next:"
        run -0 "$SIPLADDER" check "$name.ladder"
        refute_output --partial warning
        "$SIPLADDER" fmt -c "$name.ladder"
        grep -q '^# ' "$name.ladder"
    done
}

@test "each names rules that the catalogue has" {
    mkdir root
    cp -r "$ROOT/scenarios/catalogue" "$ROOT/scenarios/std" root/
    export SIPLADDER_SCENARIOS=root
    for name in "${templates[@]}"; do
        "$SIPLADDER" new "$name" "root/$name"
        run -0 "$SIPLADDER" check "root/$name.ladder"
        refute_output --partial "[unknown-"
    done
}

@test "each plays against the phone or the PBX, and passes" {
    for name in "${templates[@]}"; do "$SIPLADDER" new "$name"; done
    phone
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" \
        ood-refer.ladder redirect.ladder raw.ladder
    assert_line --partial '3 scenarios: 3 passed'
    kill "$pid"
    start "$STUB" pbx
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/pbx.dut" --to "$address" \
        blind-transfer.ladder register.ladder redirect.ladder
    assert_line --partial '3 scenarios: 3 passed'
}

@test "nothing is overwritten" {
    echo mine >redirect.ladder
    run -2 "$SIPLADDER" new redirect
    assert_output 'sipladder new: redirect.ladder: it is there already; nothing was written'
    [ "$(cat redirect.ladder)" = mine ]
    ln -s nowhere link.ladder
    run -2 "$SIPLADDER" new redirect link
    [ ! -e nowhere ]
}

@test "a name of one's own, with or without its ending" {
    mkdir mine
    "$SIPLADDER" new raw mine/one
    "$SIPLADDER" new raw mine/two.ladder
    cmp mine/one.ladder mine/two.ladder
    run -2 "$SIPLADDER" new raw nowhere/x
    assert_output --partial 'No such file or directory'
}

@test "an unknown template has a neighbour" {
    run -2 "$SIPLADDER" new redirekt
    assert_line --index 0 --partial 'did you mean "redirect"?'
    run -2 "$SIPLADDER" new raw a b
}
