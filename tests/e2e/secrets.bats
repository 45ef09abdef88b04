#!/usr/bin/env bats
# Passwords come from a file, the environment or the command line, and are
# seen nowhere.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # output, address and pid are set by the library
load lib
address=''

setup() {
    e2e_setup
    # a word that is in nothing else
    word=Wq7-$RANDOM-xYz
    start "$STUB" pbx --t1 100 --password "alice=$word" \
        --password "bob=$word" --password "carol=$word"
    device
}

teardown() {
    e2e_teardown
}

# device [LINE..]
device() {
    {
        cat "$ROOT/stubs/pbx.dut"
        printf '%s\n' 'timers T1 100ms' 'domain pbx.test' "$@"
    } >pbx.dut
}

users() {
    local user
    for user in alice bob carol; do
        echo "user $user $user${1:+ password $1}"
    done >>pbx.dut
}

# plays STATUS [flags..]: every report, and what the terminal says
plays() {
    local status=$1
    shift
    run "-$status" timeout 60 "$SIPLADDER" run -d pbx.dut --to "$address" \
        -o out --tap=out.tap --junit out.xml --json out.json \
        --events out.jsonl transfer/blind-basic "$@" 3>&-
    echo "$output" >terminal
}

# Nothing that was written holds the word, nor a digest.
assert_unseen() {
    local written
    written=$(find out out.* terminal -type f 2>/dev/null || true)
    assert [ -n "$written" ]
    # shellcheck disable=SC2086 # several
    run -1 grep -lF -- "$word" $written
    assert_output ''
    # shellcheck disable=SC2086
    run -1 grep -hoiE 'response="?[0-9a-f]{16}' $written
    assert_output ''
}

@test "by a file, by party or user" {
    users
    echo "$word" >secret
    plays 0 --secret alice=@secret --secret bob=@secret --secret carol=@secret
    grep -q 'Authorization: Digest' out/transfer/blind-basic/messages.txt
    assert_unseen
}

@test "by the environment, in the device file and behind --secret" {
    users '{env.PBX_WORD}'
    PBX_WORD=$word plays 0
    assert_unseen
    device
    users
    PBX_WORD=$word plays 0 --secret 'alice={env.PBX_WORD}' \
        --secret 'bob={env.PBX_WORD}' --secret 'carol={env.PBX_WORD}'
    assert_unseen
}

@test "in plain: gone from the process list" {
    users "$word"
    cat >wait.ladder <<'END'
ladder 1
title "Waits"
party alice
test
    wait 20s
END
    "$SIPLADDER" run -d pbx.dut --to "$address" -o out \
        --secret "alice=$word" --secret=bob="$word" wait.ladder >terminal \
        2>&1 3>&- &
    local runner=$!
    until_true 10 has_children "$runner"
    until_true 10 lists_two "$runner"
    run -0 cat words
    refute_output --partial "$word"
    # each of them
    run -1 grep -v -- '--secret alice=xxx' words
    kill "$runner"
    wait "$runner" || true
    assert_unseen
}

has_children() {
    [ -n "$(cat "/proc/$1/task/$1/children")" ]
}

# lists_two RUNNER: it and a child that has not ended meanwhile, in words, a line each
lists_two() {
    local one
    for one in "$1" $(cat "/proc/$1/task/$1/children"); do
        xargs -0 2>/dev/null <"/proc/$one/cmdline"
    done | grep . >words
    [ "$(wc -l <words)" -ge 2 ]
}

@test "no core of who knows a password" {
    [[ $(cat /proc/sys/kernel/core_pattern) == core* ]] ||
        skip "cores go elsewhere here"
    users "$word"
    printf 'ladder 1\ntitle "Waits"\nparty alice\ntest\n    wait 20s\n' \
        >wait.ladder
    (
        ulimit -c unlimited || exit
        exec "$SIPLADDER" run -d pbx.dut --to "$address" -o out wait.ladder
    ) >terminal 2>&1 3>&- &
    local runner=$!
    until_true 10 has_children "$runner"
    # shellcheck disable=SC2046 # several
    kill -SEGV $(cat "/proc/$runner/task/$runner/children") "$runner"
    wait "$runner" || true
    run -0 find . -name 'core*'
    assert_output ''
}

@test "a wrong password: inconclusive, and which user and realm" {
    users guessed-it
    plays 4
    assert_output --partial 'REGISTER of alice was answered 401: user "alice" is refused in realm "pbx.test": is the password right?'
    run -0 jq -r '.scenarios[0].verdict + " " + .scenarios[0].reason' out.json
    assert_output 'inconclusive preamble'
    word=guessed-it assert_unseen
}

@test "no password: which party has none" {
    users
    plays 4
    assert_output --partial 'REGISTER of alice was answered 401: there is no password for alice'
}

@test "a device that asks for ever is asked a few times" {
    start "$STUB" pbx --t1 100 --nonce-uses 1 --password "alice=$word" \
        --password "bob=$word" --password "carol=$word"
    users other-word
    plays 4
    run -0 grep -c 'REGISTER sip' out/transfer/blind-basic/messages.txt
    assert [ "$output" -le 15 ]
}

@test "mistakes in a device file show no password" {
    device "user alice alice password $word extra" \
        "user bob bob $word" "account pbx.test stub pasword $word" \
        "usr carol carol password $word"
    plays 3
    assert_output --partial 'pbx.dut'
    refute_output --partial "$word"
}

@test "mistakes of --secret" {
    users
    plays 2 --secret "alise=$word"
    assert_output --partial 'no user "alise"; did you mean "alice"?'
    refute_output --partial "$word"
    plays 2 --secret "$word"
    assert_output --partial '--secret takes USER=@FILE, USER={env.NAME} or USER=PASSWORD'
    refute_output --partial "$word"
    plays 2 --secret alice=@nowhere
    assert_output --partial '--secret alice: nowhere: No such file'
    plays 2 --secret 'alice={env.NOT_THERE_AT_ALL}'
    assert_output --partial 'the environment has no NOT_THERE_AT_ALL'
    : >empty
    plays 2 --secret alice=@empty
    assert_output --partial 'its first line is empty'
    plays 2 "--secrte=alice=$word"
    assert_output --partial 'did you mean "--secret"?'
    refute_output --partial "$word"
}

@test "without a device file anybody may have a password" {
    cat >options.ladder <<'END'
ladder 1
title "Asked for a password"
party alice
test
F1  alice -> dut   INVITE {dut.uri}   as a1   sdp offer
F2  dut -> alice   final   for F1
        must   status is 404
END
    run -0 "$SIPLADDER" run --to "$address" -o out \
        --secret "alice=$word" options.ladder 3>&-
    run -0 grep -c 'Authorization: Digest' out/options/messages.txt
    refute_output 0
}

@test "what a scenario takes from the environment is not shown either" {
    cat >basic.ladder <<'END'
ladder 1
title "A token in a header"
party alice
test
F1  alice -> dut   OPTIONS {dut.uri}   as o1
        X-Token: {env.PBX_TOKEN}
F2  dut -> alice   final   for F1
END
    PBX_TOKEN=$word run -0 "$SIPLADDER" run --to "$address" -o out \
        --events out.jsonl basic.ladder 3>&-
    echo "$output" >terminal
    grep -q 'X-Token: xxx' out/basic/messages.txt
    assert_unseen
}
