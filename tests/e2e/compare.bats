#!/usr/bin/env bats
# Runs side by side, what changed since a baseline, and what that means for the
# exit status.
# shellcheck disable=SC2154 # bats sets stderr
bats_require_minimum_version 1.8.0
load lib

setup_file() {
    e2e_setup_file
    play good
    play bad --fault two-refer-to-accepted
}

# play OUT fault..: a run of four scenarios against a stub that ends with it
play() {
    phone "${@:2}"
    play_and_end phone -o "$1" refer/two-refer-to refer/declined
}

setup() {
    e2e_setup
    cd "$BATS_FILE_TMPDIR" || return 1
    one=$BATS_TEST_TMPDIR/one.json
}

teardown() {
    e2e_teardown
}

compare() {
    "$SIPLADDER" compare "$@"
}

# set ID VERDICT [FROM]: a run like good where one scenario has this verdict
set_verdict() {
    jq -c --arg id "$1" --arg v "$2" \
        '(.scenarios[] | select(.id == $id)) |= (.verdict = $v)' \
        "${3-good/result.json}" >"$one"
}

@test "against itself nothing changed" {
    run -0 compare --baseline good good
    assert_line 'the same: 4'
    refute_output --partial worse
}

@test "what fails and did not is worse, and said first" {
    run -1 compare --baseline good bad
    assert_line --index 3 'worse: 2'
    assert_line --index 4 --regexp '^  refer/two-refer-to#mixed +pass -> fail +.*; got .'
    assert_line --regexp '^  rfc3515-2.4.2-e +pass -> fail +Two Refer-To header rows: 400.'
}

@test "what failed before does not count, what holds now is better" {
    run -0 compare --baseline bad bad
    assert_line 'the same: 4'
    run -0 compare --baseline bad good
    assert_line 'better: 2'
}

@test "a failure that the baseline does not know is worse" {
    jq -c '.scenarios |= map(select(.id | startswith("refer/two") | not))' \
        good/result.json >"$one"
    run -1 compare --baseline "$one" bad
    assert_line --regexp '^  refer/two-refer-to#rows +- -> fail'
}

@test "what failed fails of something else too" {
    jq -c '(.scenarios[] | select(.id == "refer/two-refer-to#rows")).steps[0]
        .checks[0] |= (.verdict = "fail" | .expr = "F9 something else")' \
        bad/result.json >"$one"
    run -1 compare --baseline bad "$one"
    assert_line --regexp '^  refer/two-refer-to#rows +fail -> fail +F9 something else'
}

@test "what can no longer be tested ends with 4" {
    set_verdict refer/declined inconclusive
    run -4 compare --baseline good "$one"
    assert_line 'no longer tested: 1'
    run -0 compare --baseline "$one" good
    assert_line 'better: 1'
}

@test "our own fault ends with 5" {
    set_verdict refer/declined error
    run -5 compare --baseline good "$one"
}

@test "side by side: what differs, and all" {
    jq -c ".run.started = \"2026-01-02T03:04:05Z\"" bad/result.json >"$one"
    run -0 compare good "$one"
    assert_line --regexp '^scenario +stub-phone 2\S+Z +stub-phone 2026-01-02T03:04:05Z$'
    jq -c ".device.version = \"9.1\"" bad/result.json >"$one"
    run -0 compare good "$one"
    assert_line --regexp '^scenario +stub-phone +stub-phone 9.1$'
    assert_line --regexp '^refer/two-refer-to#rows +pass +fail$'
    assert_line --regexp '^rfc3515-2.4.2-e +pass +fail$'
    assert_line '2 of 4 differ'
    refute_output --partial refer/declined
    run -0 compare good bad --all
    assert_line --regexp '^refer/declined +pass +pass$'
    run -0 compare good good
    assert_line 'scenarios: 0 of 4 differ'
    assert_line --regexp '^requirements: 0 of [0-9]+ differ$'
}

@test "a merged result is a column for each device" {
    mkdir -p other
    jq '.device.name = "other"' bad/result.json >other/result.json
    "$SIPLADDER" report good other --json "$one"
    run -0 compare "$one"
    assert_line --regexp '^scenario +stub-phone +other$'
    assert_line --regexp '^refer/two-refer-to#rows +pass +fail$'
    # Of the baseline only what is of this device counts.
    run -1 compare --baseline "$one" bad
    assert_line 'worse: 2'
    refute_output --partial gone
}

@test "tables for programs" {
    run -0 compare good bad --format csv
    assert_line --regexp '^"scenario","refer/two-refer-to#rows","differs","pass","fail"'
    run -1 compare --baseline good bad --format json
    [ "$(jq -r '[.[] | select(.kind == "scenario" and .change == "worse")] |
        length' <<<"$output")" = 2 ]
}

@test "pages: valid, alone, harmless" {
    evil='<script>alert(1)</script>'
    jq -c --arg evil "$evil" '.device.name = $evil |
        .scenarios |= map(.steps |= map(.checks |= map(.got = $evil)))' \
        bad/result.json >"$one"
    compare good "$one" --html matrix.html >/dev/null
    run -1 compare --baseline good "$one" --html change.html
    for page in matrix.html change.html; do
        run -0 tidy -q -e --drop-empty-elements no --mute-id yes "$page"
        assert_output ''
        run -1 grep -E '<(script|img|link)|(src|href)="[^#]' "$page"
        grep -q '&lt;script&gt;' "$page"
        grep -q 'rfc3515-2.4.2-e' "$page"
    done
    grep -q '<h3>worse: 2</h3>' change.html
}

@test "run --baseline fails by what is worse alone" {
    start "$STUB" ua --fault two-refer-to-accepted
    fails=(run -d "$ROOT/stubs/phone.dut" --to "$address" -q
        -o "$BATS_TEST_TMPDIR/out" refer/two-refer-to)
    run -1 "$SIPLADDER" "${fails[@]}"
    run -0 "$SIPLADDER" "${fails[@]}" --baseline bad
    assert_line 'since the baseline'
    refute_output --partial refer/declined
    run -1 "$SIPLADDER" "${fails[@]}" --baseline good
    assert_line 'worse: 2'
    run -1 --separate-stderr "$SIPLADDER" "${fails[@]}" --baseline good --tap
    refute_output --partial baseline
    [[ $stderr == *'worse: 2'* ]]
}

@test "a baseline that cannot be read stops before anything is sent" {
    noise mute
    run -3 "$SIPLADDER" run --to "$address" refer/declined --baseline nowhere
    assert_output --partial 'nowhere: No such file'
    assert_nothing_sent
}

@test "wrong words" {
    run -2 compare
    assert_output --partial 'which runs?'
    run -3 compare good
    assert_output --partial 'there is one device only'
    run -3 compare good nowhere
    assert_output --partial 'nowhere: No such file'
    run -2 compare good bad --html nowhere/x.html
    assert_output --partial 'nowhere/x.html'
}
