# What the e2e tests share. shellcheck shell=bash
# $output and $status are set by bats.

e2e_setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return 1
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    pids=()
    measured=() # a program that runs what is played
}

# in setup_file, for plays that all tests of a file look at
e2e_setup_file() {
    cd "$BATS_FILE_TMPDIR" || return 1
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    pids=()
}

e2e_teardown() {
    for pid in "${pids[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}

# until_true SECONDS command..: as soon as it holds
until_true() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < end)) || return 1
        sleep 0.02
    done
}

# start program [words..]: a device; its address in $address, its pid in $pid
start() {
    local ready=ready.${#pids[@]}
    "$@" >"$ready" 2>/dev/null 3>&- &
    pid=$!
    pids+=("$pid")
    until_true 20 grep -q '^ready ' "$ready"
    address=$(sed -n 's/^ready //p' "$ready")
}

noise() {
    start "$NOISE" "$@"
}

phone() {
    start "$STUB" ua "$@"
}

# play_and_end NAME words..: the last device is played as stubs/NAME.dut, where
# scenarios may fail, and ends
play_and_end() {
    local dut=$ROOT/stubs/$1.dut ended=0
    shift
    "$SIPLADDER" run -d "$dut" --to "$address" "$@" >/dev/null 3>&- ||
        ended=$?
    kill "$pid"
    ((ended <= 1))
}

# A call and one request in it: passes with every device that answers.
write_call() {
    cat >"${1-call.ladder}" <<'END'
ladder 1
title  "A call"
party  alice
test
F1  alice -> dut   INVITE   as a1   sdp offer
F2  dut -> alice   final   for F1
        must   status is 200   [rfc3261-8.2-a]
F3  alice -> dut   OPTIONS   on a1
F4  dut -> alice   2xx   for F3
END
}

# play words..: all reports on; $output is the terminal's
play() {
    run timeout 100 "${measured[@]}" "$SIPLADDER" run --to "$address" \
        --slack 0.25 -o out --tap=run.tap --junit run.xml \
        --json run.json --html run.html --events run.jsonl "$@"
}

# verdict ID: of run.json, with its reason behind a colon
verdict() {
    jq -r --arg id "$1" '.scenarios[] | select(.id == $id) |
        .verdict + (if .reason then ":" + .reason else "" end)' run.json
}

no_control_bytes() {
    ! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f]' "$1" ||
        fail "control bytes in $1"
}

# Every report of the last play can be read by what others read it with.
assert_sound() {
    local file
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" run.xml
    xmllint --noout --schema "$ROOT/tests/golden/report/jenkins.xsd" run.xml
    cmp run.json out/result.json
    jq -e -f "$ROOT/tests/golden/report/schema.jq" run.json >/dev/null
    jq -e '.scenarios | all(.verdict != "error")' run.json >/dev/null
    jq -es 'length > 0' run.jsonl >/dev/null
    tidy -q -e --drop-empty-elements no run.html
    run -1 grep -qE "<(script|img)" run.html
    find out -name capture.pcapng -exec capinfos -c {} + >captures ||
        fail "$(cat captures)"
    run prove --exec cat ./run.tap
    refute_output --partial 'Parse errors'
    while read -r file; do
        case $file in
            *trace.jsonl) jq -es 'length > 0' "$file" >/dev/null ;;
            *ladder.txt) [ -s "$file" ] && no_control_bytes "$file" ;;
            *) no_control_bytes "$file" ;;
        esac || fail "$file"
    done < <(printf '%s\n' run.tap run.xml run.html &&
        find out -name '*.txt' -o -name trace.jsonl)
}

# Ends the last device and looks at what it counted.
assert_nothing_sent() {
    kill "$pid"
    wait "$pid" || true
    grep -q '^received 0$' "ready.$((${#pids[@]} - 1))" ||
        fail 'something was sent'
}
