#!/usr/bin/env bats
# --matrix: all of it once for each transport, and results told apart.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # output, address and pid are set by the library
load lib
address=''

setup() {
    e2e_setup
    phone --t1 100 --transport udp --transport tcp --transport tls \
        --certificates "$PWD"
    tls=$(sed -n 's/^ready tls:.*://p' ready.0)
    address=$(sed -n 's/^ready udp://p' ready.0)
    { cat "$ROOT/stubs/phone.dut" && echo 'timers T1 100ms'; } >phone.dut
    sed -i "s/^address.*/address $address/" phone.dut
}

teardown() {
    e2e_teardown
}

# plays STATUS [flags..]
plays() {
    local status=$1
    shift
    run "-$status" timeout 90 "$SIPLADDER" run -d phone.dut -o out \
        --tls-ca cafile.pem --tap=out.tap --junit out.xml --json out.json \
        "$@" 3>&-
}

ids() {
    jq -r '.scenarios[] | .id + " " + .verdict' out.json | sort
}

@test "each scenario once for each, under a name of its own" {
    plays 0 --matrix "transport=udp,tcp,tls:$tls" refer/declined refer/no-refer-to
    run -0 ids
    assert_output "refer/declined@tcp pass
refer/declined@tls pass
refer/declined@udp pass
refer/no-refer-to@tcp pass
refer/no-refer-to@tls pass
refer/no-refer-to@udp pass"
    run -0 jq -r .run.transport out.json
    assert_output udp,tcp,tls
    # what JUnit and TAP call them: unique, and nothing that changes
    run -0 xmllint --xpath '//testsuite/@name' out.xml
    assert_equal "$(sort -u <<<"$output" | wc -l)" 6
    run -0 grep -c '^ok [1-6] - refer/' out.tap
    assert_output 6
    run -0 prove --exec cat ./out.tap
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" out.xml
    # and where each was really played
    for one in udp tcp tls; do
        grep -q "/$one " "out/refer/declined@$one/ladder.txt"
    done
}

@test "show and explain find them" {
    plays 0 --matrix transport=udp,tcp refer/declined
    run -0 "$SIPLADDER" show out refer/declined@tcp
    assert_output --partial '/tcp'
    run -0 "$SIPLADDER" explain out refer/declined@udp
    assert_output --partial 'passed'
}

@test "what a scenario decides by the transport is decided for each" {
    cat >which.ladder <<'END'
ladder 1
title "Which transport"
party alice
test
    when transport=tcp
F1      alice -> dut   OPTIONS {dut.uri}   as o1
F2      dut -> alice   final   for F1
            must   transport is tcp
            must   connection present
    else
F3      alice -> dut   OPTIONS {dut.uri}   as o1
F4      dut -> alice   final   for F3
            must   transport is udp
            must   connection absent
    end
END
    plays 0 --matrix transport=udp,tcp which.ladder
    run -0 ids
    assert_line 'which@tcp pass'
    assert_line 'which@udp pass'
}

@test "a transport that the device does not speak leaves the others" {
    plays 4 --matrix transport=udp,tls:1 --slack 0.25 refer/declined
    assert_output --partial 'sipladder run: tls: '
    run -0 ids
    assert_output 'refer/declined@tls inconclusive
refer/declined@udp pass'
    run -0 grep -c '^Bail out' out.tap <<<'' || [ "$output" = 0 ]
}

@test "nobody there at all: one Bail out" {
    plays 4 --matrix transport=tcp:1,tls:1 --slack 0.25 refer/declined
    run -0 grep -c '^Bail out' out.tap
    assert_output 1
}

@test "address TRANSPORT HOST:PORT is for that transport" {
    sed -i "/^address/a address tls 127.0.0.1:$tls" phone.dut
    plays 0 --matrix transport=udp,tls refer/declined
    plays 0 --transport tls refer/declined
    run -0 ids
    assert_output 'refer/declined pass'
}

@test "a known failure is known over each transport" {
    phone --t1 100 --fault accepted-with-200
    sed -i "s/^address.*/address ${address#udp:}/" phone.dut
    echo 'known refer/response-code-202 "ticket 7"' >>phone.dut
    plays 0 --matrix transport=udp refer/response-code-202
    run -0 ids
    assert_output 'refer/response-code-202@udp known'
}

@test "--fail-fast holds for all parts, --shard for each" {
    phone --t1 100 --transport udp --transport tcp --fault accepted-with-200
    address=$(sed -n 's/^ready udp://p' ready.1)
    sed -i "s/^address.*/address $address/" phone.dut
    plays 1 --fail-fast -j 1 --matrix transport=udp,tcp refer/response-code-202
    run -0 ids
    assert_output 'refer/response-code-202@tcp not run
refer/response-code-202@udp fail'
    plays 0 --dry-run --shard 1/2 --matrix transport=udp,tcp \
        refer/declined refer/no-refer-to
    assert_line 'play  refer/declined@udp'
    assert_line 'play  refer/declined@tcp'
    refute_output --partial no-refer-to
}

@test "mistakes of --matrix" {
    local -A say=(
        [transport]='--matrix takes transport=udp,tcp,tls'
        [edition=rfc3515]='--matrix takes transport=udp,tcp,tls'
        [transport=]='--matrix takes transport=udp,tcp,tls'
        [transport=udp,sctp]='"sctp" is no transport: udp, tcp or tls'
        [transport=udp,udp]='--matrix names udp twice'
        [transport=tls:0]='a port is a number from 1 to 65535'
        [transport=udp,,tcp]='"" is no transport'
    )
    local one
    for one in "${!say[@]}"; do
        plays 2 --matrix "$one" refer/declined
        assert_output --partial "${say[$one]}"
    done
    plays 2 --matrix transport=udp --transport tcp refer/declined
    assert_output --partial '--transport and --matrix exclude each other'
}
