#!/usr/bin/env bats
# baresip gets the verdicts that were measured of it by hand: no Referred-By,
# no q, only the first Contact, a redirection to itself tried 15 times, two
# Refer-To taken, an unknown Require too, headers and escapes of a Refer-To in
# the Request-URI, and sipfrags that end in a bare LF.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v baresip >/dev/null || skip "baresip is not installed"
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    unset TRANSPORT
    play_all baresip
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
}

@test "baresip: the deviations that it has, and no others" {
    cat "$played/said" # seen only where this test fails
    run -0 deviations rfc3420-2-a
    assert_output - < <(table <<'END'
issuer/failure-recovery warn practice-failed-transfer-keeps-call
redirect/300-choices warn practice-q-order
redirect/loop-self-and-pair#pair fail rfc3261-8.1.3.4-b
redirect/loop-self-and-pair#self fail rfc3261-8.1.3.4-b
redirect/loop-self-and-pair#spelt fail rfc3261-8.1.3.4-b
redirect/multi-contact-failover warn rfc3261-8.1.3.4-e
refer/require-unknown fail rfc3261-8.2-a rfc3261-8.2.2.3-a rfc6665-4.2.1-a
refer/two-refer-to#list fail rfc3261-25.1-a rfc3261-8.2-a rfc3515-2.4.2-f rfc6665-4.2.1-a
refer/two-refer-to#mixed fail rfc3261-8.2-a rfc3515-2.4.2-f rfc6665-4.2.1-a
refer/two-refer-to#rows fail rfc3261-8.2-a rfc3515-2.4.2-e rfc6665-4.2.1-a
refer/uri-headers#call-id fail rfc3261-25.1-a rfc3515-2.4.3-a
refer/uri-headers#contact warn rfc3261-19.1.5-d
refer/uri-headers#cseq warn rfc3261-19.1.5-d
refer/uri-headers#from fail rfc3261-25.1-a rfc3515-2.4.3-a
refer/uri-headers#harmless warn rfc3261-19.1.5-d
refer/uri-headers#length warn rfc3261-19.1.5-d
refer/uri-headers#record-route warn rfc3261-19.1.5-d
refer/uri-headers#require warn rfc3261-19.1.5-d
refer/uri-headers#route warn rfc3261-19.1.5-d
refer/uri-headers#supported warn rfc3261-19.1.5-d
refer/uri-headers#user-agent warn rfc3261-19.1.5-d
refer/uri-headers#via fail rfc3261-25.1-a rfc3515-2.4.3-a
transfer/referred-by#identity fail rfc3892-2.2-a rfc5589-8-a
transfer/referred-by#long fail rfc3892-2.2-a rfc5589-8-a
transfer/referred-by#short fail rfc3892-2.2-a rfc3892-3-c rfc5589-8-a
END
    )
    run -0 cat "$played/status"
    assert_output 1
}

# Whether a message of the device has a sipfrag for its body.
has_sipfrag() {
    wire_says "$1" '
        function message() {
            if (!out && head["Content-Type"] ~ /^message\/sipfrag/) seen = 1
        }
        function finish() { print seen + 0 }'
}

@test "baresip: every sipfrag ends in a bare LF, and each play says so" {
    local id expected=()
    while read -r id; do
        [[ $(has_sipfrag "$id") == 0 ]] || expected+=("$id")
    done < <(jq_result '.scenarios[] | select(.verdict != "skip") | .id')
    [ "${#expected[@]}" -ge 30 ]
    run -0 jq_result '.scenarios[]
        | select([.. | objects | select(has("kind") and .verdict == "warn")
            | .reqs[]] | index("rfc3420-2-a")) | .id'
    assert_output "$(printf '%s\n' "${expected[@]}")"
}

@test "baresip: only what it lacks is left out" {
    run -0 skipped
    assert_output - <<'END'
refer/basic-out-of-dialog: baresip lacks refer-out-of-dialog
refer/declined: baresip lacks refer-declined
END
}

@test "baresip: calls, REFER and 301 are among what it did right" {
    # nothing but the line end, if anything
    run -0 comm -23 <(jq_result '.scenarios[] | select(.verdict != "skip")
        | .id' | LC_ALL=C sort) <(deviations rfc3420-2-a | cut -d' ' -f1)
    assert_line 'notify/body-and-type#success'
    assert_line 'notify/truthful-timeout#silent'
    assert_line 'redirect/301-basic#moved'
    assert_line 'redirect/no-contact'
    assert_line 'redirect/refer-target-redirects'
    assert_line 'refer/basic-in-dialog'
    assert_line 'transfer/blind-busy-recover'
    [ "${#lines[@]}" -ge 25 ]
}

@test "baresip: it goes round a loop as often as its limit says" {
    run -0 jq_result '.scenarios[]
        | select(.id == "redirect/loop-self-and-pair#self")
        | .. | objects | select(.expr? == "R.count is 0") | .got'
    assert_output 15
}

@test "baresip: it has lived" {
    run -0 last_words
    assert_output ''
}

@test "baresip: a legal Refer-To with percent escapes kills it" {
    played=$BATS_TEST_TMPDIR
    SLACK=1 play_all baresip "$ROOT/tests/interop/escaped.ladder"
    run -0 jq_result '.scenarios[] | (.id | sub(".*#"; "")) + " " + .verdict'
    assert_output - <<'END'
spelt fail
subject fail
END
    run -0 jq_result '.scenarios[1] | .. | objects
        | select(.kind? == "liveness" and .verdict == "fail") | .reason'
    assert_output crash
    run -0 last_words
    assert_line --partial 'ended by itself with status 139'
    assert_line dead
}
