#!/usr/bin/env bats
# Which requirements are carried, by what, and how they came out.
# shellcheck disable=SC2154 # bats sets output and stderr
bats_require_minimum_version 1.8.0

# A catalogue of four requirements, two scenarios and two faults.
setup() {
    load lib
    e2e_setup
    mkdir -p tree/scenarios/catalogue tree/scenarios/call tree/stubs
    export SIPLADDER_SCENARIOS=$PWD/tree/scenarios
    {
        requirement rfc3261-8.2-a 1 yes
        requirement rfc3261-9.9-a 1 yes
        requirement rfc3261-13.1-a 2 yes
        requirement rfc3261-14.1-a 1 'no "nobody sees it"'
    } >tree/scenarios/catalogue/rfc3261.req
    write_call tree/scenarios/call/answered.ladder
    cat >tree/stubs/faults.def <<'END'
/*
 * FAULT(name, "of", "no", "row", "at", "all")
 */
FAULT(call_refused, "ua pbx", "refuses \"all\" calls",
      "-", "rfc3261-8.2-a", "call/answered")
FAULT(never_seen, "ua", "-", "-", "rfc3261-13.1-a", "-")
END
}

teardown() {
    e2e_teardown
}

requirement() {
    cat <<END
requirement $1
    level     must
    role      uas
    section   1
    tier      $2
    testable  $3
    text      "The text of $1."
    observe   "See."
END
}

coverage() {
    "$SIPLADDER" coverage "$@"
}

@test "requirement, scenario, fault" {
    run --separate-stderr -1 coverage --catalogue --format csv
    assert_line --index 0 $'"requirement","level","tier","state","scenarios","faults"\r'
    assert_line $'"rfc3261-8.2-a","must","1","proven","call/answered","call-refused"\r'
    assert_line $'"rfc3261-14.1-a","must","1","not testable","",""\r'
    assert_line $'"rfc3261-13.1-a","must","2","not covered","",""\r'
}

@test "a testable requirement of tier 1 without a scenario fails" {
    run -1 --separate-stderr coverage --catalogue
    [[ $stderr == *'no scenario carries it: rfc3261-9.9-a  The text of rfc3261-9.9-a.'* ]]
    [[ $stderr == *'tier 1: '*' of 2 testable requirements covered, 1 of 2 that can be broken proven by a fault'* ]]
    [[ $stderr == *'1 of 2 faults have a scenario'* ]]
    [[ $stderr != *'rfc3261-13.1-a'* ]]
}

@test "what is allowed does not fail, and is said" {
    echo 'rfc3261-9.9-a   # later' >allowed
    run -0 --separate-stderr coverage --catalogue --allow allowed
    [[ $stderr == *'not covered yet: rfc3261-9.9-a'* ]]
    sed -i 's/8.2-a]/8.2-a rfc3261-9.9-a]/' \
        tree/scenarios/call/answered.ladder
    run -0 --separate-stderr coverage --catalogue --allow allowed
    [[ $stderr == *'not proven yet: rfc3261-9.9-a'* ]]
    sed -i 's/"rfc3261-8.2-a"/"rfc3261-8.2-a rfc3261-9.9-a"/' tree/stubs/faults.def
    run -0 --separate-stderr coverage --catalogue --allow allowed
    [[ $stderr == *'covered now, so no longer to be allowed: rfc3261-9.9-a'* ]]
}

@test "the last scenario of a requirement is missed" {
    echo 'rfc3261-9.9-a' >allowed
    coverage --catalogue --allow allowed >/dev/null
    sed -i 's/ *\[rfc3261-8.2-a\]//' tree/scenarios/call/answered.ladder
    run -1 --separate-stderr coverage --catalogue --allow allowed
    [[ $stderr == *'no scenario carries it: rfc3261-8.2-a'* ]]
}

@test "a requirement of tier 1 that a scenario carries and no fault breaks fails" {
    sed -i 's/8.2-a]/8.2-a rfc3261-9.9-a]/' \
        tree/scenarios/call/answered.ladder
    run -1 --separate-stderr coverage --catalogue
    [[ $stderr == *'no fault proves it: rfc3261-9.9-a  The text of rfc3261-9.9-a.'* ]]
    # what a device may do nothing can break
    sed -i '/rfc3261-9.9-a/,/role/s/must/may/' \
        tree/scenarios/catalogue/rfc3261.req
    run -0 --separate-stderr coverage --catalogue
    [[ $stderr == *'tier 1: 2 of 2 testable requirements covered, 1 of 1 that can be broken proven'* ]]
    # without faults there is no proof
    sed -i '/rfc3261-9.9-a/,/role/s/may/must/' \
        tree/scenarios/catalogue/rfc3261.req
    rm tree/stubs/faults.def
    run -0 --separate-stderr coverage --catalogue
}

@test "without a table of faults the scenarios' own words are taken" {
    rm tree/stubs/faults.def
    sed -i '/^title/a bites  mute' tree/scenarios/call/answered.ladder
    run --separate-stderr -1 coverage --catalogue --format json
    run -0 jq -r '.[] | select(.faults != "") | "\(.requirement) \(.faults)"' \
        <<<"$output"
    assert_output 'rfc3261-8.2-a mute'
}

@test "only a tier, only what is missing" {
    run --separate-stderr -1 coverage --catalogue --missing --tier 1
    assert_line --index 1 --regexp '^rfc3261-9.9-a +must +1 +not covered'
    assert_equal "${#lines[@]}" 2
}

@test "a run: requirement and verdict, what failed first" {
    start "$STUB" ua
    "$SIPLADDER" run --to "$address" call/answered -o out -q
    run --separate-stderr -0 coverage out --format csv
    assert_line --regexp '^"rfc3261-8.2-a","must","pass","1","call/answered",'
    assert_line --regexp '^"rfc3261-9.9-a","must","not covered",'
    assert_line --regexp '^"rfc3261-14.1-a","must","not testable",'
    [[ $stderr == 'MUST 0 failed of '* ]]
    jq -c '.scenarios |= map(.steps |= map(.checks |= map(
        .verdict = "fail")))' out/result.json >bad.json
    run --separate-stderr -0 coverage bad.json
    assert_line --index 1 --regexp '^rfc3261-8.2-a +must +fail +1 +call/answered'
    run --separate-stderr -0 coverage bad.json out --format md
    assert_line --regexp '^\| rfc3261-8.2-a \| must \| fail \| 1 \|'
}

@test "what the edition does not know is no gap" {
    sed -i '/rfc3261-9.9-a/a level rfc3515 none' \
        tree/scenarios/catalogue/rfc3261.req
    start "$STUB" ua
    "$SIPLADDER" run --to "$address" call/answered -o out -q
    run --separate-stderr -0 coverage out --format csv
    assert_line --regexp '^"rfc3261-9.9-a","not in force","not in force",'
    run --separate-stderr -0 coverage out --missing --format csv
    refute_line --partial rfc3261-9.9-a
    assert_line --partial rfc3261-13.1-a
    "$SIPLADDER" run --to "$address" call/answered -o out -q --edition rfc7647
    run --separate-stderr -0 coverage out --format csv
    assert_line --regexp '^"rfc3261-9.9-a","must","not covered",'
}

@test "the counts are those of the run" {
    start "$STUB" ua
    "$SIPLADDER" run --to "$address" call/answered -o out -q >log
    run --separate-stderr -0 coverage out
    [[ $(grep '^requirements:' log) == "requirements: $stderr" ]]
}

@test "a page: valid, alone in the world, and harmless" {
    local evil='<script>alert(1)</script>' page
    sed -i "s|The text of rfc3261-8.2-a|$evil|" \
        tree/scenarios/catalogue/rfc3261.req
    start "$STUB" ua
    "$SIPLADDER" run --to "$address" call/answered -o out -q
    jq -c --arg evil "$evil" '.device.name = $evil' out/result.json >evil.json
    coverage evil.json --html run.html >/dev/null
    run -1 coverage --catalogue --html catalogue.html
    for page in run.html catalogue.html; do
        run -0 tidy -q -e --drop-empty-elements no --mute-id yes "$page"
        assert_output ''
        run -1 grep -E '<(script|img|link)|(src|href)="[^#]' "$page"
        grep -q '>rfc3261-8.2-a<' "$page"
    done
    grep -q '<h1>&lt;script&gt;' run.html
    grep -q '<span class="s">&lt;script&gt;alert(1)' run.html
    # a part for each word, what failed or is first unfolded
    run -0 --separate-stderr xmllint --html --xpath \
        'concat(count(//details), " ", count(//details[@open]), " ", normalize-space(//details[1]/summary))' \
        run.html
    assert_output --regexp "^3 1 pass[1-9][0-9]*$"
    run -2 coverage evil.json --html no/page.html
    assert_output --partial 'no/page.html: No such file or directory'
}

@test "wrong words" {
    run -2 coverage
    assert_output --partial 'which run?'
    run -2 coverage --catalogue out
    assert_output --partial '--catalogue looks at no results'
    run -2 coverage out --allow x
    assert_output --partial 'go with --catalogue'
    run -2 coverage --catalogue --faults nowhere.def
    assert_output --partial 'nowhere.def: No such file'
    echo 'FAULT(cut' | sed '1i\\' >cut.def
    run -2 coverage --catalogue --faults cut.def
    assert_output --partial 'cut.def: a row of faults is cut off'
    run -3 coverage nowhere
    assert_output --partial 'nowhere: No such file'
}
