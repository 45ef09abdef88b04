#!/usr/bin/env bats
# Questions and their answers: rules, scenarios, codes, words, failures.
bats_require_minimum_version 1.8.0

# One run with two failing rows and a missing message.
setup_file() {
    load lib
    e2e_setup_file
    local fault
    for fault in two-refer-to-accepted no-notify; do
        phone --fault "$fault"
        play_and_end phone --slack 0.3 -o "$fault" refer/two-refer-to \
            refer/basic-out-of-dialog transfer/blind-basic
    done
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
}

@test "a code says why it is said and how it is cured" {
    run -0 "$SIPLADDER" explain unknown-dialog
    assert_line --index 0 'unknown-dialog   an error of "sipladder check"'
    assert_line --partial 'No line names this dialog by "as"'
}

@test "a requirement: section, sentence, levels by edition, how, and where" {
    run -0 "$SIPLADDER" explain rfc3515-2.4.2-i
    assert_line --index 0 'rfc3515-2.4.2-i   RFC 3515, section 2.4.2'
    assert_line --partial 'send 202 before the REFER'
    assert_line --partial \
        'rfc3515: must, rfc7647: not in force, interop: may'
    assert_line --partial 'Parties: A.'
    assert_line --regexp '^    refer/response-code-202$'
    assert_line --regexp 'F2 must status is .*\(refer/response-code-202.ladder:[0-9]+\)'
}

@test "lines under role=b2bua carry rules too" {
    run -0 "$SIPLADDER" explain practice-right-party-moved
    assert_line --partial 'transfer/blind-basic'
}

@test "a scenario: what it proves, with the sentence of each rule" {
    run -0 "$SIPLADDER" explain refer/two-refer-to
    assert_line --index 0 --partial 'gets 400 and nobody is called'
    assert_line --partial 'rows      #rows #list #mixed'
    assert_line --partial 'bites     two-refer-to-accepted'
    assert_line --partial 'Two Refer-To header rows: 400.'
    assert_line --regexp 'by F2 must status is 400 +\(refer/two-refer-to'
    run -0 "$SIPLADDER" explain "$ROOT/scenarios/refer/declined.ladder"
    assert_line --index 0 --partial 'declined'
}

@test "words of the language and fields" {
    run -0 "$SIPLADDER" explain within
    assert_line --partial 'within time [of LABEL]'
    run -0 "$SIPLADDER" explain either
    assert_line --partial 'the first message that fits'
    run -0 "$SIPLADDER" explain for
    assert_line --partial 'each row is a run of its own'
    assert_line --partial 'which request'
    run -0 "$SIPLADDER" explain follow-3xx
    assert_line --partial 'a claim'
    run -0 "$SIPLADDER" explain Contact
    assert_line --partial 'uri.host'
    run -0 "$SIPLADDER" explain sipfrag.status CSeq.number
    assert_line --partial 'must CSeq.number present'
}

@test "every step, modifier and header line of the tables has an answer" {
    local missing='' word
    while read -r word; do
        "$SIPLADDER" explain "$word" >/dev/null 2>&1 || missing+=" $word"
    done < <(sed -nE 's/^(STEP|MODIFIER|HEAD)\("([^"]*)".*/\2/p' \
        "$ROOT"/harness/lang/{steps,modifiers,heads}.def)
    while read -r word; do
        "$SIPLADDER" explain "$word" | grep -q 'because   ' ||
            missing+=" $word"
    done < <(sed -nE 's/^DIAG_CODE\([A-Z0-9_]*, "([^"]*)".*/\1/p' \
        "$ROOT/harness/lang/codes.def")
    assert_equal "$missing" ''
}

@test "monitors, and the rules they look at in every scenario" {
    run -0 "$SIPLADDER" explain cseq-rises
    assert_line --partial 'looks at every message'
    assert_line --partial 'rfc3261-12.2.1.1-a'
    run -0 "$SIPLADDER" explain rfc3261-12.2.1.1-a
    assert_line --partial 'the monitor cseq-rises'
}

@test "what is unknown has a neighbour" {
    run -2 "$SIPLADDER" explain unknown-dialogue
    assert_output --partial 'did you mean "unknown-dialog"?'
    run -2 "$SIPLADDER" explain refer/declind
    assert_output --partial 'did you mean "refer/declined"?'
    run -2 "$SIPLADDER" explain Contact.uri.hots
    assert_output --partial 'did you mean "host"?'
    run -2 "$SIPLADDER" explain
    assert_output --partial 'what?'
}

@test "a scenario that is wrong is said to be wrong" {
    printf 'ladder 1\ntest\nF1 alice -> dut INVITE\n' >wrong.ladder
    run -3 "$SIPLADDER" explain wrong.ladder
    assert_output --partial '[unknown-party]'
}

@test "why it failed: what happened, the rule, wanted and got, where" {
    run -0 "$SIPLADDER" explain two-refer-to-accepted 'refer/two-refer-to#rows'
    assert_line --index 0 'refer/two-refer-to#rows failed.'
    assert_line --partial 'The message came, but not as it has to be.'
    assert_line --partial 'wanted   status is 400'
    assert_line --regexp '^ +got +202$'
    assert_line --partial 'Two Refer-To header rows: 400.'
    assert_line --regexp '\|-+ REFER -+>\| F1 '
    assert_line --regexp \
        'number [0-9]+ of two-refer-to-accepted/refer/two-refer-to#rows/messages.txt'
    assert_line 'The ladder: sipladder show two-refer-to-accepted refer/two-refer-to#rows'
}

@test "why it failed: where in the device to look, each message once" {
    run -0 "$SIPLADDER" explain two-refer-to-accepted 'refer/two-refer-to#rows'
    assert_line --partial 'look at  what it checks before it answers'
    run -0 "$SIPLADDER" explain no-notify refer/basic-out-of-dialog
    assert_line --partial 'look at  its subscription: a REFER makes one'
}

@test "a message that broke two rules is shown once" {
    cp -r two-refer-to-accepted twice
    jq -c '.scenarios |= map(.steps |= map(.checks |= (. + .)))' \
        two-refer-to-accepted/result.json >twice/result.json
    run -0 "$SIPLADDER" explain twice 'refer/two-refer-to#rows'
    assert_line '    the same message as above'
    assert_equal "$(grep -c '^    what went before' <<<"$output")" 1
}

@test "each monitor has a place to look at" {
    local missing='' name part found
    while read -r name; do
        found=''
        while read -r part; do
            [[ $name != *"$part"* ]] || found=1
        done < <(sed -nE 's/^LOOK\("monitor", "([^"]+)".*/\1/p' \
            "$ROOT/harness/cli/explain_look.def")
        [ "$found" ] || missing+=" $name"
    done < <(sed -nE 's/^MONITOR\("([^"]*)".*/\1/p' \
        "$ROOT/harness/lang/monitors.def")
    assert_equal "$missing" ' unsupported header-syntax name-addr frame reason-phrase' # the message says it
}

@test "why it failed: a message that did not come" {
    run -0 "$SIPLADDER" explain no-notify refer/basic-out-of-dialog
    assert_line --index 0 'refer/basic-out-of-dialog failed.'
    assert_line --partial 'had to send this message and did not'
    assert_line --regexp '^ +got +nothing$'
    assert_line --partial 'missing: dut -> alice NOTIFY'
}

@test "a run without an id: its first failure; skipped: the reason" {
    run -0 "$SIPLADDER" explain two-refer-to-accepted
    assert_line --index 0 --regexp '^refer/two-refer-to#[a-z]+ failed.$'
    run -0 "$SIPLADDER" explain two-refer-to-accepted transfer/blind-basic
    assert_line --index 0 'transfer/blind-basic was skipped.'
    run -2 "$SIPLADDER" explain two-refer-to-accepted refer/nothing
    assert_output --partial 'no scenario "refer/nothing" in this run'
}

@test "a run without its trace is explained as far as it goes" {
    cp -r two-refer-to-accepted cut
    rm cut/refer/two-refer-to#rows/trace.jsonl
    run -3 "$SIPLADDER" explain cut 'refer/two-refer-to#rows'
    assert_output --partial 'trace.jsonl: No such file or directory'
    assert_output --partial 'Two Refer-To header rows: 400.'
}

@test "explain: all rules of a section, with '/' or '-'" {
    run -0 "$SIPLADDER" explain rfc3261/21.3.2
    assert_line --partial 'rfc3261-21.3.2-a'
    assert_equal "$output" "$("$SIPLADDER" explain rfc3261-21.3.2)"
    run -0 "$SIPLADDER" explain rfc3261-9
    assert_line --partial 'rfc3261-9.1-b'
    refute_output --partial 'rfc3261-21'
    run -2 "$SIPLADDER" explain rfc3261-999
}

@test "the name of a test purpose elsewhere leads to our rule" {
    run -0 "$SIPLADDER" explain SIP_CC_OE_CE_V_029
    assert_line --index 0 --partial rfc3261-21.3.4-a
    assert_output --partial 'elsewhere SIP_CC_OE_CE_V_029'
    run -2 "$SIPLADDER" explain SIP_CC_OE_CE_V_02
}

@test "a response code: what it means, when it is seen, what to do, who plays it" {
    run -0 "$SIPLADDER" explain 202
    assert_line '202 Accepted   (Success, RFC 3515 2.4.2, RFC 6665)'
    assert_output --partial 'Wait for NOTIFY.'
    assert_output --partial refer/response-code-202
    run -0 "$SIPLADDER" explain 301
    assert_line '301 Moved Permanently   (Redirection, RFC 3261 21.3.2)'
    assert_output --partial 'future calls to the Contact'
    assert_line --regexp '^  played by .*proxy/forward-3xx'
    assert_output --partial redirect/301-basic
    refute_output --partial refer/declined
    run -2 "$SIPLADDER" explain 299
    assert_output --partial '"299" is no rule'
}

@test "two response codes stand side by side, with what makes them differ" {
    run -0 "$SIPLADDER" explain 202 301
    assert_line --regexp '^ +202 Accepted +301 Moved Permanently$'
    assert_line --regexp '^  class +Success +Redirection$'
    assert_line --regexp '^  differ +The request was taken.* Nothing was done here'
    run -0 "$SIPLADDER" explain 301 302
    assert_line --regexp '^  alike +Nothing was done here'
    # three, or another word, one below the other
    run -0 "$SIPLADDER" explain 202 301 302
    assert_line '302 Moved Temporarily   (Redirection, RFC 3261 21.3.3)'
    run -0 "$SIPLADDER" explain 202 party
    assert_line '202 Accepted   (Success, RFC 3515 2.4.2, RFC 6665)'
    run -2 "$SIPLADDER" explain 202 299
}
