#!/usr/bin/env bats
# The editors' files are what the parser's tables give, and are well formed.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    gen=$(dirname "$SIPLADDER")/editors-gen
    dir=$ROOT/harness/editors
}

@test "the Vim syntax is up to date" {
    "$gen" vim >now.vim
    run -0 diff "$dir/ladder.vim" now.vim
}

@test "the TextMate grammar is up to date, and JSON" {
    "$gen" textmate >now.json
    run -0 diff "$dir/ladder.tmLanguage.json" now.json
    run -0 jq -r '.scopeName' now.json
    assert_output source.ladder
}

@test "every expression of the TextMate grammar is one" {
    local expression count=0
    while IFS= read -r expression; do
        printf 'alice -> dut REFER\n' >line
        run grep -P -- "$expression" line
        [ "$status" -le 1 ] || fail "$expression: $output"
        count=$((count + 1))
    done < <(jq -r '.. | .match? // .begin? // empty' "$dir/ladder.tmLanguage.json")
    [ "$count" -gt 10 ]
}

@test "the words that begin a header line of any scenario are known" {
    local word
    for word in title role needs tags bites party use for; do
        grep -qE "^syntax keyword ladder(Head|Modifier|Step) .*\b$word\b" \
            "$dir/ladder.vim" || fail "$word"
    done
}

@test "another word than vim or textmate is refused" {
    run -2 "$gen" emacs
    assert_output 'usage: editors-gen vim|textmate'
}
