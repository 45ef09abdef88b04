#!/usr/bin/env bats
# What GitLab, GitHub and readers of TAP ask of the reports of a run.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

# The same twice, with other tags, ports and times; two rows fail.
setup_file() {
    load lib
    e2e_setup_file
    for seed in 1 2; do
        phone --fault two-refer-to-accepted
        play_and_end phone -o "out$seed" --seed "$seed" --junit "$seed.xml" \
            --tap="$seed.tap" refer/two-refer-to refer/declined \
            transfer/blind-basic
    done
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
    golden=$ROOT/tests/golden/report
}

# each XPATH FILE: one value a line, without the attribute's name
each() {
    xmllint --xpath "$1" "$2" | sed 's/^ *[a-z]*="\(.*\)"$/\1/'
}

# names FILE: what GitLab and GitHub know a case by, over all of the file
names() {
    paste <(each '//testcase/@classname' "$1") <(each '//testcase/@name' "$1")
}

# tap FILE: the events of an independent reader
tap() {
    NODE_PATH=/usr/share/nodejs tap-parser --json=2 <"$1" || true
}

@test "a case has a name that no other has, and the same in every run" {
    for file in 1.xml "$golden/run.xml"; do
        names "$file" >list
        assert [ -s list ]
        assert_equal "$(sort list | uniq -d)" ''
    done
    diff <(names 1.xml | sort) <(names 2.xml | sort)
    run ! cmp -s 1.xml 2.xml
}

@test "no name tells a time, a port or a tag" {
    local port
    port=$(jq -r .device.address out1/result.json)
    run names 1.xml
    refute_output --partial "${port##*:}"
    refute_output --regexp '[0-9]{5,}|z9hG4bK|@[0-9]'
}

@test "GitLab, GitHub: each failure says file and line, and they are right" {
    local file line text count=0
    assert_equal "$(xmllint --xpath \
        'count(//testcase[failure][not(@file) or not(@line)])' 1.xml)" 0
    while IFS=$'\t' read -r file line text; do
        [[ $(sed -n "${line}p" "$file" | tr -s " ") == *"$text"* ]] ||
            fail "$file:$line does not say $text"
        count=$((count + 1))
    done < <(paste <(each '//testcase[failure]/@file' 1.xml) \
        <(each '//testcase[failure]/@line' 1.xml) \
        <(each '//testcase[failure]/@name' 1.xml |
            sed -E 's/&gt;/>/g; s/^F[0-9]+ //; s/^must not //; s/ is [0-9{].*//'))
    ((count >= 2))
}

@test "GitLab: each failure has its ladder attached, and it is there" {
    local path count=0
    while read -r path; do
        [ -s "$path" ] || fail "$path"
        count=$((count + 1))
    done < <(xmllint --xpath '//testcase[failure]/system-out/text()' 1.xml |
        sed -n 's/^\[\[ATTACHMENT|\([^/].*\)\]\]$/\1/p')
    assert_equal "$count" "$(xmllint --xpath 'count(//failure)' 1.xml)"
}

@test "GitHub: what stands on a line of code is short, and is one line" {
    run each '//failure/@message' 1.xml
    assert_line --partial 'wanted status is 400, got 202'
    while IFS= read -r line; do
        ((${#line} < 300)) || fail "$line"
    done <<<"$output"
    refute_output --partial '&#10;'
}

@test "an independent reader of TAP counts as we do" {
    tap 1.tap >events
    run -0 jq -c '.[] | select(.[0] == "complete") | .[1] |
        [.count, (.failures | length), .skip]' events
    assert_output "$(jq -c '[.scenarios[].verdict] | [length,
        (map(select(. == "fail")) | length),
        (map(select(. == "skip")) | length)]' out1/result.json)"
    # each scenario that was played is a subtest with all its points
    assert_equal "$(jq '[.[] | select(.[0] == "child") |
        .[1:][] | .[]? | arrays | select(.[0] == "assert")] | length' \
        events)" "$(grep -c '^    \(not \)\?ok' 1.tap)"
    run -0 jq -r '.[] | select(.[0] == "assert" and .[1].ok == false) |
        .[1].diag | [.verdict, .at, .ladder] | @tsv' events
    assert_line --regexp '^fail.*two-refer-to.ladder:[0-9]+.out1/refer/two-refer-to#rows/ladder.txt$'
}

@test "it reads version 14, hostile bytes and a device that does not answer" {
    local file
    sed '1s/13/14/' 1.tap >14.tap
    for file in 14.tap "$golden/hostile.tap" "$golden/run.tap"; do
        tap "$file" >events
        run -0 jq -c '[.[] | select(.[0] == "extra")]' events
        assert_output '[]'
        run -0 jq -c '[.[] | select(.[0] == "complete") |
            .[1].failures[] | select(.tapError)]' events
        assert_output '[]'
        assert_equal "$(jq '[.[] | select(.[0] == "assert")] | length' events)" \
            "$(grep -cE '^(not )?ok' "$file")"
    done
    tap "$golden/bail.tap" >events
    run -0 jq -r '.[] | select(.[0] == "bailout") | .[1]' events
    assert_output '192.0.2.10:5060 does not answer OPTIONS'
}
