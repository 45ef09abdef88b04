#!/usr/bin/env bats
# The pages in a browser: folded out and filtered by clicks and by keys, at
# three widths, dark and light; nothing leaves the page and nothing in it runs.
# shellcheck disable=SC2034,SC2154 # browser.bash and lib.bash share them
bats_require_minimum_version 1.8.0

# One run for all tests: two rows that fail, two that pass, one skipped.
setup_file() {
    load lib
    e2e_setup_file
    phone --fault two-refer-to-accepted
    play_and_end phone -o out --html run.html refer/two-refer-to \
        refer/declined transfer/blind-basic
    jq -c '.scenarios |= map(.verdict = "pass")' out/result.json >old.json
    "$SIPLADDER" compare --baseline old.json out --html change.html \
        >/dev/null || (($? == 1))
    "$SIPLADDER" coverage out --html coverage.html >/dev/null
}

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    load browser
    cd "$BATS_FILE_TMPDIR" || return 1
    browser_open
}

teardown() {
    browser_close
}

# seen SELECTOR: an expression, how many of them are to be seen
seen() {
    echo "[...document.querySelectorAll('$1')].filter((e) =>
        e.checkVisibility() && e.getBoundingClientRect().height > 0).length"
}

assert_shown() { # N SELECTOR
    becomes "$1" "$(seen "$2")"
}

# Nothing was asked for but the pages themselves, and no dialog came up.
assert_alone() {
    run jq -r 'select(.method == "Network.requestWillBeSent")
        .params.request.url | select(test("^file://.*[.]html") | not)' \
        "$browser_seen"
    assert_output ''
    run grep -c javascriptDialogOpening "$browser_seen"
    assert_output 0
}

@test "a click on a verdict leaves its scenarios alone on the page" {
    visit run.html
    assert_shown 5 .sc
    click 'label[for=f-fail]'
    assert_shown 2 .sc
    assert_shown 2 .sc.fail
    click 'label[for=f-skipped]'
    assert_shown 1 .sc
    assert_shown 1 .sc.skipped
    click 'label[for=f-all]'
    assert_shown 5 .sc
    assert_alone
}

@test "a click folds out a scenario, and a message in it" {
    visit run.html
    assert_shown 0 '.sc.pass .ladder'
    click '.sc.pass > summary'
    assert_shown 1 '.sc.pass .ladder'
    assert_shown 0 '.sc.pass pre'
    click '.sc.pass .r > summary'
    assert_shown 1 '.sc.pass pre'
    tell 'document.querySelector(".sc.pass .r pre").innerText'
    assert_regex "$answer" '^(INVITE|REFER) sip:.* SIP/2.0'
    click '.sc.pass > summary'
    assert_shown 0 '.sc.pass .ladder'
}

@test "a link to what failed opens it" {
    visit run.html
    tell 'document.querySelectorAll(".sc").forEach((e) => e.open = false)'
    assert_shown 0 '.sc.fail .ladder'
    click '#look + .todo a'
    assert_shown 1 '.sc.fail .ladder'
    click '.ck.fail a[href*=":m"]'
    becomes true 'document.querySelector(":target").matches("details.r")'
}

@test "all of it can be reached and done by keys" {
    visit run.html
    tell 'document.querySelector("#f-all").focus()'
    press ArrowRight 39
    becomes f-fail 'document.activeElement.id'
    assert_shown 2 .sc
    press ArrowLeft 37
    tell 'document.querySelector(".sc.pass > summary").focus()'
    press Enter 13 $'\r'
    assert_shown 1 '.sc.pass .ladder'
    press Tab 9
    becomes true 'document.activeElement.closest(".sc.pass") !== null'
}

@test "three widths, dark and light: nothing stands out at the side" {
    local page width
    local -A grounds=()
    for page in run.html change.html coverage.html; do
        visit "$page"
        for width in 360 768 1440; do
            size "$width" 900
            scheme light
            tell 'document.documentElement.scrollWidth <= innerWidth'
            assert_equal "$page $width $answer" "$page $width true"
            scheme dark
            tell 'getComputedStyle(document.body).backgroundColor'
            grounds[$answer]=dark
            scheme light
            tell 'getComputedStyle(document.body).backgroundColor'
            assert_equal "${grounds[$answer]-light}" light
        done
    done
}

@test "where lifelines have no room, words say who sends what" {
    visit run.html
    size 360 800
    assert_shown 0 '.ladder svg'
    tell 'document.querySelector(".sc.fail .r > summary").innerText'
    assert_regex "$answer" 'alice to dut: (INVITE|REFER)'
    size 1280 800
    tell "$(seen '.sc.fail .ladder svg')"
    ((answer > 10))
}

# Relative luminances as WCAG 2 has them: 4.5 for text.
@test "what can be read has contrast, dark and light" {
    local how
    visit run.html
    tell 'window.lum = (c) => c.match(/[0-9.]+/g).slice(0, 3).map((v) =>
        (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4
        ).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
        window.ground = (e) => { let c;
            do { c = getComputedStyle(e).backgroundColor; e = e.parentElement }
            while (e && /, 0\)$/.test(c)); return c }; 0'
    for how in light dark; do
        scheme "$how"
        tell '[...document.querySelectorAll(".page *:not(svg *)")].filter((e) =>
            e.checkVisibility() && [...e.childNodes].some((n) =>
                n.nodeType == 3 && n.data.trim())).map((e) => {
            const a = lum(getComputedStyle(e).color), b = lum(ground(e));
            return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05),
                e.className + ": " + e.innerText] }
            ).filter((x) => x[0] < 4.5).map((x) => x.join(" ")).join("\n")'
        assert_equal "$answer" ''
    done
}

@test "what a device sends neither runs nor calls out" {
    local evil='<script>alert(1)</script>"><img src=http://127.0.0.1:9/x onerror=alert(1)>'
    jq -c --arg evil "$evil" '.device.name = $evil | .scenarios |= map(
        .title = $evil | .reason = $evil | .steps |= map(.checks |= map(
        .got = $evil | .detail = $evil | .message = $evil)))' \
        out/result.json >evil.json
    "$SIPLADDER" report evil.json --html evil.html
    "$SIPLADDER" compare --baseline old.json evil.json --html both.html \
        >/dev/null || true
    visit evil.html
    tell 'document.querySelectorAll("script, img").length'
    assert_equal "$answer" 0
    tell 'document.querySelector("h1").innerText'
    assert_equal "$answer" "$evil"
    visit both.html
    assert_alone
}

@test "300 scenarios open; how fast is said" {
    mkdir many
    jq -c '.scenarios[] |= select(.verdict != "skip") |
        .scenarios[0] as $s | .scenarios = [range(300) as $n |
        $s | .id = "many/\($n)"]' out/result.json >many/result.json
    for n in $(seq 0 299); do
        mkdir -p "many/many/$n"
        cp 'out/refer/two-refer-to#rows/trace.jsonl' "many/many/$n"
    done
    "$SIPLADDER" report many --html many.html
    local best=99999
    for _ in 1 2 3; do
        visit many.html
        tell 'Math.ceil(performance.getEntriesByType("navigation")[0]
            .loadEventEnd)'
        ((answer >= best)) || best=$answer
    done
    assert_shown 300 .sc
    echo "# $best ms" >&3
    ((best < 60000)) # a hang; what is fast depends on the machine
}
