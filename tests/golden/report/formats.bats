#!/usr/bin/env bats
# The golden reports pass through the tools that others read them with.

bats_require_minimum_version 1.8.0

setup() {
    cd "$BATS_TEST_DIRNAME" || return 1
}

# By what sipladder promises, and by what Jenkins takes.
valid() {
    xmllint --noout --schema junit.xsd "$1" &&
        xmllint --noout --schema jenkins.xsd "$1"
}

# sum FILE ATTRIBUTE: an attribute of all suites, added up.
sum() {
    xmllint --xpath "sum(//testsuite/@$2)" "$1"
}

@test "JUnit is valid" {
    valid run.xml
}

@test "JUnit with hostile bytes in every text is valid" {
    valid hostile.xml
}

# The published schema has no place for where a check is written: that left out,
# nothing else is to be forgiven.
@test "but for file and line of a case JUnit is as Jenkins publishes it" {
    local strict=$BATS_TEST_TMPDIR/strict.xsd
    sed '/attributeGroup ref="place-for-/d' jenkins.xsd >"$strict"
    for file in run.xml hostile.xml; do
        run -3 xmllint --noout --schema "$strict" "$file"
        [ "$(grep -oE "attribute '[a-z]*' is not" <<<"$output" | sort -u |
            cut -d "'" -f 2 | xargs)" = 'file line' ]
        sed -E '/<testcase /s/" file="[^"]*"( line="[0-9]+")?/"/' "$file" |
            xmllint --noout --schema "$strict" -
    done
}

@test "JUnit counts are right at all levels" {
    for file in run.xml hostile.xml; do
        for pair in tests:testcase failures:failure errors:error; do
            count=$(xmllint --xpath "count(//testcase)" "$file")
            [ "${pair#*:}" = testcase ] ||
                count=$(xmllint --xpath "count(//${pair#*:})" "$file")
            [ "$(sum "$file" "${pair%:*}")" -eq "$count" ]
            [ "$(xmllint --xpath "string(/testsuites/@${pair%:*})" "$file")" \
                -eq "$count" ]
        done
        [ "$(sum "$file" skipped)" -eq \
            "$(xmllint --xpath "count(//skipped)" "$file")" ]
    done
}

@test "prove takes the TAP and counts the failures" {
    run -1 prove --verbose --exec cat ./run.tap
    [[ $output != *"Parse errors"* ]]
    [[ $output == *"Failed tests:  1, 4, 6"* ]]
    [[ $output == *"Failed 3/7 subtests"* ]]
}

@test "prove takes TAP with hostile bytes" {
    run prove --verbose --exec cat ./hostile.tap
    [[ $output != *"Parse errors"* ]]
    [[ $output != *"No plan"* ]]
}

@test "prove stops where the device does not answer" {
    run prove --exec cat ./bail.tap
    [ "$status" -ne 0 ]
    [[ $output == *"Bailout called"* ]]
}

@test "an SVG is well-formed and needs nothing else" {
    xmllint --noout blind.svg plan.svg hostile.svg
    run -1 grep -E "href=|<script|url\(" blind.svg plan.svg hostile.svg
}

@test "no report holds a control byte" {
    for file in run.* hostile.* blind.* refer.* nameless.* plan.*; do
        run grep -cP '[\x00-\x08\x0b-\x1f\x7f]' "$file"
        [ "$output" = 0 ] || { echo "$file: $output"; return 1; }
    done
}

@test "result.json is as its schema says" {
    jq -e -f schema.jq run.json
}

@test "the schema sees what is wrong" {
    while read -r change; do
        jq "$change" run.json >"$BATS_TEST_TMPDIR/changed.json"
        run jq -e -f schema.jq "$BATS_TEST_TMPDIR/changed.json"
        [ "$status" -ne 0 ] || { echo "taken: $change"; return 1; }
    done <<'END'
.sipladder = 2
del(.run)
.run.planned = "7"
.more = 1
.scenarios[0].verdict = "green"
.scenarios[0].part = 1
.scenarios[0].steps[0].checks[0].kind = "x"
.scenarios[0].steps[0].checks[0].level = "would"
.scenarios[0].steps[0].checks[0].reqs = [1]
.scenarios[1].id = .scenarios[0].id
del(.scenarios[0].steps[0].op)
END
}
