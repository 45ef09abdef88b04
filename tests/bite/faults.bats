#!/usr/bin/env bats
# Every fault of the stubs makes its scenario fail, at the check it names.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    cd "$BATS_TEST_TMPDIR" || return
}

# "FAULT SCENARIO" a line: what the stubs say, what the scenarios say.
named_by_stubs() {
    "$STUB" --list-faults | awk -F'\t' '{ print $1, $4 }' | sort
}

named_by_scenarios() {
    cd "$ROOT/scenarios" || return
    find . -path "./*/*.ladder" -exec awk '$1 == "bites" {
        id = FILENAME
        sub(/\.ladder$/, "", id)
        for (i = 2; i <= NF; i++) {
            if ($i ~ /^#/)
                break
            print $i, id
        }
    }' {} + |
        sed 's| \./| |' | sort
}

@test "a fault and its scenario name each other" {
    [ -n "$(named_by_stubs)" ]
    assert_equal "$(named_by_stubs)" "$(named_by_scenarios)"
}

@test "each fault is caught by its scenario at the named check" {
    # most of a play is waiting: many fit on one core
    "$STUB" --list-faults | while IFS=$'\t' read -r name devices id scenario _
    do
        for device in $devices; do
            printf '%s\0' "$name" "$device" "$id" "$scenario"
        done
    done >plays
    run -0 xargs -0 -n 4 -P "$((12 * $(nproc)))" -a plays \
        "$ROOT/tests/bite/bite.sh" "$BATS_FILE_TMPDIR/plays.d"
    assert_output ''
}

# Monitors that no fault of the stubs wakes alone, and why.
never_alone() {
    echo reason-phrase     # a CR or LF in it breaks the frame, too
    echo record-route      # transaction/route-set alone has one, and looks
    echo route-set         # the same
}

@test "each monitor notices some fault, and alone" {
    [ -d "$BATS_FILE_TMPDIR/plays.d" ] || skip "the faults were not played"
    sed -n 's/^MONITOR("\([^"]*\)".*/\1/p' "$ROOT/harness/lang/monitors.def" |
        sort >monitors
    [ -s monitors ]
    cat "$BATS_FILE_TMPDIR"/plays.d/*/found | sed -n 's/^monitor //p' |
        sort -u >noticed
    run -0 comm -23 monitors noticed
    assert_output ''
    {
        never_alone
        for found in "$BATS_FILE_TMPDIR"/plays.d/*/found; do
            [ "$(wc -l <"$found")" -ne 1 ] || sed -n 's/^monitor //p' "$found"
        done
    } | sort -u >alone
    run -0 comm -23 monitors alone
    assert_output ''
}
