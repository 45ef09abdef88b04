#!/usr/bin/env bats
# linphone gets the verdicts of its table: no Contact in a 202, no right end of
# a subscription, one second late, and a redirection to itself tried for ever.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v linphone-daemon >/dev/null || skip "linphone is not installed"
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    unset TRANSPORT REGISTRAR
    beside registered play_registered linphone
    play_device linphone
    beside_all
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
}

@test "linphone: the deviations of its table, and no others" {
    assert_played linphone
}

# Whether it has accepted a REFER without a Contact.
accepts_without_contact() {
    wire_has "$1" 'start ~ /^SIP\/2.0 202/ && !("Contact" in head)'
}

# Whether a NOTIFY gives a reason that is no token.
misspells_the_reason() {
    wire_has "$1" 'head["Subscription-State"] ~ /reason=reason=/'
}

@test "linphone: no Contact in its 202, and each play says so" {
    [ "$(where_wire accepts_without_contact | wc -l)" -ge 30 ]
    run -0 with_finding rfc3515-2.2-a
    assert_output "$(where_wire accepts_without_contact)"
}

@test "linphone: a reason that is no token is found where it is" {
    [ "$(where_wire misspells_the_reason | wc -l)" -ge 5 ]
    # other mistakes of grammar may be found besides
    run -0 comm -23 <(where_wire misspells_the_reason) \
        <(with_finding rfc3261-25.1-a)
    assert_output ""
}

@test "linphone: calls, REFER and 301 are among what it did right" {
    # but for what it does wrong at each REFER
    run -0 jq_result '.scenarios[] | .id as $id | .steps[]
        | select(.verdict == "pass" and (.arrow // "" | test("INVITE as")))
        | $id'
    assert_line 'notify/body-and-type#success'
    assert_line 'redirect/301-basic#moved'
    assert_line 'redirect/301-basic#temp'
    assert_line 'transaction/route-set'
}

@test "linphone: registered with a password, it does as without" {
    assert_part registered linphone
    run -0 jq_result '.scenarios | length'
    assert_output 10
}
