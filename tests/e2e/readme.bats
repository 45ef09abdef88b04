#!/usr/bin/env bats
# What the README of the scenarios shows is true: every block is read by the
# checker, and the 301 scenario plays.
# shellcheck disable=SC2154 # lib.bash sets address
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    mkdir blocks
    awk -v dir=blocks -f "$ROOT/tests/e2e/blocks.awk" \
        "$ROOT/scenarios/README.md"
}

teardown() {
    e2e_teardown
}

# whole PATTERN: the one whole scenario whose title fits
whole() {
    grep -l "^title .*$1" blocks/*.ladder | tail -n 1
}

@test "every block of ladder lines is right" {
    local files=(blocks/*.ladder)
    [ "${#files[@]}" -ge 11 ]
    for file in "${files[@]}"; do
        run "$SIPLADDER" check "$file"
        assert_success
        refute_output --partial 'error:'
        # lines alone may lack a rule, and a beginning its answers
        grep -q '^title "lines"' "$file" ||
            refute_line --regexp 'warning: .*\[[^u]'
    done
}

@test "no block is of an unknown kind" {
    run bash -c 'ls blocks | grep -vE "[.](ladder|sh|text)$"'
    assert_output ''
}

@test "every command that is shown exists" {
    run -0 "$SIPLADDER" help
    local help=$output
    for word in $(sed -n 's/^sipladder \([a-z]*\).*/\1/p' blocks/*.sh) \
        $(grep -o '`sipladder [a-z]*' "$ROOT/scenarios/README.md" |
            sed 's/.* //'); do
        grep -q "sipladder $word" <<<"$help"
        grep -q "sipladder $word" <<<"$help" || {
            echo "no command $word"
            return 1
        }
    done
}

@test "the 301 scenario passes on a right phone" {
    phone
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" \
        "$(whole 'A 301 is followed')"
    assert_output --partial '1 passed'
}

@test "the 301 scenario fails on a phone that keeps the branch" {
    phone --fault redirect-branch-kept
    run -1 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" \
        "$(whole 'A 301 is followed')"
    assert_output --partial 'rfc3261-8.1.3.4-k'
}

# Times, ports and the numbers of messages differ from run to run.
settled() {
    sed -E 's/[+][0-9]+\.[0-9]{3}/+T/; s/seed [0-9]+/seed S/; s/  [0-9]+\.[0-9]{2} s$/  T s/
        s/(127\.0\.0\.1):[0-9]+/\1:P/; s/\(message [0-9]+\)/(message M)/'
}

@test "the failing run in the top README is what is printed" {
    # As in the root of a clone: places are told from there.
    ln -s "$ROOT/scenarios" scenarios
    unset SIPLADDER_SCENARIOS
    phone --fault two-refer-to-accepted
    run -1 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" \
        'refer/two-refer-to#rows'
    {
        printf '%s\n' "$output"
        echo '$ sipladder show out/last refer/two-refer-to#rows | head'
        "$SIPLADDER" show out/last 'refer/two-refer-to#rows' | head
    } | settled >printed
    awk '/^    \$ sipladder run/ { on = 1; next }
        on && /^[^ ]/ { exit }
        on { sub(/^    /, ""); print }' "$ROOT/README.md" |
        sed '$d' | settled >shown
    run -0 diff shown printed
}

@test "what the top README says of real devices stands in their tables" {
    local device rules rule count=0
    while IFS='|' read -r _ device _ rules _; do
        device=$(awk '{ print $1 }' <<<"$device")
        while read -r rule; do
            grep -qF "$rule" "$ROOT/ci/devices/$device"/expected*.md ||
                fail "$device: $rule"
            count=$((count + 1))
        done < <(grep -oE 'RFC [0-9]+ [0-9.]+[0-9]' <<<"$rules")
    done < <(grep -E '^\| [a-z-]+ [0-9]+\.[0-9.]+ \|' "$ROOT/README.md")
    ((count >= 10))
}

@test "the first steps of the top README, as they stand" {
    local listen=$((20000 + RANDOM % 10000))
    mkdir -p build/release
    ln -s "$SIPLADDER" build/release/sipladder
    ln -s "$(dirname "$STUB")" build/release/stubs
    ln -s "$ROOT/stubs" "$ROOT/scenarios" .
    awk '/The run above, by hand:/ { on = 1; next } on && /^[^ ]/ { exit }
        on' "$ROOT/README.md" | sed "s/:5070/:$listen/g" >steps
    assert_equal "$(grep -c . steps)" 5
    # a person types more slowly than a stub starts
    sed -i '/sipladder-stub/s/$/\nuntil grep -q ":$(printf %04X '$listen')" \/proc\/net\/udp; do :; done/' steps
    unset SIPLADDER_SCENARIOS
    bash -m steps 3>&- >printed 2>&1
    grep -q '^look at the first: sipladder show out/last refer/two-refer-to' printed
    grep -q '^refer/two-refer-to#.* failed[.]$' printed
    grep -q 'two-refer-to#rows' report.html
}

@test "every command in the top README exists, and takes its flags" {
    local command rest flag
    while read -r command rest; do
        run -0 "$SIPLADDER" "$command" --help
        for flag in $(grep -oE ' --?[a-z-]+' <<<" $rest"); do
            grep -qE -- "(^| )$flag( |=|\[|$)" <<<"$output" ||
                fail "$command has no $flag"
        done
    done < <(sed -nE 's/^    (\$ )?sipladder ([a-z]+.*)/\2/p' \
        "$ROOT/README.md" | sed 's/ #.*//')
}

@test "the scenario in the top README is right" {
    awk '/^    ladder 1/ { on = 1 }
        on && /^[^ ]/ { exit }
        on { sub(/^    /, ""); print }' "$ROOT/README.md" >mine.ladder
    run -0 "$SIPLADDER" check mine.ladder
    phone
    run -0 "$SIPLADDER" run -d "$ROOT/stubs/phone.dut" --to "$address" \
        mine.ladder
    assert_output --partial '1 passed'
}

@test "every proof that the map of the golden files names is there" {
    local file name count=0
    while read -r file name; do
        case $file in
            */*) file=$ROOT/$file ;;
            *) file=$ROOT/tests/unit/$file ;;
        esac
        [ -f "$file" ] || fail "no $file"
        [ -z "$name" ] || grep -qF -- "$name" "$file" ||
            fail "$file has no $name"
        count=$((count + 1))
    done < <(grep -o '`[^`]*`' "$ROOT/tests/golden/README.md" | tr -d '`' |
        awk '/\.(c|bats)$/ { file = $0; print; next }
            /^(prog|diag)\// || /^(UPDATE|unit\.|tests\/unit|\.)/ { next }
            /\/$/ { next }
            file { print file, $0 }')
    [ "$count" -gt 80 ]
    # each of the sixteen rules: what it compiles to
    for n in $(seq -w 16); do
        compgen -G "$ROOT/tests/golden/prog/rule-$n-*.ladder" >/dev/null ||
            fail "no rule $n"
    done
}
