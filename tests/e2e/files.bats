#!/usr/bin/env bats
# Scenario and device files that are wrong: exit 3, the place, and nothing is sent.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    write_call good.ladder
    cat >good.dut <<'END'
device   good
address  127.0.0.1:5060
role     ua
END
    noise slow 0
}

teardown() {
    e2e_teardown
}

# wrong WORD.. -- PATTERN [STATUS]: run refuses in words that match, and sends
# nothing
wrong() {
    local words=()
    while [ "$1" != -- ]; do
        words+=("$1")
        shift
    done
    run timeout 20 "$SIPLADDER" run --to "$address" -o never "${words[@]}"
    assert_equal "$status" "${3-3}"
    assert_output --regexp "$2"
    [ ! -e never ]
}

# make_bad EXTENSION: files of that kind, each wrong in one way
make_bad() {
    : >"empty.$1"
    printf '# only\n\n   # comments\n' >"comments.$1"
    printf 'ladder 1\ndevice x\n\0\377\n' >"binary.$1"
    head -c 4096 /dev/urandom >"noise.$1"
    head -c 10000000 /dev/zero | tr '\0' 'a' >"long.$1"
    yes 'title "again"' | head -c 900000 >"lines.$1"
    mkdir -p "folder.$1"
    ln -sf /proc/self/mem "unreadable.$1" # not even for root
    ln -sf "loop.$1" "loop.$1"
}

@test "scenario files" {
    make_bad ladder
    wrong missing.ladder -- 'missing.ladder.*No such file or directory'
    wrong empty.ladder -- 'empty.ladder'
    wrong comments.ladder -- 'comments.ladder'
    wrong binary.ladder -- 'binary.ladder.*(text|UTF-8)'
    wrong noise.ladder -- 'noise.ladder.*(text|UTF-8)'
    wrong long.ladder -- 'long.ladder.*(MiB|bytes)'
    wrong lines.ladder -- 'lines.ladder:1:1: error: '
    wrong unreadable.ladder -- 'unreadable.ladder.*(Input/output|text|UTF-8)'
    wrong loop.ladder -- 'loop.ladder.*Too many levels of symbolic links'
    wrong folder.ladder -- 'no scenario in the folder "folder.ladder"' 2
    assert_nothing_sent
}

@test "device files" {
    make_bad dut
    wrong -d missing.dut good.ladder -- 'missing.dut.*No such file'
    wrong -d binary.dut good.ladder -- 'binary.dut.*(text|UTF-8)'
    wrong -d noise.dut good.ladder -- 'noise.dut.*(text|UTF-8)'
    wrong -d long.dut good.ladder -- 'long.dut.*(MiB|bytes)'
    wrong -d lines.dut good.ladder -- 'lines.dut:1:1: error: '
    wrong -d unreadable.dut good.ladder -- 'unreadable.dut'
    wrong -d loop.dut good.ladder -- 'loop.dut.*Too many levels'
    wrong -d folder.dut good.ladder -- 'folder.dut.*Is a directory'
    assert_nothing_sent
}

@test "a device file without an address needs --to" {
    printf 'device x\nrole ua\n' >none.dut
    run -3 "$SIPLADDER" run -d none.dut good.ladder
    assert_output --regexp 'none.dut.*address'
    run -0 "$SIPLADDER" run -d none.dut --to "$address" good.ladder
}

@test "wrong words of a device file have their places" {
    printf 'device x\naddress 127.0.0.1:5060\nadress 1\n' >bad.dut
    wrong -d bad.dut good.ladder -- 'bad.dut:3:1: error: .*adress.*"address"'
    printf 'device x\naddress 127.0.0.1:5060\nedition rfc1\n' >bad.dut
    wrong -d bad.dut good.ladder -- 'bad.dut:3:9: error: .*rfc3515'
    printf 'device x\naddress 127.0.0.1:5060\nclaims flying\n' >bad.dut
    wrong -d bad.dut good.ladder -- 'bad.dut:3:8: error: .*flying'
    assert_nothing_sent
}

@test "an address that is none, in a device file" {
    printf 'device x\naddress 127.0.0.1:99999\n' >bad.dut
    run -3 "$SIPLADDER" run -d bad.dut good.ladder
    assert_output --partial 'bad.dut'
    assert_output --partial '127.0.0.1:99999'
    printf 'device x\naddress 127.0.0.1:5060\nbind everywhere\n' >bad.dut
    run -3 "$SIPLADDER" run -d bad.dut good.ladder
    assert_output --partial 'bad.dut'
    assert_output --partial 'everywhere'
    for range in 127.0.0.9..127.0.0.1 127.0.0.1..::1 127.0.0.1:5062 \
        127.0.0.1..9 127.0.0.1..; do
        printf 'device x\naddress 127.0.0.1:5060\nbind %s\n' "$range" >bad.dut
        run -3 "$SIPLADDER" run -d bad.dut good.ladder
        assert_output --partial "bad.dut: bind: \"$range\""
    done
}

@test "a file that others may read but we may not" {
    chmod 000 good.ladder
    if [ -r good.ladder ]; then
        skip 'root reads everything'
    fi
    wrong good.ladder -- 'good.ladder.*Permission denied'
}

@test "CRLF is a line end" {
    sed 's/$/\r/' good.ladder >crlf.ladder
    sed 's/$/\r/' good.dut >crlf.dut
    run -0 "$SIPLADDER" run -d crlf.dut --to "$address" crlf.ladder
    assert_output --partial 'pass  crlf'
}

@test "no newline at the end" {
    printf '%s' "$(cat good.ladder)" >bare.ladder
    run -0 "$SIPLADDER" run --to "$address" bare.ladder
}

@test "a header that nobody knows may be checked, a field path may not" {
    sed 's/status is 200.*/X-Anything absent/' good.ladder >header.ladder
    run -0 "$SIPLADDER" run --to "$address" header.ladder
    sed 's/status is 200.*/To.colour is red/' good.ladder >field.ladder
    wrong field.ladder -- 'field.ladder:7:16: error: .*colour'
    sed 's/status is 200.*/sipfrag.colour is red/' good.ladder >field.ladder
    wrong field.ladder -- 'field.ladder:7:[0-9]+: error: .*colour'
}

@test "one wrong file among right ones: nothing is sent at all" {
    sed 's/alice -> dut   INVITE/alise -> dut   INVITE/' good.ladder >bad.ladder
    wrong good.ladder bad.ladder -- 'bad.ladder:5:5: error: .*"alise".*"alice"'
    assert_nothing_sent
}

@test "many errors are listed, with an end" {
    {
        cat good.ladder
        for i in $(seq 300); do
            echo "G$i  bob -> dut   INVITE"
        done
    } >many.ladder
    wrong many.ladder -- 'many.ladder:[0-9]+:'
    [ "${#lines[@]}" -lt 120 ]
}

@test "words that name nothing" {
    mkdir void
    wrong void -- '^sipladder: no scenario in the folder "void"$' 2
    wrong tag:nothing -- '^sipladder: no scenario carries "tag:nothing"$' 2
    wrong rfc9999 -- '^sipladder: no scenario carries "rfc9999"$' 2
    wrong refer/declimed -- \
        'no scenario, folder or requirement "refer/declimed"; did you mean "refer/declined"\?$' 2
    wrong 'redirect/301-basic#never' -- 'no row "redirect/301-basic#never"' 2
    assert_nothing_sent
}

@test "words pick what they name and no more" {
    run -0 "$SIPLADDER" list refer/declined redirect/no-contact
    assert_equal "${#lines[@]}" 2
    run -0 "$SIPLADDER" list 'redirect/301-basic#moved'
    assert_equal "${#lines[@]}" 1
    run -0 "$SIPLADDER" list refer/declined tag:slow
    assert_line --partial 'refer/declined'
    assert_line --partial 'tags: slow'
    refute_line --partial 'redirect/'
    run -0 "$SIPLADDER" list "$ROOT/scenarios/redirect/no-contact.ladder" \
        redirect/no-contact
    assert_equal "${#lines[@]}" 1
    run -0 "$SIPLADDER" list rfc3515/2.4.2
    assert_line --partial 'refer/no-refer-to'
    refute_line --partial 'redirect/no-contact'
}

@test "more words than a shell line of yesterday" {
    mkdir many
    for i in $(seq 300); do
        cp good.ladder "many/s$i.ladder"
    done
    run -0 "$SIPLADDER" check many/*.ladder
    assert_output '300 scenarios, nothing wrong'
}

@test "a test with nothing in it for this device is skipped, never passed" {
    cat >others.ladder <<'END'
ladder 1
title  "For proxies, all of it"
party  alice
test
when role=proxy
F1  alice -> dut   OPTIONS {dut.uri}   as a
F2  dut -> alice   200   for F1
end
END
    printf 'device x\naddress %s\nrole ua\n' "${address#udp:}" >ua.dut
    run -77 "$SIPLADDER" run -d ua.dut others.ladder -o out
    assert_output --partial '1 skipped'
    jq -e '.scenarios[0].reason == "nothing of its test is for this device"' \
        out/result.json
}

@test "one file is played once, however often and however it is spelt" {
    ln -s "$PWD" here
    run -0 "$SIPLADDER" run --to "$address" --dry-run good.ladder ./good.ladder \
        "$PWD/good.ladder" here/good.ladder
    assert_line '1 of 1 scenarios would be played'
    run -0 "$SIPLADDER" run --to "$address" --dry-run refer/declined \
        "$ROOT//scenarios/refer/declined.ladder"
    assert_line '1 of 1 scenarios would be played'
    assert_line --regexp ' refer/declined$'
}

@test "two files that would have one name in reports" {
    mkdir below
    cp good.ladder below
    run -0 "$SIPLADDER" run --to "$address" --dry-run good.ladder below/good.ladder
    cd below
    wrong good.ladder ../good.ladder -- \
        '../good.ladder and good.ladder would both be "good" in reports' 2
    cd ..
    assert_nothing_sent
}

@test "a word that is empty is not everything" {
    wrong '' -- 'no scenario, folder or requirement ""' 2
    assert_nothing_sent
}
