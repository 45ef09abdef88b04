#!/usr/bin/env bats
# Each flag of run does what it says.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call
}

teardown() {
    e2e_teardown
}

run_it() {
    run timeout 100 "$SIPLADDER" run --to "$address" "$@"
}

# A call whose answer must have another status: it fails.
write_failing() {
    sed 's/status is 200/status is 299/' call.ladder >"${1-bad.ladder}"
}

# A should that no device here keeps.
write_should() {
    sed 's/must   status is 200/should status is 299/' call.ladder \
        >should.ladder
}

ids_of_dry_run() {
    "$SIPLADDER" run --dry-run "$@" | sed -n 's/^[ps][lk][ai][yp]  //p' |
        cut -d' ' -f1
}

@test "every flag stands in --help, each with a line" {
    for command in run list check; do
        run -0 "$SIPLADDER" "$command" --help
        assert_line --index 0 "sipladder $command [what..]"
        for line in "${lines[@]:1}"; do
            [[ $line != Defaults:* ]] || continue
            [[ $line =~ ^\ \ (-[a-zA-Z0-9]|\ \ )\ --[a-z-]+.*\ \ [A-Za-z0-9] ]] ||
                fail "$line"
        done
    done
    run -0 "$SIPLADDER" run -h
    for flag in dut to edition jobs repeat at-once until-fail shuffle seed \
        shard fail-fast timeout slack strict secret matrix ipv4 ipv6 \
        allow-inconclusive tap junit \
        json events out keep quiet live color dry-run; do
        assert_output --regexp " --${flag}[ =[]"
    done
}

@test "wrong values: exit 2, one line that names the flag and what it takes" {
    local words
    while read -r words; do
        # shellcheck disable=SC2086
        run -2 "$SIPLADDER" run call.ladder $words
        assert_equal "${#lines[@]}" 1
        words=${words#--}
        assert_output --regexp "^sipladder run: .*--${words%%[= ]*}( |$)"
    done <<'END'
--slack 0
--slack -1
--slack nan
--slack inf
--slack 1x
--slack
--jobs 0
--jobs 65
--jobs 1.5
--repeat 0
--repeat many
--repeat 99999999999999999999
--at-once -1
--seed x
--seed -1
--timeout 0s
--timeout 5
--timeout soon
--timeout 99999999h
--edition rfc9999
--keep some
--color red
--shard 1
--shard 0/3
--shard 4/3
--shard a/b
--tap-version 12
--junit=
--strict=maybe
END
    run -2 "$SIPLADDER" run --keep some
    assert_output 'sipladder run: --keep takes all, failed or none, not "some"'
    run -2 "$SIPLADDER" run --strict=yes
    assert_output 'sipladder run: --strict takes no value'
}

@test "unknown flags and commands have neighbours" {
    run -2 "$SIPLADDER" run --shufle
    assert_output 'sipladder run: unknown flag "--shufle"; did you mean "--shuffle"?'
    run -2 "$SIPLADDER" run -Z
    assert_output 'sipladder run: unknown flag "-Z"'
    run -2 "$SIPLADDER" list --tag
    assert_output 'sipladder list: unknown flag "--tag"; did you mean "--tags"?'
    run -2 "$SIPLADDER" lisst
    assert_output 'sipladder: unknown command "lisst"; did you mean "list"?'
    run -2 "$SIPLADDER" --frobnicate
    assert_output 'sipladder: unknown command "--frobnicate"'
}

@test "the environment gives defaults, the command line is above it" {
    export SIPLADDER_SEED=7 SIPLADDER_KEEP=none SIPLADDER_STRICT=yes
    noise slow 0
    run_it call.ladder -o out --tap
    assert_output --partial 'seed=7'
    [ ! -e out/call ]
    run_it call.ladder -o out --tap --seed 8 --keep all
    assert_output --partial 'seed=8'
    [ -e out/call/trace.jsonl ]
    write_should
    run_it should.ladder
    assert_equal "$status" 1
    SIPLADDER_STRICT=0 run_it should.ladder
    assert_equal "$status" 0
    SIPLADDER_STRICT=perhaps run_it call.ladder
    assert_equal "$status" 2
    assert_output 'sipladder run: SIPLADDER_STRICT: --strict takes yes or no, not "perhaps"'
    SIPLADDER_FAIL_FAST=1 SIPLADDER_SLACK=none run_it call.ladder
    assert_output 'sipladder run: SIPLADDER_SLACK: --slack takes a number above 0, not "none"'
}

@test "sipladder.conf gives defaults below the environment" {
    cat >sipladder.conf <<'END'
# defaults
seed  5

keep none
strict
END
    noise slow 0
    write_should
    run_it should.ladder -o out --tap
    assert_equal "$status" 1
    assert_output --partial 'seed=5'
    [ ! -e out/should ]
    SIPLADDER_SEED=6 run_it should.ladder --tap
    assert_output --partial 'seed=6'
    run_it should.ladder --tap --seed 7
    assert_output --partial 'seed=7'
    SIPLADDER_STRICT=no run_it should.ladder
    assert_equal "$status" 0
}

@test "a wrong sipladder.conf names the line" {
    printf '# x\nseeed 5\n' >sipladder.conf
    run -2 "$SIPLADDER" run call.ladder
    assert_output 'sipladder run: sipladder.conf:2: unknown flag "seeed"; did you mean "--seed"?'
    printf 'slack fast\n' >sipladder.conf
    run -2 "$SIPLADDER" run call.ladder
    assert_output 'sipladder run: sipladder.conf:1: --slack takes a number above 0, not "fast"'
    head -c 1000000 /dev/zero | tr '\0' 'a' >sipladder.conf
    run -2 "$SIPLADDER" run call.ladder
    assert_output --partial 'sipladder run: sipladder.conf: longer than'
    rm sipladder.conf
    mkdir sipladder.conf
    run -2 "$SIPLADDER" run call.ladder
    assert_output 'sipladder run: sipladder.conf: Is a directory'
}

@test "--dry-run says what would be played and why not, and sends nothing" {
    noise slow 0
    run_it -d "$ROOT/stubs/phone.dut" --dry-run refer/declined transfer -o no
    assert_equal "$status" 0
    assert_line 'play  refer/declined'
    assert_line --regexp '^skip  transfer/blind-basic  .'
    assert_line --regexp '^[0-9]+ of [0-9]+ scenarios would be played$'
    [ ! -e no ]
    assert_nothing_sent
}

@test "--shuffle: another order of the same, the same for the same seed" {
    ids_of_dry_run refer notify >plain
    ids_of_dry_run refer notify --shuffle --seed 1 >one
    ids_of_dry_run refer notify --shuffle --seed 1 >again
    ids_of_dry_run refer notify --shuffle --seed 2 >two
    cmp one again
    run ! cmp -s one plain
    run ! cmp -s one two
    cmp <(sort one) <(sort plain)
}

@test "--shard: the parts are apart and make the whole" {
    ids_of_dry_run refer notify redirect >whole
    for k in 1 2 3; do
        ids_of_dry_run refer notify redirect --shard $k/3 >part$k
        [ -s part$k ]
    done
    cmp <(sort whole) <(sort part1 part2 part3)
    ids_of_dry_run refer notify redirect --shard 2/3 --shuffle --seed 3 |
        sort | cmp - <(sort part2)
}

@test "--seed: the same tags, branches and Call-IDs" {
    noise slow 0
    ids() {
        grep -o 'branch=[^;]*\|tag=[^;>]*\|Call-ID: [^@]*' \
            "$1/call/messages.txt" | tr -d '\r'
    }
    run_it call.ladder --seed 0 -o one
    run_it call.ladder --seed 0 -o again
    run_it call.ladder --seed 1 -o two
    cmp <(ids one) <(ids again)
    run ! cmp -s <(ids one) <(ids two)
}

@test "--repeat and --until-fail" {
    noise slow 0
    run_it call.ladder --repeat 5 --at-once 2 -o out
    assert_equal "$status" 0
    assert_equal "$(jq '.scenarios[0].plays' out/result.json)" 5
    write_failing
    run_it bad.ladder --repeat 5 -o out
    assert_output --partial '5 of 5 plays'
    run_it bad.ladder --repeat 5 --until-fail -o out
    assert_equal "$status" 1
    assert_output --partial 'bad'
    refute_output --partial 'of 5 plays'
    run_it bad.ladder --until-fail -o out # without --repeat: for ever
    assert_equal "$status" 1
}

@test "--until-fail plays on until somebody says stop" {
    local seconds plays=0 status
    noise slow 0
    for seconds in 3 10 60; do # as long as a busy machine needs
        status=0
        timeout -s INT "$seconds" "$SIPLADDER" run --to "$address" \
            call.ladder -o out --until-fail || status=$?
        assert_equal "$status" 124
        plays=$(jq '.scenarios[0].plays // 0' out/result.json)
        ((plays <= 2)) || break
    done
    ((plays > 2))
    assert_equal "$(jq -r '.scenarios[0].verdict' out/result.json)" pass
}

@test "--fail-fast starts nothing after the first failure" {
    noise slow 0
    write_failing a.ladder
    run_it a.ladder call.ladder -j 1 -x -o out --tap
    assert_equal "$status" 1
    assert_line --partial 'ok 2 - call # SKIP'
    assert_equal "$(jq -r '.scenarios[1].verdict' out/result.json)" 'not run'
    run_it a.ladder call.ladder -j 1 -o out
    assert_equal "$(jq -r '.scenarios[1].verdict' out/result.json)" pass
}

@test "--timeout cuts a scenario short" {
    noise mute
    run_it call.ladder --timeout 1s -o out
    assert_equal "$status" 4
    assert_equal "$(jq -r '.scenarios[0].verdict' out/result.json)" \
        inconclusive
    [ "$(jq '.scenarios[0].ms' out/result.json | cut -d. -f1)" -lt 20000 ]
    { head -2 call.ladder && echo 'timeout 90s' && tail -n +3 call.ladder; } \
        >own.ladder # its own limit does not save it
    run_it own.ladder --timeout 1s -o out
    assert_equal "$status" 4
    [ "$(jq '.scenarios[0].ms' out/result.json | cut -d. -f1)" -lt 20000 ]
}

@test "--slack stretches the upper limits" {
    noise slow 700
    sed 's/final   for F1/final   for F1   within 500ms/' call.ladder \
        >soon.ladder
    run_it soon.ladder
    assert_equal "$status" 1
    assert_output --partial 'within 0.500 s'
    run_it soon.ladder --slack 10
    assert_equal "$status" 0
}

@test "--strict makes failures of shoulds" {
    noise slow 0
    write_should
    run_it should.ladder
    assert_equal "$status" 0
    assert_output --partial 'warn'
    run_it should.ladder --strict
    assert_equal "$status" 1
}

@test "--allow-inconclusive: exit 0 where nothing failed" {
    noise mute
    run_it call.ladder --timeout 500ms --slack 0.05
    assert_equal "$status" 4
    run_it call.ladder --timeout 500ms --slack 0.05 --allow-inconclusive --tap
    assert_equal "$status" 0
    assert_line --regexp '^# .*exit 0$'
}

@test "--edition: which answer accepts a REFER" {
    phone
    accepts() {
        run_it -d "$ROOT/stubs/phone.dut" refer/response-code-202 \
            --edition "$1"
    }
    accepts rfc3515
    assert_equal "$status" 0
    accepts interop
    assert_equal "$status" 0
    accepts rfc7647
    assert_equal "$status" 1
    assert_output --partial 'status is 200'
}

@test "--keep: whose artefacts stay" {
    noise slow 0
    write_failing
    run_it call.ladder bad.ladder -o all --keep all
    [ -s all/call/trace.jsonl ]
    [ -s all/bad/trace.jsonl ]
    run_it call.ladder bad.ladder -o failed --keep failed
    [ ! -e failed/call ]
    [ -s failed/bad/trace.jsonl ]
    run_it call.ladder bad.ladder -o none --keep none
    assert_equal "$(ls none)" $'junit.xml\nresult.json'
    refute_output --partial 'ladder.txt'
}

@test "--quiet: only what failed" {
    noise slow 0
    write_failing
    run_it call.ladder bad.ladder -q
    refute_line --regexp '^pass'
    assert_line --partial 'FAIL  bad'
}

@test "--live: the ladder grows as messages come" {
    noise slow 0
    run_it call.ladder -V
    assert_line --index 0 call
    assert_line --regexp '^ +alice +dut$'
    assert_line --regexp '^ \+[0-9.]+ +\|-+ INVITE -+>\| +sip:'
    assert_line --regexp '^ \+[0-9.]+ +\|<-+ 200 -+\| +OK$'
    assert_line --regexp '^ -+ test$'
    run_it call.ladder
    refute_output --partial ' INVITE -'
    # beside TAP it is not in the way
    "$SIPLADDER" run --to "$address" call.ladder -V --tap 2>live >tap
    run ! grep -q ' INVITE -' tap
    grep -q ' INVITE -' live
    # side by side, each turn has its name, and all messages are there
    cp call.ladder other.ladder
    run_it call.ladder other.ladder -V -j 2
    assert_line call
    assert_line other
    assert_equal "$(grep -c ' INVITE -' <<<"$output")" 2
}

@test "--events: every event, a JSON line each, with its scenario" {
    noise slow 0
    cp call.ladder other.ladder
    run_it call.ladder other.ladder -j 2 --events all.jsonl -o out
    for id in call other; do
        jq -c --arg id $id 'select(.scenario == $id and .e != "result") |
            del(.scenario)' all.jsonl >of-$id
        jq -c . "out/$id/trace.jsonl" | cmp - of-$id
        assert_equal "$(jq -r --arg id $id 'select(.scenario == $id and
            .e == "result") | .verdict' all.jsonl)" pass
    done
}

@test "--color: always, never, and not into a file" {
    noise slow 0
    run_it call.ladder --color always
    assert_output --partial $'\033[32mpass'
    run_it call.ladder --color never
    refute_output --partial $'\033'
    run_it call.ladder
    refute_output --partial $'\033'
}

@test "--tap-version 14" {
    noise slow 0
    run_it call.ladder --tap --tap-version 14
    assert_line --index 0 'TAP version 14'
}

@test "--jobs: side by side is shorter" {
    noise slow 0
    for i in 1 2 3 4; do
        sed 's/^F3/    wait 1s\nF3/' call.ladder >"w$i.ladder"
    done
    run_it w?.ladder -j 4 -o out --events all.jsonl
    assert_equal "$status" 0
    # all had begun before one had ended
    assert_equal "$(jq -r .e all.jsonl | grep -n '^result$' | head -1 |
        cut -d: -f1 | xargs -I{} head -{} all.jsonl |
        jq -r 'select(.e == "begin").scenario' | sort -u | wc -l)" 4
}

@test "list: --json, --tags, --requirements" {
    run -0 "$SIPLADDER" list redirect/301-basic --json
    echo "$output" >list.json
    assert_equal "$(jq -r '.[0].id' list.json)" 'redirect/301-basic#moved'
    assert_equal "$(jq length list.json)" \
        "$("$SIPLADDER" list redirect/301-basic | wc -l)"
    assert_equal "$(jq -c '.[0].role' list.json)" '["ua","b2bua","proxy"]'
    run -0 "$SIPLADDER" list --tags
    assert_line --regexp '^slow +[0-9]+'
    run -0 "$SIPLADDER" list refer/declined --requirements
    assert_line --regexp '^rfc6665-4.2.1-a +1  [A-Z]'
    refute_line --partial 'rfc3515-2.4.2-e'
    run -0 "$SIPLADDER" list refer/declined --requirements --json
    echo "$output" >rules.json
    assert_equal "$(jq -r '.[] | select(.id == "rfc6665-4.2.1-a").scenarios' \
        rules.json)" 1
    run -2 "$SIPLADDER" list --tags --requirements
}
