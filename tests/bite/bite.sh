#!/usr/bin/env bash
# One play of one faulty stub: it must fail, at the check that the fault names,
# over the transport that its name begins with.
# bite.sh DIR NAME DEVICE REQUIREMENT SCENARIO: nothing is printed if it does.
# STUB, SIPLADDER and ROOT say where things are; "unexpected" may stand for an
# id.
set -euo pipefail
dir=$1 name=$2 device=$3 id=$4 scenario=$5
mkdir -p "$dir/$name.$device"
cd "$dir/$name.$device"

dut=$ROOT/stubs/phone.dut
[ "$device" = ua ] || dut=$ROOT/stubs/pbx.dut
# a target that never answers is given up after 64 T1: with short timers on
# both sides that is soon, and no limit may be halved
flags=(--slack 0.5)
timers=()
transport=udp
case $name in
stream-*) transport=tcp ;;
sips-*) transport=tls ;;
esac
more=()
if [[ $name = both-* ]]; then
    more=(--transport tcp)
    { cat "$dut" && echo 'claims tcp'; } >both.dut
    dut=both.dut
fi
if grep -q '^tags .*slow' "$ROOT/scenarios/$scenario.ladder"; then
    timers=(--t1 50)
    flags=()
    { cat "$dut" && echo 'timers T1 50ms'; } >quick.dut
    dut=quick.dut
fi

# sofia never frees what OpenSSL gives it for a connection that it accepts; only
# the slow unwinder sees who asked for that
if [ "$transport" = tls ]; then
    echo leak:tls_init_secondary >sofia.supp
    export LSAN_OPTIONS=suppressions=$PWD/sofia.supp:print_suppressions=0
    export ASAN_OPTIONS=${ASAN_OPTIONS-}:fast_unwind_on_malloc=0
fi

mkfifo ready
"$STUB" "$device" --fault "$name" --transport "$transport" \
    "${more[@]}" "${timers[@]}" \
    >ready 2>stub.err &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
read -r _ address <ready

status=0
"$SIPLADDER" run -d "$dut" --to "$address" --insecure -j 8 -o out --strict \
    -t "$transport" "${flags[@]}" "$scenario" >log 2>&1 || status=$?
kill "$pid" && wait "$pid" || echo "$name ($device): the stub ended itself"
trap - EXIT
# all that was wrong, for faults.bats
jq -r '[.. | objects | select(has("kind")) |
    select(.verdict == "fail" or .verdict == "warn") | .expr // .kind] |
    unique | .[]' out/result.json >found || true
if grep -qE 'Sanitizer|runtime error:' stub.err; then
    echo "$name ($device): the stub has a bug:"
    head -n 40 stub.err
fi
if [ "$status" -ne 1 ]; then
    echo "$name ($device): $scenario ends with $status"
    tail -n 20 log
elif ! jq -e --arg id "$id" '[.. | objects | select(.verdict == "fail") |
        (.reqs // [])[], .kind] | index($id)' out/result.json >/dev/null; then
    echo "$name ($device): $scenario fails, but not at $id"
fi
