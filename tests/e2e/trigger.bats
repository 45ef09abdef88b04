#!/usr/bin/env bats
# Triggers of device files: what each kind does, what the report says when it
# fails, and that none can hang, flood or be given more than a value.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0
load lib

setup() {
    e2e_setup
    unset http_proxy HTTP_PROXY
}

teardown() {
    e2e_teardown
}

# device LINES..: a file for a device that is not there
device() {
    cat >x.dut <<END
device     x
address    dut@127.0.0.1:5999
role       ua
liveness   none
bind       127.0.0.1
$(printf '%s\n' "$@")
END
}

# steps LINES..: a scenario of these, with the party alice
steps() {
    cat >x.ladder <<END
ladder 1
title  "triggers"
role   ua
party  alice
test
$(printf '%s\n' "$@")
END
}

# play STATUS [flags..]
play() {
    local status=$1
    shift
    run "-$status" timeout 60 "$SIPLADDER" run -d x.dut x.ladder -o out "$@"
}

# lever MODE [WORDS..]: a control port at $address, what it hears in $heard
lever() {
    heard=ready.${#pids[@]}
    start perl "$ROOT/tests/e2e/lever.pl" "$@"
}

heard() {
    until_true 5 grep -qxF "told $1" "$heard" || fail "$(cat "$heard")"
}

# gone PID: it has ended, whether or not anybody has taken notice
gone() {
    ! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"
}

# says TEXT: the one finding of the last play
says() {
    run -0 jq -r '.scenarios[0] | [.verdict, .reason,
        (.steps[].checks[] | select(.kind == "trigger") | .got)] | join("; ")' \
        out/result.json
    assert_output "inconclusive; trigger; $1"
}

@test "sh: done, its output in the trace, and nothing is missing" {
    device "trigger call sh \"echo to {to} of {target}; echo also >&2\""
    steps "trigger call sip:bob@example.test"
    play 0
    run -0 jq -r 'select(.e == "trigger" and .ok) | .got' out/x/trace.jsonl
    assert_output "it said:
  to bob of sip:bob@example.test
  also"
    grep -q 'trigger call sip:bob@example.test' out/x/ladder.txt
}

@test "sh: one that fails is inconclusive, with its output everywhere" {
    device 'trigger call sh "echo no such extension; exit 3"'
    steps "trigger call sip:bob@example.test"
    play 4 --junit run.xml --tap=run.tap
    assert_output --partial 'not triggered:  trigger call'
    assert_output --partial 'got      it ended with status 3'
    assert_output --partial 'no such extension'
    says 'it ended with status 3'
    grep -q 'it ended with status 3' out/x/ladder.txt
    grep -q 'no such extension' out/x/trace.jsonl
    grep -q 'no such extension' run.xml
    grep -q 'reason: trigger' run.tap
    run -0 "$SIPLADDER" explain out x
    assert_output --partial 'could not be made to act'
}

@test "sh: a signal, a missing text, a program that is not there" {
    # shellcheck disable=SC2016 # for the trigger's shell
    device 'trigger call sh "kill -SEGV $$"'
    steps "trigger call"
    play 4
    says 'it died of signal 11 (Segmentation fault)'
    device 'trigger call sh "echo Success" expect "Succes!"'
    play 4
    says 'it did not print "Succes!"'
    device 'trigger call sh "echo Success" expect "Success"'
    play 0
    device 'trigger call run "./not-there {dut.port}"'
    play 4
    says 'cannot run ./not-there: No such file or directory'
}

@test "run: words as they stand, no shell, in the folder of the file" {
    mkdir elsewhere
    # shellcheck disable=SC2016 # for nobody's shell
    device 'trigger call run "./args one '\''two three'\'' $HOME {target} ; >x {dut.host}:{dut.port}"'
    mv x.dut elsewhere/
    printf '#!/bin/sh\nprintf "<%%s>\\n" "$@"\n' >elsewhere/args
    chmod +x elsewhere/args
    # shellcheck disable=SC2016 # a value that a shell would read
    steps 'trigger call "a $(id) b"'
    run -0 "$SIPLADDER" run -d elsewhere/x.dut x.ladder -o out
    run -0 jq -r 'select(.e == "trigger" and .ok) | .got' out/x/trace.jsonl
    # shellcheck disable=SC2016 # as it stood
    assert_output 'it said:
  <one>
  <two three>
  <$HOME>
  <a $(id) b>
  <;>
  <>x>
  <127.0.0.1:5999>'
}

@test "a value is one word to the shell, whatever is in it" {
    # shellcheck disable=SC2016 # for the trigger's shell
    device 'trigger call sh "printf '\''<%s>'\'' {target} '\''in {target} '\'' \"by {target}\" \"'\''{target}'\''\""'
    # shellcheck disable=SC2016 # values that a shell would read
    local values=('x; touch pwned' '$(touch pwned)' '`touch pwned`' \
        "'; touch pwned; '" '"; touch pwned; "' "\\'; touch pwned #" \
        '& touch pwned &' '> pwned' '*')
    steps "$(for value in "${values[@]}"; do
        value=${value//\\/\\\\}
        printf 'trigger call "%s"\n' "${value//\"/\\\"}"
    done)"
    play 0
    run -0 jq -r 'select(.e == "trigger" and .ok) | .got' out/x/trace.jsonl
    assert_output "$(for value in "${values[@]}"; do
        echo "it said:
  <$value><in $value ><by $value><'$value'>"
    done)"
    [ ! -e pwned ]
}

@test "a value with a control byte is refused" {
    device 'trigger call tcp 127.0.0.1:9 "dial {target}"'
    steps 'trigger call "bob\r\nhangup"'
    play 4
    says '{target} holds a control byte (0x0d), which no trigger is given'
}

@test "a value that the step does not give" {
    device 'trigger call sh "echo {target} {2}"'
    steps "trigger call"
    play 4
    says 'the step gives it no value number 1, which the device file wants'
    device 'trigger call sh "echo {bob.uri}"'
    play 4
    says 'this scenario has no party "bob"'
}

@test "a trigger that hangs is ended with all that it started" {
    # shellcheck disable=SC2016 # for the trigger's shell
    device 'trigger call sh "sleep 100 & echo $! >child; echo waiting; wait" within 300ms'
    steps "trigger call"
    play 4
    says 'it was not done within 0.3 s'
    assert [ -s child ]
    until_true 5 gone "$(cat child)"
    run -0 jq -r '.scenarios[0].steps[].checks[].detail' out/result.json
    assert_output --partial 'waiting'
}

@test "a trigger that floods is ended" {
    device 'trigger call sh "yes" within 60s'
    steps "trigger call"
    play 4
    says 'it prints more than 1048576 bytes'
    [ "$(stat -c %s out/x/trace.jsonl)" -lt 100000 ]
}

@test "the play goes on while a trigger works: what it causes is taken" {
    cat >x.ladder <<'END'
ladder 1
title  "an answer while the trigger still works"
role   ua
party  alice
test
F1  alice -> dut   OPTIONS
    trigger work
F2  must dut -> alice   200   for F1   within 500ms   [practice-x]
F3  alice -> dut   OPTIONS
F4  must dut -> alice   200   for F3   [practice-x]
END
    phone
    device 'trigger work sh "sleep 0.7; echo done"'
    run -0 "$SIPLADDER" run -d x.dut x.ladder -o out --to "$address"
    # what we send waits until it is done
    run -0 jq -rs '[.[] | select(.e == "trigger" or .e == "sent") |
        .name // (if .ok then "done" else "begun" end)] | join(" ")' \
        out/x/trace.jsonl
    assert_output --partial 'begun done F3'
}

@test "a run that is stopped does not wait for its triggers" {
    # shellcheck disable=SC2016 # for the trigger's shell
    device 'trigger call sh "echo $$ >child; exec sleep 100" within 60s'
    steps "trigger call"
    local status=0
    "$SIPLADDER" run -d x.dut x.ladder -o out 3>&- &
    until_true 10 test -s child
    kill -INT "$!"
    wait "$!" || status=$?
    [ "$status" -eq 130 ]
    until_true 5 gone "$(cat child)"
}

@test "tcp: a line, its answer, then the next" {
    lever ok
    device "trigger call tcp $address \"dial {target}\" expect \"did dial\" then \"again {to}\" expect \"did again\""
    steps "trigger call sip:bob@example.test"
    play 0
    heard 'dial sip:bob@example.test'
    heard 'again bob'
    run -0 jq -r 'select(.e == "trigger" and .ok) | .got' out/x/trace.jsonl
    assert_output --partial 'did again bob'
}

@test "tcp: without an answer wanted, the line is still heard" {
    lever ok
    device "trigger call tcp $address \"one{crlf}two\""
    steps "trigger call"
    play 0
    heard one
    heard two
}

@test "tcp: another answer, none, the end, a flood, nobody" {
    lever ok
    device "trigger call tcp $address \"dial\" expect \"never\" within 300ms"
    steps "trigger call"
    play 4
    says "it was not done within 0.3 s: $address has not sent \"never\""
    run -0 jq -r '.scenarios[0].steps[].checks[].detail' out/result.json
    assert_output --partial 'did dial'
    lever close
    device "trigger call tcp $address \"dial\" expect \"ok\""
    play 4
    assert_output --partial "$address"
    lever flood
    device "trigger call tcp $address \"dial\" expect \"ok\""
    play 4
    says "$address sends more than 524288 bytes"
    kill "$pid"
    wait "$pid" || :
    play 4
    says "$address: Connection refused"
}

@test "netstring: JSON, its values with the escapes of JSON" {
    lever netstring
    device "trigger call netstring $address \"{\\\"command\\\":\\\"dial\\\",\\\"params\\\":\\\"{target}\\\"}\" expect \"\\\"ok\\\":true\""
    steps 'trigger call "sip:\"bob\"@x\\y"'
    play 0
    heard '{"command":"dial","params":"sip:\"bob\"@x\\y"}'
}

@test "http: the request, its values with the escapes of a URL" {
    lever http 200 accepted
    device "trigger call http \"http://$address/call?to={target}&from={from}\" expect \"accepted\""
    steps 'trigger call "sip:b&b@x y"'
    play 0
    heard 'GET /call?to=sip%3Ab%26b%40x%20y&from=dut HTTP/1.1'
}

@test "http: a body, JSON or a form, and other methods" {
    lever http 201 created
    device "trigger call http \"http://$address/calls\" \"{\\\"to\\\":\\\"{target}\\\"}\"" \
        "trigger form http put \"http://$address/form\" \"to={target}\"" \
        "trigger away http delete \"http://$address/calls/1\""
    steps 'trigger call "a\"b"' 'trigger form "a&b"' 'trigger away'
    play 0
    heard 'POST /calls HTTP/1.1'
    heard 'Content-Type: application/json'
    grep -qxF 'body {"to":"a\"b"}' "$heard"
    heard 'PUT /form HTTP/1.1'
    grep -qxF 'body to=a%26b' "$heard"
    heard 'DELETE /calls/1 HTTP/1.1'
}

@test "http: another status, other words, silence, a flood, nobody" {
    lever http 503 no such phone
    device "trigger call http \"http://$address/\""
    steps "trigger call"
    play 4
    says 'the answer is 503'
    run -0 jq -r '.scenarios[0].steps[].checks[].detail' out/result.json
    assert_output --partial 'no such phone'
    lever http 200 queued
    device "trigger call http \"http://$address/\" expect \"accepted\""
    play 4
    says 'the answer 200 does not hold "accepted"'
    lever silent
    device "trigger call http \"http://$address/\" within 300ms"
    play 4
    says 'it was not done within 0.3 s: the HTTP server has not answered'
    kill "$pid"
    wait "$pid" || :
    play 4
    assert_output --partial "connect to 127.0.0.1 port ${address##*:}"
}

@test "a secret is in no report" {
    export LEVER_PW=hunter2-secret
    lever ok
    device "trigger call tcp $address \"login {env.LEVER_PW}\" expect \"did login\"" \
        'trigger other sh "echo the password is {env.LEVER_PW}; exit 1"'
    steps "trigger call" "trigger other"
    play 4 --junit run.xml --tap=run.tap --events run.jsonl -V
    heard 'login hunter2-secret'
    refute_output --partial hunter2
    assert_output --partial 'the password is ***'
    run ! grep -r hunter2 out run.xml run.tap run.jsonl
}

@test "ask: skipped where nobody sits" {
    device 'calls trigger' 'trigger call ask "Call {party}"'
    steps "trigger call {alice.uri}"
    play 77 </dev/null
    run -0 jq -r '.scenarios[0] | .verdict, .reason' out/result.json
    assert_output 'skip
interactive: its trigger "call" asks a person, and nobody sits here'
}

# at_terminal ANSWER: plays where somebody sits who types that, or nothing
at_terminal() {
    [ -p keys ] || mkfifo keys
    exec 5<>keys
    printf '%s' "$1" >&5
    timeout 60 script -qec \
        "'$SIPLADDER' run -d x.dut x.ladder -o out" /dev/null <&5
}

@test "ask: a person says that it is done, or cannot be" {
    device 'trigger call ask "Call {party} at {target.port}" within 20s'
    steps "trigger call {alice.uri}"
    run -0 at_terminal $'\n'
    assert_output --regexp '>>> Call alice at [0-9]+'
    run -4 at_terminal $'n\n'
    says 'whoever was asked says that it cannot be done'
}

@test "ask: nobody answers" {
    device 'trigger call ask "Call" within 300ms'
    steps "trigger call {alice.uri}"
    run -4 at_terminal ''
    says 'it was not done within 0.3 s: nobody answered the question "Call"'
}

@test "needs trigger: a device without it is skipped" {
    device 'trigger call sh "true"'
    steps "trigger transfer sip:a@b"
    sed -i '/^role/a needs trigger transfer' x.ladder
    play 77
    run -0 jq -r '.scenarios[0].reason' out/result.json
    assert_output 'x has no trigger "transfer" (it has: call)'
    run -0 "$SIPLADDER" list x.ladder
    assert_output --partial 'triggers: transfer'
}

@test "a step whose trigger the file lacks says what there is" {
    device 'trigger transfer sh "true"' 'trigger call sh "true"'
    steps "trigger tranfser sip:a@b"
    play 4
    says 'x has no trigger "tranfser" (it has: transfer, call); did you mean "transfer"?'
}

@test "a trigger of the cleanup that fails is only a problem" {
    phone
    device 'trigger reset sh "exit 9"'
    steps 'F1  alice -> dut   OPTIONS' \
        'F2  must dut -> alice   200   for F1   [practice-x]' \
        'cleanup' 'trigger reset'
    run "$SIPLADDER" run -d x.dut x.ladder -o out --to "$address"
    assert_output --partial 'trigger reset: it ended with status 9'
    run -0 jq -r '.scenarios[0].verdict' out/result.json
    refute_output fail
    refute_output inconclusive
}

@test "wrong triggers have their place" {
    device 'trigger call shh "x"' 'trigger dial sh "x {tarjet}"'
    steps "trigger call"
    play 3
    assert_output --partial 'x.dut:6:14: error: a trigger is sh, run, http, tcp, netstring, stdin or ask. Did you mean "sh"?'
    assert_output --partial 'x.dut:7:17: error: a trigger knows no {tarjet}. Did you mean "target"?'
    [ ! -e out ]
}
