#!/usr/bin/env bats
# Several finished runs become one: shards, a shard played twice, devices.
bats_require_minimum_version 1.8.0
load lib

# Two shards of one device and a run of another one, which fails.
setup_file() {
    e2e_setup_file
    play ua phone one --shard 1/2
    play ua phone two --shard 2/2
    play pbx pbx other --fault accepted-with-200
}

# play KIND NAME OUT words..
play() {
    local kind=$1 name=$2 out=$3
    shift 3
    local fault=()
    [ "${1-}" != --fault ] || { fault=("$1" "$2"); shift 2; }
    start "$STUB" "$kind" "${fault[@]}"
    play_and_end "$name" -o "$out" "$@" refer/declined \
        refer/response-code-202 refer/two-refer-to redirect/300-choices
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
    all=$BATS_TEST_TMPDIR/all
    json=$BATS_TEST_TMPDIR/all.json
}

report() {
    "$SIPLADDER" report "$@"
}

# ids FILE: of all scenarios, a line each
ids() {
    jq -r '.scenarios[].id' "$1"
}

# change FILE FILTER: a result.json made otherwise
change() {
    jq -c "$2" "$1" >"$BATS_TEST_TMPDIR/changed"
    mv "$BATS_TEST_TMPDIR/changed" "$1"
}

@test "shards are one run under the names of their scenarios" {
    report one two --json "$json"
    [ "$(ids "$json")" = "$(sort <(ids one/result.json) <(ids two/result.json))" ]
    [ "$(jq '.parts | length' "$json")" = 2 ]
    [ "$(jq '.run.planned' "$json")" = "$(ids "$json" | wc -l)" ]
    [ "$(jq -r .device.name "$json")" = stub-phone ]
}

@test "of two devices each scenario says which" {
    report one two other -o "$all"
    ids "$all/result.json" | grep -qx 'refer/declined@stub-phone'
    ids "$all/result.json" | grep -qx 'refer/declined@stub-pbx'
    [ "$(jq -r .device.name "$all/result.json")" = 'stub-phone, stub-pbx' ]
    ids "$all/result.json" | sort | uniq -d | diff - /dev/null
}

@test "the folder is one as a run leaves it" {
    report one other -o "$all"
    local id n=0
    while read -r id; do
        cmp "other/${id%@stub-pbx}/ladder.txt" "$all/$id/ladder.txt"
        cmp "other/${id%@stub-pbx}/trace.jsonl" "$all/$id/trace.jsonl"
        n=$((n + 1))
    done < <(jq -r '.scenarios[] | select(.part == 2 and .verdict == "fail")
        | .id' "$all/result.json")
    [ "$n" -gt 0 ]
    run -0 "$SIPLADDER" show "$all" refer/response-code-202@stub-pbx
    assert_line --partial "see      $all/refer/response-code-202@stub-pbx/ladder.txt"
    report "$all" --junit - | cmp - "$all/junit.xml"
    report "$all" --json - | cmp - "$all/result.json"
    jq -e -f "$ROOT/tests/golden/report/schema.jq" "$all/result.json"
}

@test "JUnit of several devices is valid, and each suite names its own" {
    report one two other --junit all.xml
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" all.xml
    run -0 xmllint --xpath \
        'string(//testsuite[@name="refer/response-code-202@stub-pbx"]//property[@name="device"]/@value)' \
        all.xml
    assert_output stub-pbx
}

@test "TAP of several devices passes through prove" {
    report one two other --tap=all.tap
    run prove --exec cat all.tap
    refute_output --partial 'Parse errors'
    run -0 grep -c '^# sipladder .*device=' all.tap
    assert_output 3
}

@test "the very same result counts once" {
    report one one/ one/result.json --json "$json"
    [ "$(ids "$json")" = "$(ids one/result.json | sort)" ]
    run -0 jq '[.scenarios[].plays] | max' "$json"
    assert_output 1
}

@test "of a shard played twice the worse result is told, both are counted" {
    cp -r one again
    change again/result.json '.run.started = "2099-01-01T00:00:00Z" |
        .scenarios |= map(.verdict = "fail")'
    report one again -o "$all"
    run -0 jq -r '.scenarios[] | select(.id == "refer/response-code-202") |
        "\(.verdict) \(.plays) \(.play) \(.verdicts | tojson)"' \
        "$all/result.json"
    assert_output 'fail 2 2 {"pass":1,"fail":1}'
    report again one --json "$json"
    run -0 jq -r '.scenarios[] | select(.id == "refer/response-code-202") |
        "\(.verdict) \(.plays) \(.play)"' "$json"
    assert_output 'fail 2 1'
}

@test "what was not played gives way to what was" {
    cp -r one before
    change before/result.json '.run.started = "2000-01-01T00:00:00Z" |
        .scenarios |= map(.verdict = "not run" | .steps = [])'
    for order in 'before one' 'one before'; do
        # shellcheck disable=SC2086
        report $order --json "$json"
        run -0 jq -r '[.scenarios[] | .verdict] | unique | join(" ")' "$json"
        refute_output --partial 'not run'
        run -0 jq '[.scenarios[].plays] | max' "$json"
        assert_output 1
    done
}

@test "a merged result can be merged again" {
    report one two --json "$json"
    report "$json" other --json again.json
    report one two other --json - | cmp - again.json
}

@test "the same device over other transports is told apart" {
    mkdir tcp
    jq '.run.transport = "tcp"' one/result.json >tcp/result.json
    report one tcp --json "$json"
    ids "$json" | grep -qx 'refer/response-code-202@udp'
    ids "$json" | grep -qx 'refer/response-code-202@tcp'
}

@test "an id that leads out of the folder is refused" {
    mkdir out
    jq '.scenarios[0].id = "../../evil"' one/result.json >out/result.json
    run -2 "$SIPLADDER" report out -o "$all"
    assert_output --partial '"../../evil" is no id of a scenario'
}

@test "one of several that is no result is named" {
    echo '{"sipladder":2}' >newer.json
    run -3 "$SIPLADDER" report one newer.json --json "$json"
    assert_output --partial 'newer.json: it has version 2 of the format; this sipladder reads version 1'
    run -3 "$SIPLADDER" report one nowhere --json "$json"
    assert_output --partial 'nowhere: No such file or directory'
}
