#!/usr/bin/env bash
# The plays of one correct stub with one habit: none of them may fail, or be
# inconclusive, but the one that judges just that habit, if it is among them.
# variant.sh DIR NAME DEVICE EDITION JUDGE [SCENARIO..]: nothing is printed if
# that is so. STUB, SIPLADDER and ROOT say where things are.
set -euo pipefail
dir=$1 name=$2 device=$3 edition=$4 judge=$5
shift 5
mkdir -p "$dir/$name.$device"
cd "$dir/$name.$device"
# shellcheck disable=SC1091
. "$ROOT/tests/bite/claims.bash"

{ stub_file "$device" && echo 'timers T1 100ms'; } >device.dut
mkfifo ready
"$STUB" "$device" --variant "$name" --t1 100 >ready 2>stub.err &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
read -r _ address <ready

status=0
"$SIPLADDER" run -d device.dut --to "$address" -j 32 -o out --slack 2 \
    --edition "$edition" "$@" >log 2>&1 || status=$?
kill "$pid" && wait "$pid" || echo "$name ($device): the stub ended itself"
trap - EXIT
if grep -qE 'Sanitizer|runtime error:' stub.err; then
    echo "$name ($device): the stub has a bug:"
    head -n 40 stub.err
fi
[ "$status" -le 1 ] || echo "$name ($device): sipladder ends with $status"
jq -r --arg judge "$judge" '.scenarios[] |
    select(.verdict != "pass" and .verdict != "skip" and .id != $judge) |
    "\(.id): \(.verdict) \(.reason // "")",
    ([.. | objects | select(has("kind") and .verdict != "pass") |
        select(.verdict == "fail" or .verdict == "warn" or
            .verdict == "inconclusive") | "    \(.expr) (\(.got // ""))"] |
        unique | .[])' out/result.json | sed "s|^|$name ($device): |"
