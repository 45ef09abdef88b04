#!/usr/bin/env bats
# One layout for all scenarios, and nothing else changes.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || return 1
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    golden=$ROOT/tests/golden/fmt
}

@test "the layout, and again the same" {
    "$SIPLADDER" fmt - <"$golden/in.ladder" >out.ladder
    [ -z "${UPDATE-}" ] || cp out.ladder "$golden/out.ladder"
    diff "$golden/out.ladder" out.ladder
    "$SIPLADDER" fmt - <out.ladder >again.ladder
    cmp out.ladder again.ladder
}

@test "every scenario and example stays what it was" {
    for tree in "$ROOT/scenarios" "$ROOT/tests/golden/examples"; do
        rm -rf before after
        cp -r "$tree" before
        cp -r "$tree" after
        cp -r "$ROOT/scenarios/catalogue" before/
        cp -r "$ROOT/scenarios/catalogue" after/
        find after -name '*.ladder' -exec "$SIPLADDER" fmt {} +
        for side in before after; do
            (cd "$side" && export SIPLADDER_SCENARIOS=. &&
                "$SIPLADDER" draw --checks . &&
                "$SIPLADDER" draw --checks . -d "$ROOT/stubs/pbx.dut"
            ) >"$side.txt"
        done
        [ "$(wc -l <before.txt)" -gt 500 ]
        diff before.txt after.txt
        find after -name '*.ladder' -exec "$SIPLADDER" fmt -c {} +
    done
}

@test "line ends of another system, tabs and a missing last newline" {
    sed 's/$/\r/; s/    /\t/' "$golden/out.ladder" |
        head -c -2 >other.ladder
    "$SIPLADDER" fmt - <other.ladder >out.ladder
    # a heredoc keeps its tabs
    diff <(sed 's/^\t/    /' "$golden/out.ladder" | grep -v Via:) \
        <(grep -v Via: out.ladder)
}

@test "-c says which would change, ends with 1 and changes none" {
    cp "$golden/in.ladder" a.ladder
    cp "$golden/out.ladder" b.ladder
    run -1 "$SIPLADDER" fmt -c a.ladder b.ladder
    assert_output 'a.ladder would change'
    cmp a.ladder "$golden/in.ladder"
    run -0 "$SIPLADDER" fmt -c b.ladder
    assert_output ''
}

@test "a file is replaced whole, with its mode; a link stays a link" {
    cp "$golden/in.ladder" real.ladder
    chmod 640 real.ladder
    ln -s real.ladder link.ladder
    run -0 "$SIPLADDER" fmt link.ladder
    assert_output ''
    [ -L link.ladder ]
    cmp real.ladder "$golden/out.ladder"
    [ "$(stat -c %a real.ladder)" = 640 ]
    run -0 ls
    assert_output $'link.ladder\nreal.ladder'
}

@test "a file that is right is not touched" {
    cp "$golden/out.ladder" a.ladder
    touch -d 2001-01-01 a.ladder
    "$SIPLADDER" fmt a.ladder
    [ "$(stat -c %y a.ladder | cut -c1-4)" = 2001 ]
}

@test "a wrong file is said to be wrong and left as it is" {
    for wrong in missing-end stray-end unterminated-string \
        unterminated-heredoc not-a-ladder empty-file binary-file too-deep; do
        cp "$ROOT/tests/golden/diag/$wrong.ladder" a.ladder
        run -3 "$SIPLADDER" fmt a.ladder
        assert_output --partial 'a.ladder:'
        assert_output --partial 'error: '
        cmp a.ladder "$ROOT/tests/golden/diag/$wrong.ladder"
    done
    run -3 "$SIPLADDER" fmt nothing.ladder
    assert_output --partial 'No such file or directory'
    run -3 "$SIPLADDER" fmt .
    assert_output --partial 'Is a directory'
    run -2 "$SIPLADDER" fmt
    run -2 "$SIPLADDER" fmt --wide x
}

@test "a file that is no ladder is said to be none, and left as it is" {
    printf "root:x:0:0:root:/root:/bin/sh\n\nbin:x:1:1\n" >passwd
    for file in passwd "$ROOT/README.md" "$ROOT/stubs/phone.dut" \
        "$ROOT/scenarios/catalogue/rfc3515.req" "$ROOT/tests/e2e/fmt.bats"; do
        cp "$file" other
        run -3 "$SIPLADDER" fmt -c other
        assert_output --partial "[not-a-ladder]"
        run -3 "$SIPLADDER" fmt other
        cmp "$file" other
    done
    printf "flow f(x)\n    wait 1s\nend\n" >flows
    run -0 "$SIPLADDER" fmt -c flows
}

@test "every scenario of the project is in this layout" {
    local files
    mapfile -t files < <(find "$ROOT/scenarios" -name "*.ladder")
    [ "${#files[@]}" -gt 30 ]
    run -0 "$SIPLADDER" fmt -c "${files[@]}"
    assert_output ""
}

@test "one wrong file does not keep the others from it" {
    cp "$golden/in.ladder" a.ladder
    cp "$ROOT/tests/golden/diag/missing-end.ladder" b.ladder
    run -3 "$SIPLADDER" fmt b.ladder a.ladder
    cmp a.ladder "$golden/out.ladder"
}

# used FILE..: milliseconds of processor
used() {
    local TIMEFORMAT=%U
    { time "$SIPLADDER" fmt -c "$@" >/dev/null || true; } 2>took
    tr -d . <took
}

@test "a thousand scenarios of sixty lines cost eight times an eighth" {
    {
        cat "$ROOT/scenarios/transfer/blind-basic.ladder"
        yes '    alice -> dut OPTIONS' | head -20
    } >one.ladder
    for i in $(seq 1000); do cp one.ladder "$i.ladder"; done
    local few many
    few=$(used [1-9].ladder [1-9][0-9].ladder 1[0-2]?.ladder)
    many=$(used [0-9]*.ladder)
    echo "an eighth: $((10#$few)) ms, all: $((10#$many)) ms"
    [ "$((10#$many))" -lt "$((30 * (10#$few + 10)))" ]
}
