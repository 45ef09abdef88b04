# A headless Chromium that is told by its pipe what to do: JSON that a NUL byte
# ends, to its descriptor 3 and from its 4. shellcheck shell=bash
# $answer is the result of the last command, $browser_seen what happened.

browser_open() {
    local home=$BATS_TEST_TMPDIR/browser
    mkdir "$home"
    mkfifo "$home/to" "$home/from"
    HOME=$home chromium --headless --no-sandbox --disable-gpu \
        --disable-dev-shm-usage --no-first-run --disable-component-update \
        --disable-background-networking --disable-extensions \
        --user-data-dir="$home" --remote-debugging-pipe about:blank \
        3<"$home/to" 4>"$home/from" >"$home/log" 2>&1 &
    browser_pid=$!
    exec {browser_to}>"$home/to" {browser_from}<"$home/from"
    browser_seen=$home/seen browser_id=0 session='' loads=0
    : >"$browser_seen"
    browser Target.getTargets
    browser Target.attachToTarget "$(jq -c '{ flatten: true, targetId: (
        first(.targetInfos[] | select(.type == "page")).targetId) }' \
        <<<"$answer")"
    session=$(jq -r .sessionId <<<"$answer")
    browser Page.enable
    browser Network.enable
    scheme light
}

browser_close() {
    [ -n "${browser_pid-}" ] || return 0
    kill "$browser_pid"
    wait "$browser_pid" 2>/dev/null || true
    exec {browser_to}>&- {browser_from}<&-
}

# browser_next: one message; what happened is kept
browser_next() {
    IFS= read -r -d '' -t 15 -u "$browser_from" message || return 1
    [[ $message != '{"id":'* ]] || return 0
    printf '%s\n' "$message" >>"$browser_seen"
    [[ $message != '{"method":"Page.loadEventFired"'* ]] ||
        loads=$((loads + 1))
}

# browser METHOD [PARAMETERS]
browser() {
    browser_id=$((browser_id + 1))
    printf '{"id":%d,"method":"%s","params":%s%s}\0' "$browser_id" "$1" \
        "${2-{\}}" "${session:+,\"sessionId\":\"$session\"}" >&"$browser_to"
    until browser_next && [[ $message == "{\"id\":$browser_id,"* ]]; do
        [ -n "$message" ] || return 1
    done
    answer=$(jq -c '.result // error(.error.message)' <<<"$message")
}

# visit PAGE: until it is loaded
visit() {
    local before=$loads
    browser Page.navigate "{\"url\":\"file://$PWD/$1\"}"
    until ((loads > before)); do
        browser_next || return 1
    done
}

# size WIDTH HEIGHT
size() {
    browser Emulation.setDeviceMetricsOverride \
        "{\"width\":$1,\"height\":$2,\"deviceScaleFactor\":1,\"mobile\":false}"
}

# scheme dark|light: and nothing moves on its way
scheme() {
    browser Emulation.setEmulatedMedia "{\"features\":[{
        \"name\":\"prefers-color-scheme\",\"value\":\"$1\"},{
        \"name\":\"prefers-reduced-motion\",\"value\":\"reduce\"}]}"
}

# tell EXPRESSION: its value into $answer
tell() {
    browser Runtime.evaluate "$(jq -nc --arg e "$1" \
        '{ expression: $e, returnByValue: true }')"
    answer=$(jq -r '.exceptionDetails.exception.description //
        .result.value | if type == "object" then tojson else . end' \
        <<<"$answer")
}

# becomes VALUE EXPRESSION: soon
becomes() {
    for _ in {1..200}; do
        tell "$2"
        [ "$answer" != "$1" ] || return 0
    done
    fail "$answer, not $1: $2"
}

# click SELECTOR: with the mouse, in the middle of the first that is shown
click() {
    local at kind
    tell "(() => { const e = document.querySelector('$1');
        e.scrollIntoView({ block: 'center', behavior: 'instant' });
        const r = e.getBoundingClientRect();
        return \`\"x\":\${r.x + Math.min(r.width / 2, 40)},\"y\":\${r.y + r.height / 2}\`
        })()"
    at=$answer
    for kind in mousePressed mouseReleased; do
        browser Input.dispatchMouseEvent "{\"type\":\"$kind\",$at,
            \"button\":\"left\",\"clickCount\":1}"
    done
}

# press KEY CODE [TEXT]: a key of the keyboard, and what it types
press() {
    local kind
    for kind in keyDown keyUp; do
        browser Input.dispatchKeyEvent "$(jq -nc --arg kind $kind \
            --arg key "$1" --argjson code "$2" --arg text "${3-}" '{
            type: $kind, key: $key, code: $key, text: $text,
            windowsVirtualKeyCode: $code }')"
    done
}

# shot FILE: what is seen, as PNG
shot() {
    browser Page.captureScreenshot '{"format":"png"}'
    jq -r .data <<<"$answer" | base64 -d >"$1"
}
