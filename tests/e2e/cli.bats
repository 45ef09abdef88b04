#!/usr/bin/env bats
# The command line without a device: what is wrong is said in one line.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
}

@test "an unknown command names itself and its neighbour" {
    run -2 "$SIPLADDER" rum
    assert_output 'sipladder: unknown command "rum"; did you mean "run"?'
}

@test "an unknown flag names itself and its neighbour" {
    run -2 "$SIPLADDER" run --juint x.xml
    assert_output 'sipladder run: unknown flag "--juint"; did you mean "--junit"?'
}

@test "a flag without its value" {
    run -2 "$SIPLADDER" run --slack
    assert_output --partial '--slack needs a value'
}

@test "the whole catalogue is right" {
    run -0 "$SIPLADDER" check
    assert_output --partial 'nothing wrong'
}

@test "check: warnings are no failure, errors are, whatever the file" {
    printf 'ladder 1\ntitle "x"\nparty a\ntest\ndut -> a BYE\n' >w.ladder
    run -0 "$SIPLADDER" check w.ladder
    assert_output --partial '[unanswered]'
    assert_output --partial '1 scenario, 1 warning'
    run -0 "$SIPLADDER" check "$ROOT/stubs/phone.dut" "$ROOT/stubs/pbx.dut"
    assert_output '2 files, nothing wrong'
    printf 'claims reffer\n' >x.dut
    run -3 "$SIPLADDER" check x.dut
    assert_output --partial 'x.dut:1:8: error: no claim "reffer". Did you mean "refer"? [unknown-claim]'
    printf 'requirement x\nlevel mst\n' >x.req
    run -3 "$SIPLADDER" check x.req
    assert_output --partial 'x.req:2:7: error:'
    run -2 "$SIPLADDER" run "$ROOT/scenarios/refer/declined.ladder" --to udp:
    assert_output --partial 'no address: udp:HOST:PORT'
    run -2 "$SIPLADDER" run refer/declined --to udp:127.0.0.1:0
    assert_output --partial '"127.0.0.1:0" is no HOST:PORT: there is no port 0'
}

# those of proxies are mistakes of Kamailio, made in tests/interop
@test "every scenario names faults that the stub knows" {
    "$STUB" --list-faults | cut -f1 | sort >faults
    find "$ROOT/scenarios" -name '*.ladder' -not -path '*/proxy/*' -exec \
        sed -n 's/^bites  *//p' {} + | sed 's/#.*//' |
        tr -s ' ' '\n' | sed '/^$/d' | sort -u >named
    run -0 comm -13 faults named
    assert_output ''
}

@test "every monitor can be silenced by its name" {
    sed -n 's/^.*{ "\([a-z0-9-]*\)",.*$/\1/p' "$ROOT/harness/play/monitor.c" |
        sort -u >here
    [ "$(wc -l <here)" -ge 10 ]
    sed -n 's/^MONITOR("\([^"]*\)".*$/\1/p' "$ROOT/harness/lang/monitors.def" |
        sort -u >known
    run -0 comm -23 here known
    assert_output ''
}

@test "every scenario is listed" {
    run -0 "$SIPLADDER" list redirect
    assert_output --partial 'redirect/301-basic#moved'
}

@test "a scenario that is not there" {
    run -2 "$SIPLADDER" run refer/nothing
    assert_output --partial 'no scenario, folder or requirement "refer/nothing"'
    for command in list check draw explain; do
        run -2 "$SIPLADDER" "$command" refer/declind
        assert_output --partial 'did you mean "refer/declined"?'
        run -3 "$SIPLADDER" "$command" nothing.ladder
        assert_output --partial '[cannot-read]'
    done
    run -2 "$SIPLADDER" list tag:nobody-has-this
    run -2 "$SIPLADDER" list rfc3261/99.9
}

@test "an empty file, a binary file, a file of 10 MB, an unreadable one" {
    : >empty.ladder
    run -3 "$SIPLADDER" check empty.ladder
    assert_output --partial '[empty-file]'
    printf 'ladder 1\n\0\377' >binary.ladder
    run -3 "$SIPLADDER" check binary.ladder
    assert_output --partial '[binary-file]'
    head -c 10000000 /dev/zero | tr '\0' 'a' >long.ladder
    run -3 "$SIPLADDER" check long.ladder
    assert_output --partial '[too-long]'
    run -3 "$SIPLADDER" check missing.ladder
    assert_output --partial 'No such file or directory'
}

@test "line ends of another system are read" {
    sed 's/$/\r/' "$ROOT/scenarios/redirect/301-basic.ladder" >crlf.ladder
    run -0 "$SIPLADDER" check crlf.ladder
}

@test "a wrong name has its place and a suggestion, and nothing is sent" {
    cat >wrong.ladder <<'END'
ladder 1
title "wrong"
party alice
test
F1  alise -> dut   OPTIONS
END
    run -3 "$SIPLADDER" run wrong.ladder --to udp:127.0.0.1:9
    assert_output --partial 'wrong.ladder:5:5: error: no party called "alise". Known: alice (line 3). Did you mean "alice"? [unknown-party]'
}

@test "a device that is not there: Bail out, exit 4" {
    run -4 "$SIPLADDER" run refer/no-refer-to --to udp:127.0.0.1:9 --tap --slack 0.25
    assert_output --partial 'Bail out!'
}

@test "a folder that cannot be written is said before anything is sent" {
    : >file
    run -2 "$SIPLADDER" run refer/no-refer-to --to udp:127.0.0.1:9 -o file/x
    assert_output --partial 'cannot make the folder'
}

@test "run without a device asks for one" {
    run -2 "$SIPLADDER" run refer/declined
    assert_output 'sipladder run: which device? --to udp:HOST:PORT, or -d FILE'
}

@test "help of a command, in each spelling" {
    run -0 "$SIPLADDER" help list
    assert_equal "$output" "$("$SIPLADDER" list --help)"
    run -0 "$SIPLADDER" -h
    assert_equal "$output" "$("$SIPLADDER" help)"
    run -2 "$SIPLADDER" help lsit
}

@test "SIPLADDER_SCENARIOS that is no folder is said" {
    SIPLADDER_SCENARIOS=/nowhere run -2 "$SIPLADDER" list
    assert_output 'sipladder: SIPLADDER_SCENARIOS: no folder "/nowhere"'
}

@test "a file whose name has a '#', folders linked in a circle" {
    mkdir -p 'a b/c'
    ln -s .. 'a b/c/up'
    printf '%s\n' 'ladder 1' 'title "x"' 'role ua' 'party alice' 'test' \
        'F1 alice -> dut OPTIONS' 'F2 dut -> alice 200 for F1' \
        >'a b/my#1.ladder'
    run -0 "$SIPLADDER" list 'a b/my#1.ladder'
    assert_output --partial 'a b/my#1 '
    run -0 "$SIPLADDER" check 'a b'
    assert_output --partial '1 scenario,'
}

@test "check reads what other devices would: a name that only some make" {
    cat >ways.ladder <<'END'
ladder 1
title  "ways"
role   ua b2bua
party  alice
party  bob
test
F1  alice -> dut   INVITE {dut.uri}   as a1   sdp offer
    when role=b2bua
        dut -> bob   INVITE   as b1   reply 486
    else
F2      dut -> alice   180   for F1
    end
F3  dut -> alice   486   for F1   after F2
    when follow-3xx=user
        must   F3.status is 100                                [practice-mine]
    end
END
    run -3 "$SIPLADDER" check ways.ladder
    assert_line 'ways.ladder:13:41: error: no label called "F2" here. Known: F1 (line 7), F3 (line 13). Did you mean "F1"? [unknown-label]'
    assert_line 'ways.ladder:13:41: note: for a device with role=b2bua'
    assert_line "ways.ladder:15:9: note: for a ua that dials a 3xx's user"
    # one device, one answer
    run -0 "$SIPLADDER" check ways.ladder -d "$ROOT/stubs/phone.dut"
    run -3 "$SIPLADDER" check ways.ladder -d "$ROOT/stubs/pbx.dut"
}
