#!/usr/bin/env bats
# JUnit as others read it: Maven's parser and the page that Ant makes see what
# result.json says, in the order of the names.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

# Two rows fail, one scenario passes, one is skipped; played side by side.
setup_file() {
    load lib
    e2e_setup_file
    phone --fault two-refer-to-accepted
    play_and_end phone -j 4 -o out --html run.html --junit run.xml \
        refer/two-refer-to transfer/blind-basic refer/declined
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
    golden=$ROOT/tests/golden/report
}

# maven FILE: state, class, name, seconds, message of each case; then the sums
maven() {
    local jars=/usr/share/java
    java -cp "$jars/bsh.jar:$jars/surefire-report-parser.jar:$jars/surefire-logger-api.jar:$jars/maven-shared-utils.jar" \
        bsh.Interpreter "$ROOT/tests/e2e/surefire.bsh" "$1"
}

# sums FILE: tests, failures, errors and skipped ones, counted by their elements
sums() {
    xmllint --xpath 'concat(count(//testcase), " ", count(//failure), " ",
        count(//error), " ", count(//skipped))' "$1"
}

# words XPATH FILE: of Ant's page, a cell a line
words() {
    xmllint --html --xpath "$1/text()" "$2" 2>/dev/null
}

@test "Maven counts what is there, in each report" {
    for file in run.xml "$golden/run.xml" "$golden/hostile.xml"; do
        maven "$file" >seen
        assert_equal "$(sed -n 's/^all\t//p' seen | tr '\t' ' ')" \
            "$(sums "$file")"
        assert_equal "$(grep -vc '^all' seen)" \
            "$(xmllint --xpath 'count(//testcase)' "$file")"
        run -1 grep -c "$(printf '\tNaN')" seen
    done
}

@test "Maven: each failed check has its scenario, name and message" {
    maven run.xml >seen
    run -0 grep -P '^failure\t' seen
    assert_line --regexp '^failure.refer[.]two-refer-to#rows.F2 status is 400.[0-9.]+.wanted status is 400, got 202$'
    assert_equal "${#lines[@]}" "$(jq '[.scenarios[] | .steps[].checks[],
        .monitors[], .others[], .unexpected[] | select(.verdict == "fail")] |
        length' out/result.json)"
    run -0 grep -P '^skipped\ttransfer[.]blind-basic\t' seen
    assert_output --partial 'stub-phone'
}

@test "the times of the cases add up to what the scenarios took" {
    assert_equal "$(maven run.xml | awk -F '\t' '!/^all/ { s += $4 }
        END { printf "%.3f", s }')" \
        "$(xmllint --xpath 'string(/testsuites/@time)' run.xml)"
    assert_equal "$(xmllint --xpath 'sum(//testsuite/@time)' run.xml |
        xargs printf %.3f)" \
        "$(xmllint --xpath 'string(/testsuites/@time)' run.xml)"
}

@test "the page that Ant makes has the sums, and each case with its state" {
    local file
    for file in run.xml "$golden/run.xml"; do
        ant -q -f "$ROOT/tests/e2e/junit-page.xml" -Din="$(realpath "$file")" \
            -Dout="$PWD/ant.html"
        run words '//h2[. = "Summary"]/following-sibling::table[1]//td' ant.html
        assert_equal "${lines[*]:0:4}" "$(sums "$file")"
        words '//h3[starts-with(., "TestCase")]/following-sibling::table[1]//td[2]' \
            ant.html | sort | uniq -c | awk '{ print $2, $1 }' >states
        maven "$file" | sed 's/^passed/Success/; /^all/d; s/\t.*//
            s/^[fes]/\U&/' | sort | uniq -c | awk '{ print $2, $1 }' |
            diff - states
        run grep -c NaN ant.html
        assert_output 0
    done
}

@test "suites, and scenarios on the page, stand by their names" {
    xmllint --xpath '//testsuite/@name' run.xml | sed 's/.*"\(.*\)"/\1/' >suites
    assert_equal "$(wc -l <suites)" "$(jq '.scenarios | length' out/result.json)"
    LC_ALL=C sort suites | diff suites -
    grep -oP '<span class="id">\K[^<]*' run.html | diff suites -
    # the first that failed is open, whoever ended first
    grep -m 1 -A 1 '^<details class="sc fail" open>' run.html |
        grep -q "$(jq -r '[.scenarios[] | select(.verdict == "fail") | .id] |
            min' out/result.json)"
}
