#!/usr/bin/env bats
# Each known mistake of a real product is a fault of the stubs, or has a reason
# why it is none.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return
    grep -v '^#' "$ROOT/stubs/wildbugs.tsv" >bugs
}

@test "a hundred mistakes, each once, with product and place" {
    assert_equal "$(wc -l <bugs)" 100
    assert_equal "$(cut -f 1 bugs | sort | uniq -d)" ''
    run -0 awk -F'\t' 'NF != 5 || $1 !~ /^[a-z0-9-]+$/ || $2 == "" || $3 == ""' bugs
    assert_output ''
}

@test "each has a fault or a reason, and not both" {
    run -0 awk -F'\t' '($4 == "-") == ($5 == "-") || length($5) == 0' bugs
    assert_output ''
}

@test "each fault is one of the stubs'" {
    "$STUB" --list-faults | cut -f 1 | sort >faults
    [ -s faults ]
    run -0 comm -23 <(cut -f 4 bugs | grep -vx -- - | sort -u) faults
    assert_output ''
}

# The fifth column of a fault is what it breaks, the last one who does so.
@test "a fault that a product has names it" {
    "$STUB" --list-faults | awk -F'\t' '{ print $1 "\t" $NF }' |
        sort >sources
    run -0 join -t "$(printf '\t')" -o 0,1.2,2.2 \
        <(awk -F'\t' '$4 != "-" { print $4 "\t" $1 }' bugs | sort) sources
    assert_equal "${#lines[@]}" "$(awk -F'\t' '$4 != "-"' bugs | wc -l)"
    refute_line --regexp $'\t-$'
}
