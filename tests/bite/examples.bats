#!/usr/bin/env bats
# The examples, played against the correct stubs: all pass but those listed.
# Skipped: what is for others, and auth/refer-digest (see passwords.bats).
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # address and pid are set by the library
load stub
address=

setup() {
    stub_setup
    examples
}

teardown() {
    stub_kill
}

# Which stub, example, verdict, and why.
not_passed() {
    cat <<'END'
ua issuer/no-notify warn                it never says that its transfer failed
pbx issuer/no-notify inconclusive       a PBX sends no REFER of its own
pbx issuer/notify-before-response inconclusive     so, too
both redirect/cache-301-302 warn             nothing resets a stub
both redirect/forged-3xx#foreign warn        sofia does not look at the source
ua transaction/route-set fail                has no line for carol
both notify/refresh-and-expiry fail          stops ringing after 90 T1
pbx redirect/301-basic#moved fail            c is a user of the PBX: it calls
pbx redirect/301-basic#temp fail             where c has registered
pbx notify/unanswered fail                   no line for the BYE at alice
pbx refer/multiple-in-dialog#at-once inconclusive     one transfer at a time
pbx transaction/route-set inconclusive       dials a user who has not registered
END
}

# expected KIND: "EXAMPLE VERDICT" a line, of what is listed
expected() {
    not_passed | awk -v kind="$1" \
        '$1 == kind || ($1 == "both" && kind != "proxy") { print $2, $3 }' | sort
}

# play KIND N: all examples, of which at least N pass
play() {
    start "$1" --transport udp --transport tcp \
        --account sipladder:stub:secret
    echo 'account sipladder stub password secret' >>device.dut
    run "$SIPLADDER" run -d device.dut --to "$address" -j 32 -o out
    assert_equal "$(verdicts | grep -vE ' (pass|skip)$')" "$(expected "$1")"
    assert [ "$(verdicts | grep -c ' pass$')" -ge "$2" ]
    stop
}

@test "the phone plays the examples" {
    play ua 50
}

@test "the PBX plays the examples" {
    play pbx 50
}

@test "the proxy plays the examples" {
    play proxy 14
}
