#!/usr/bin/env bash
# One column of the matrix: all scenarios against one stub.
# matrix.sh DIR FAULT DEVICE REQUIREMENT writes DIR/cells/FAULT.DEVICE.json, the
# scenarios that did not pass: all are played at once, and what fails elsewhere
# than at the requirement is played once more with a stub of its own, because
# what one play does to the device may harm another.
set -euo pipefail
dir=$1 fault=$2 device=$3 id=$4
# shellcheck source=/dev/null
. "$ROOT/tests/bite/claims.bash"
work=$(mktemp -d "$dir/work.XXXXXX")
trap 'rm -r "$work"' EXIT
cd "$work"
t1=100
side_by_side=4 # of those that are played alone
transport=$(transport_of "$fault")
edition=$(edition_of "$id")

# scenarios FLAGS PATTERN: of the catalogue
scenarios() {
    (cd "$ROOT/scenarios" && grep -r "$@" --include='*.ladder' . |
        grep -v '^\./std/' | sed 's|^\./||; s|\.ladder$||' | sort)
}

# found ALONE DIED: what did not pass, of a result.json
found() {
    jq --argjson alone "$1" --argjson died "$2" '{alone: $alone, died: $died,
        played: [.scenarios[] | select(.verdict != "skip")] | length,
        cells: [.scenarios[] |
        select(.verdict != "pass" and .verdict != "skip") | {
            scenario: .id, verdict, reason, phase,
            at: [.. | objects | select(has("kind")) |
                select(.verdict == "fail" or .verdict == "warn") |
                (.reqs // [])[], (select(.kind | IN("line", "check",
                    "monitor") | not) | .kind), .reason // empty] | unique,
            how: [.. | objects | select(has("kind")) |
                select(.verdict != "pass") |
                "\(.kind) \(.expr // "" | .[:90])"] | unique}]}'
}

# play ALONE CLAIMS NAME WHAT..: with a stub of its own, in a subshell of its own
play() {
    local alone=$1 claims=$2 name=$3 ended=0 died=false theirs=() address pid
    local jobs=32 habits
    shift 3
    # of several plays none is blamed for a crash
    [ "$alone" = false ] || jobs=1
    mkdir "$name" && cd "$name"
    theirs=(--t1 "$t1" --transport "$transport")
    [ "$transport" != udp ] || theirs+=(--transport tcp)
    [ "$fault" = correct ] || theirs+=(--fault "$fault")
    read -ra habits <<<"$(habits_of "$edition" "$device")"
    theirs+=("${habits[@]}")
    if [ "$claims" = follower ]; then
        theirs+=(--recurse)
        claims="tcp proxy-recurse follow-3xx=uri"
    fi
    if [ "$claims" = auth ]; then
        with_passwords >users
        theirs+=(--users users)
    else
        theirs+=(--account sipladder:stub:secret)
    fi
    # shellcheck disable=SC2086 # words, one each
    stub_file "$device" $claims >device.dut
    [ ! -e users ] || users_of users >>device.dut
    [ -e users ] || echo 'account sipladder stub password secret' >>device.dut
    echo "timers T1 ${t1}ms" >>device.dut
    own_bind >>device.dut
    mkfifo ready
    "$STUB" "$device" "${theirs[@]}" >ready 2>stub.err &
    pid=$!
    # shellcheck disable=SC2064 # this one
    trap "kill $pid 2>/dev/null || true" EXIT
    read -r _ address <ready
    timeout 200 "$SIPLADDER" run -d device.dut --to "$address" --insecure \
        -j "$jobs" --strict -t "$transport" --edition "$edition" --timeout 60s \
        --keep none -o out "$@" >log 2>&1 || ended=$?
    kill "$pid" 2>/dev/null || true
    wait "$pid" || died=true
    trap - EXIT
    if [ ! -e out/result.json ]; then
        echo "$fault ($device): the play ends with $ended" >&2
        cat log >&2
        return 1
    fi
    found "$alone" "$died" <out/result.json >"../$name.json"
}

# second_look NAME: those cells of NAME.json that need one, a line each
second_look() {
    jq -r --arg id "$id" '.died as $died | .cells[] |
        select($died or (.at | index($id) | not)) | .scenario' "$1.json"
}

# look NAME CLAIMS WHAT..: all at once, and some of it alone
look() {
    local name=$1 claims=$2 n=0 scenario
    shift 2
    (play false "$claims" "$name" "$@")
    while read -r scenario; do
        [ "$n" -lt "$side_by_side" ] || wait -n || true
        { (play true "$claims" "$name.$((n + 1))" "$scenario") || : >failed; } &
        n=$((n + 1))
        echo "$scenario" >>again
    done < <(second_look "$name")
    wait
    [ ! -e failed ]
}

mapfile -t most < <(scenarios -LE '^needs .*\b(auth|proxy-recurse)( |$)')
mapfile -t following < <(scenarios -lE '^needs .*\bproxy-recurse( |$)')
mapfile -t guarded < <(scenarios -lE '^needs .*\bauth( |$)')
: >again
look all "tcp auth-client" "${most[@]}"
[ "$device" != proxy ] || look following follower "${following[@]}"
[ "$device" = ua ] || look guarded auth "${guarded[@]}"
jq -s --arg fault "$fault" --arg device "$device" --rawfile again again '
    ([.[] | select(.alone) | .cells[] | {key: .scenario, value: .}] |
        from_entries) as $alone |
    ($again | split("\n")) as $again |
    {fault: $fault, device: $device, died: any(.died),
     played: ([.[] | select(.alone | not) | .played] | add),
     cells: [.[] | select(.alone | not) | .cells[] | .scenario as $s |
        if $again | index([$s]) then
            ($alone[$s] // {scenario: $s, verdict: "pass", at: [], how: []}) +
            {alone: true, together: {verdict, at}}
        else
            . + {alone: false}
        end]}' -- *.json >"$dir/cells/$fault.$device.tmp"
mv "$dir/cells/$fault.$device.tmp" "$dir/cells/$fault.$device.json"
