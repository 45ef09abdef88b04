#!/usr/bin/env bats
# Kamailio between two parties that are both ours: as a proxy that hands a 301
# upstream, as one that follows it (all Contacts at once, or one after the
# other by q), and with one deliberate mistake at a time.
bats_require_minimum_version 1.8.0

setup_file() {
    command -v kamailio >/dev/null || [ -x /usr/sbin/kamailio ] ||
        skip "kamailio is not installed"
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    unset FAULT SERIAL DEST DOMAIN PASSWORD
    beside proxy play_device kamailio-proxy
    beside parallel play_device kamailio-recurse
    SERIAL=yes beside serial play_device kamailio-recurse
    beside registrar play_device kamailio-registrar
    PASSWORD=other beside wrong-password \
        play_all kamailio-registrar 'proxy/forward-3xx#moved'
    beside redirect-server \
        play_all kamailio-redirect "$ROOT/tests/interop/redirect-server.ladder"
    beside redirect-library play_device kamailio-redirect
    make_mistakes
    beside_all
}

# One mistake at a time, and the scenario that finds it.
mistakes='
contact-rewritten   kamailio-proxy    proxy/forward-3xx#moved
ack-relayed         kamailio-proxy    proxy/forward-3xx#moved
max-forwards-kept   kamailio-proxy    proxy/forward-3xx#moved
max-forwards-kept   kamailio-proxy    redirect/301-basic#moved
no-record-route     kamailio-proxy    proxy/forward-3xx#moved
header-dropped      kamailio-proxy    proxy/forward-3xx#moved
body-rewritten      kamailio-proxy    proxy/forward-3xx#moved
not-followed        kamailio-recurse  proxy/recurse-302#moved
user-lost           kamailio-recurse  proxy/recurse-302#moved
max-forwards-kept   kamailio-recurse  proxy/recurse-302#moved
no-record-route     kamailio-recurse  proxy/recurse-302#moved
body-rewritten      kamailio-recurse  proxy/recurse-302#moved
redirect-told       kamailio-recurse  proxy/recurse-fail-best#busy  --strict
one-contact-only    kamailio-recurse  proxy/recurse-order
goes-on-after-6xx   kamailio-recurse  proxy/recurse-stops-at-6xx'

make_mistakes() {
    local fault device scenario flags
    while read -r fault device scenario flags; do
        # shellcheck disable=SC2086 # none or one
        [[ -z $fault ]] || FAULT=$fault SLACK=1 \
            beside "$fault.$device.${scenario//[\/#]/-}" \
            play_all "$device" "$scenario" $flags
    done <<<"$mistakes"
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=/dev/null
    source "$ROOT/tests/interop/verdicts.bash"
    cd "$BATS_TEST_TMPDIR" || exit
}

# verdict ID: of one scenario
verdict() {
    jq_result ".scenarios[] | select(.id == \"$1\") | .verdict"
}

# failed: the lines and checks that a play has failed, as they are written
failed() {
    jq_result '[.. | objects | select(has("kind"))
        | select(.verdict == "fail") | .expr] | unique | join("; ")'
}

# mistaken FAULT DEVICE SCENARIO: what fails when it makes this mistake
mistaken() {
    played=$BATS_FILE_TMPDIR/$1.$2.${3//[\/#]/-}
    run -0 jq_result '[.scenarios[].verdict] | join(" ")'
    assert_output fail
    run -0 failed
}

@test "proxy: what it hands upstream is right" {
    played=$BATS_FILE_TMPDIR/proxy
    assert_played kamailio-proxy
    run -0 jq_result '.scenarios[] | select(.verdict == "pass") | .id'
    assert_line 'proxy/forward-3xx#moved'
    assert_line 'proxy/forward-3xx#temp'
    assert_line 'proxy/forward-3xx#several'
    assert_line 'proxy/forward-3xx#choices'
    assert_line 'redirect/301-basic#moved'
    assert_line 'redirect/no-contact'
}

@test "following, all at once: loops, no q, and nothing else" {
    played=$BATS_FILE_TMPDIR/parallel
    assert_played kamailio-recurse
}

@test "following, by q: loops, calls on after a 603, and nothing else" {
    played=$BATS_FILE_TMPDIR/serial
    SERIAL=yes assert_played kamailio-recurse
}

@test "following: the play has gone down the whole ladder" {
    for played in "$BATS_FILE_TMPDIR"/{parallel,serial}; do
        run -0 jq_result '.scenarios[] | select(.verdict == "pass") | .id'
        assert_line 'proxy/recurse-302#moved'
        assert_line 'proxy/recurse-302#temp'
        assert_line 'proxy/recurse-302#params'
        assert_line 'proxy/recurse-fail-best#busy'
        assert_line 'proxy/recurse-fail-best#overloaded'
        assert_line 'proxy/recurse-order'
        assert_line 'redirect/multi-contact-failover'
        run -0 jq_result '.scenarios[]
            | select(.id | startswith("proxy/forward-3xx"))
            | .verdict + " " + .reason'
        assert_line --index 3 'skip follows it itself'
    done
}

@test "following, at once or by q: the notes tell them apart" {
    local notes='.scenarios[] | select(.id == "proxy/recurse-order")
        | [.. | objects | select(has("kind"))
        | select(.reqs == ["practice-by-q-one-at-a-time"])
        | .verdict] | join(", ")'
    played=$BATS_FILE_TMPDIR/parallel
    run -0 jq_result "$notes"
    assert_output 'not reached, not reached'
    played=$BATS_FILE_TMPDIR/serial
    run -0 jq_result "$notes"
    assert_output 'pass, pass'
}

@test "following: it goes round a loop as often as it has branches" {
    played=$BATS_FILE_TMPDIR/parallel
    run -0 rounds
    assert_output 11
}

@test "registrar: who logs in is served, as by the proxy" {
    played=$BATS_FILE_TMPDIR/registrar
    assert_played kamailio-registrar
    # challenged and answered: REGISTER by 401, INVITE by 407
    run -0 cat "$played/out/proxy/forward-3xx#moved/messages.txt"
    assert_line --partial 'SIP/2.0 401 Unauthorized'
    assert_line --partial 'SIP/2.0 407 Proxy Authentication Required'
    assert_line --partial 'Proxy-Authorization: Digest'
}

@test "registrar: a wrong password is said, and is no fault of the device" {
    played=$BATS_FILE_TMPDIR/wrong-password
    run -0 jq_result '.scenarios[].verdict'
    assert_output inconclusive
    assert [ "$(cat "$played/status")" = 4 ]
}

@test "redirect server: it names who has registered, and calls nobody" {
    played=$BATS_FILE_TMPDIR/redirect-server
    run -0 jq_result '[.scenarios[].verdict] | join(" ")'
    assert_output 'pass pass pass pass'
    played=$BATS_FILE_TMPDIR/redirect-library
    assert_told kamailio-redirect
    assert_silent
}

# ---- one mistake at a time: the check that is meant, and no other ----------

@test "a proxy that rewrites the Contact of a 301" {
    mistaken contact-rewritten kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F5 Contact == {F3.Contact}'
}

@test "a proxy that lets the caller ACK the 301 of the callee" {
    mistaken ack-relayed kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F4 Via.count is 1; must not dut -> alice 100 where X-Hop present'
}

@test "a proxy that leaves Max-Forwards as it is" {
    mistaken max-forwards-kept kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F2 Max-Forwards is 41; monitor max-forwards-less'
}

@test "Max-Forwards as it was is noticed where no line looks at it" {
    mistaken max-forwards-kept kamailio-proxy 'redirect/301-basic#moved'
    assert_output 'monitor max-forwards-less'
}

@test "a proxy that claims to stay in the path and does not" {
    mistaken no-record-route kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F2.Record-Route present'
}

@test "a proxy that drops a header field" {
    mistaken header-dropped kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F2 X-Note == {F1.X-Note}'
}

@test "a proxy that writes another body" {
    mistaken body-rewritten kamailio-proxy 'proxy/forward-3xx#moved'
    assert_output 'F2 body == {F1.body}'
}

@test "a following proxy that does not follow" {
    mistaken not-followed kamailio-recurse 'proxy/recurse-302#moved'
    assert_output 'F5 dut -> carol INVITE as c1 within 4s'
}

@test "a following proxy that calls another user" {
    mistaken user-lost kamailio-recurse 'proxy/recurse-302#moved'
    assert_output 'F5 request-uri is {carol.contact}{kept}'
}

@test "a following proxy that leaves Max-Forwards as it is" {
    mistaken max-forwards-kept kamailio-recurse 'proxy/recurse-302#moved'
    assert_output 'F2 Max-Forwards is 41; F5 Max-Forwards is 41; monitor max-forwards-less'
}

@test "a following proxy that claims to stay in the path and does not" {
    mistaken no-record-route kamailio-recurse 'proxy/recurse-302#moved'
    assert_output 'F5.Record-Route present'
}

@test "a following proxy that writes another body" {
    mistaken body-rewritten kamailio-recurse 'proxy/recurse-302#moved'
    assert_output 'F5 body == {F1.body}'
}

@test "a following proxy that tells the caller of the 301 after all" {
    mistaken redirect-told kamailio-recurse 'proxy/recurse-fail-best#busy'
    assert_output 'F6 status in (400..699); F6 status is {wanted}'
}

@test "a following proxy that tries one Contact only" {
    mistaken one-contact-only kamailio-recurse proxy/recurse-order
    assert_output 'F6 dut -> eve INVITE as e1'
}

@test "a following proxy that goes on after a 6xx" {
    mistaken goes-on-after-6xx kamailio-recurse proxy/recurse-stops-at-6xx
    assert_output 'F10 status is 603; must not dut -> dave INVITE'
}

@test "every mistake that is made here is one that the scenario names" {
    local name id n=0
    while read -r name _ id _; do
        [[ $id == proxy/* ]] || continue
        id=${id%#*}
        # these stubs have them in proxy/forward-3xx alone
        [[ "$id $name" =~ recurse-302\ (max-|no-record|body-) ]] && continue
        grep -qE "^bites .*\b$name( |\$)" "$ROOT/scenarios/$id.ladder" ||
            fail "$id does not bite $name"
        n=$((n + 1))
    done <<<"$mistakes"
    [ "$n" -ge 11 ]
}

@test "a mistake that nobody knows does not start" {
    source "$ROOT/ci/lib/device.sh"
    FAULT=nonsense run start_device kamailio-proxy
    assert_failure
    assert_output --partial 'there is no fault "nonsense"'
}
