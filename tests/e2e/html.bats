#!/usr/bin/env bats
# The page of a run: valid, alone in the world, and harmless whatever the
# device sends.
bats_require_minimum_version 1.8.0

# One run for all tests: passes, rows that fail, one that is skipped.
setup_file() {
    load lib
    e2e_setup_file
    phone --fault two-refer-to-accepted
    play_and_end phone -o out --html run.html refer/two-refer-to \
        refer/declined transfer/blind-basic
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_FILE_TMPDIR" || return 1
    page=$BATS_TEST_TMPDIR/page.html
}

# An empty element draws a bar or an arrow.
valid() {
    run -0 tidy -q -e --drop-empty-elements no --mute-id yes "$1"
    assert_output ''
}

# Nothing on the page names another place, and nothing can be run.
alone() {
    run -1 grep -oiE '<(script|link|img|iframe|object|embed|base|form|video|audio|source)\b|@import|url\(|<[^>]* (src|srcset|on[a-z]+|action|data) *=|href="[^#]|javascript:|http-equiv="refresh' "$1"
}

# anchors PAGE: every link has its target, every target is there once.
anchors() {
    grep -oE ' id="[^"]*"' "$1" | sed 's/ id=//' | sort >ids
    uniq -d ids | diff - /dev/null
    grep -oE 'href="#[^"]*"' "$1" | sed 's/href="#/"/' | sort -u |
        comm -23 - <(sort -u ids) | diff - /dev/null
}

@test "the page is valid HTML" {
    valid run.html
}

@test "the page needs nothing else and runs nothing" {
    alone run.html
    run -0 grep -c "default-src 'none'" run.html
    assert_output 1
}

@test "every anchor is there once, every link leads somewhere" {
    anchors run.html
    grep -qx '"refer/declined"' ids
    grep -qx '"refer/two-refer-to~rows"' ids
    grep -qE '^"refer/two-refer-to~rows:[0-9]+"$' ids
    grep -qE '^"refer/two-refer-to~rows:m[0-9]+"$' ids
}

@test "anchors and names are the same in the next run" {
    jq '.run.seed = "1" | .scenarios |= map(.ms = .ms + 100)' \
        out/result.json >out/other.json
    "$SIPLADDER" report out/other.json --html "$page"
    diff <(grep -oE ' id="[^"]*"' run.html) <(grep -oE ' id="[^"]*"' "$page")
}

@test "the recorded run makes the same page" {
    "$SIPLADDER" report out --html - | cmp - run.html
}

@test "the summary counts as the terminal does" {
    run -0 "$SIPLADDER" show out
    local must
    must=$(sed -n 's/.*MUST \([0-9]*\) failed of \([0-9]*\) .*/\1 \2/p' \
        <<<"$output")
    run -0 xmllint --html --xpath \
        'concat(substring-before(//div[@class="sum"][1]/b, " "), " ", substring-before(substring-after(//div[@class="sum"][1]/span[2], "of "), " "))' \
        run.html
    assert_line "$must"
    assert_line --regexp '^[1-9][0-9]* [0-9]+$'
}

@test "a filter for each verdict that occurs, and a rule for each" {
    for verdict in fail pass skipped; do
        grep -q "<input class=\"f\" type=\"radio\" name=\"v\" id=\"f-$verdict\"" run.html
        grep -q "#f-$verdict:checked~.list>.sc:not(.$verdict)" run.html
    done
    run -1 grep 'id="f-warn"' run.html
}

@test "a broken check says wanted, got, the rule's sentence and its place" {
    xmllint --html --xpath '//div[@class="ck fail"]' run.html \
        >"$page" 2>/dev/null
    grep -q 'wanted</dt>' "$page"
    grep -q '>202<' "$page"
    grep -q 'rfc3515-2.4.2-e</code> Two Refer-To header rows: 400.' "$page"
    grep -q 'two-refer-to.ladder:' "$page"
    grep -q '">message [0-9]*</a>' "$page"
}

@test "each scenario and each check has a link to itself" {
    local id
    run -0 xmllint --html --xpath '//div[@class="ck fail"]/@id' run.html
    for id in $(sed -n 's/^ id="\(.*\)"$/\1/p' <<<"$output"); do
        [ "$(xmllint --html --xpath \
            "count(//div[@id='$id']//a[@href='#$id'])" run.html)" = 1 ] ||
            fail "$id"
    done
    grep -q '<a href="#refer/declined">link</a>' run.html
}

@test "what fails alike stands at the top once, with all its scenarios" {
    jq -c '.scenarios |= map(select(.verdict == "fail") | .steps |= map(
        .checks |= map(select(.kind == "check"))) | .others = [] |
        .monitors = [] | .unexpected = []) | .scenarios |= (to_entries |
        map(.key as $n | .value | (.steps[].checks[] |
        select(.verdict == "fail")) += { got: "tag-\($n)", reqs: ["x"] }))' \
        out/result.json >out/alike.json
    "$SIPLADDER" report out/alike.json --html "$page"
    xmllint --html --xpath '//ul[contains(@class, "todo")]/li' "$page" >todo \
        2>/dev/null
    assert_equal "$(grep -c '<li>' todo)" 1
    assert_equal "$(grep -o '<a href="#' todo | wc -l)" 2
    run -1 grep 'tag-' todo
}

@test "the code that came is explained where it is a failure's" {
    run -1 grep 'Busy Here</b>' run.html
    jq -c '.scenarios |= map(.steps |= map(.checks |= map(select(
        .verdict == "fail").message = "SIP/2.0 486 Busy Here")))' \
        out/result.json >out/busy.json
    "$SIPLADDER" report out/busy.json --html "$page"
    grep -q '<b>486 Busy Here</b>: the user is busy' "$page" ||
        fail "$(grep '486 Busy Here</b>' "$page")"
    valid "$page"
}

@test "each message folds out in full" {
    local n
    n=$(grep -c '^---- .* alice ' out/refer/declined/messages.txt)
    run -0 xmllint --html --xpath \
        'count(//details[contains(@class, "sc")][.//a[@id="refer/declined"]]//details[starts-with(@class, "r")]//pre)' \
        run.html
    assert_line "$n"
    grep -q '^Refer-To: &lt;sip:' run.html
}

@test "how it was run" {
    grep -q '<b>Command</b>' run.html
    grep -q '<code>sipladder run -d ' run.html
    grep -q '<b>Edition</b><span>rfc3515' run.html
}

@test "a device that sends HTML in every header is shown as text" {
    local evil='<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    cp -r out evil
    jq -c --arg evil "$evil" '.device.name = $evil | .device.version = $evil |
        .run.command = $evil | .scenarios |= map(.title = $evil |
            .reason = $evil | .steps |= map(.checks |= map(.got = $evil |
            .wanted = $evil | .expr = $evil | .detail = $evil |
            .message = $evil)))' out/result.json >evil/result.json
    sed -i 's|Contact: <sip:|Contact: <script>alert(1)</script><sip:|g' \
        evil/*/*/trace.jsonl
    "$SIPLADDER" report evil --html "$page"
    grep -q 'Contact: &lt;script&gt;alert(1)&lt;/script&gt;&lt;sip:' "$page"
    valid "$page"
    run -1 grep -E '<(script|img)' "$page"
    anchors "$page"
}

@test "control bytes and marks that turn the writing around are made visible" {
    cp -r out odd
    jq -c '.scenarios |= map(.steps |= map(.checks |= map(
        .got = "a\u0000\u001b[31m\u202egnp.exe")))' out/result.json \
        >odd/result.json
    "$SIPLADDER" report odd --html "$page"
    grep -q '\\u202egnp.exe' "$page"
    run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]|\xe2\x80\xae' "$page"
}

@test "a run without traces has its checks all the same" {
    mkdir bare
    cp out/result.json bare
    "$SIPLADDER" report bare --html "$page"
    valid "$page"
    grep -q 'class="ck fail"' "$page"
    run -1 grep '<h3>Ladder' "$page"
}

@test "several devices on one page" {
    mkdir -p other
    jq '.device.name = "other"' out/result.json >other/result.json
    "$SIPLADDER" report out other --html "$page"
    valid "$page"
    anchors "$page"
    grep -q '^<h1>stub-phone, other</h1>' "$page"
    grep -qx '"refer/declined@other"' ids
}

@test "300 scenarios are one page of less than 10 MB, made in two seconds" {
    mkdir many
    jq -c '.scenarios[0] as $s | .scenarios = [range(300) as $n |
        $s | .id = "many/\($n)"]' out/result.json >many/result.json
    for n in $(seq 0 299); do
        mkdir -p "many/many/$n"
        cp 'out/refer/two-refer-to#rows/trace.jsonl' "many/many/$n"
    done
    time timeout 20 "$SIPLADDER" report many --html "$page"
    [ "$(stat -c %s "$page")" -lt 10000000 ]
    [ "$(grep -c '<details class="sc ' "$page")" -eq 300 ]
}

@test "a file that cannot be written is said" {
    run -2 "$SIPLADDER" report out --html nowhere/page.html
    assert_output --partial 'nowhere/page.html: No such file or directory'
}
