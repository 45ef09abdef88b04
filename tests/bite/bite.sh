#!/usr/bin/env bash
# One play of one faulty stub: it must fail, at each check that the fault names,
# over the transport that its name begins with.
# bite.sh DIR NAME DEVICE REQUIREMENT SCENARIO: nothing is printed if it does.
# STUB, SIPLADDER and ROOT say where things are; "unexpected" and "crash" may
# stand for an id.
set -euo pipefail
dir=$1 name=$2 device=$3 id=$4 scenario=$5
mkdir -p "$dir/$name.$device"
cd "$dir/$name.$device"
# shellcheck disable=SC1091
. "$ROOT/tests/bite/claims.bash"

file=$ROOT/scenarios/$scenario.ladder
needs() {
    grep -qE "^needs .*\b$1( |\$)" "$file"
}

has_tag() {
    grep -q "^tags .*$1" "$file"
}

transport=$(transport_of "$name")
theirs=(--transport "$transport")
claims=()
flags=(--slack 0.5)
# a target that never answers is given up after 64 T1: with short timers on
# both sides that is soon, and no limit may be halved
t1=100
if has_tag slow; then
    t1=50
    flags=()
fi
# of several plays none is blamed for a crash
jobs=8
[ "$id" != crash ] || jobs=1
if needs tcp; then
    theirs+=(--transport tcp)
    claims+=(tcp)
fi
if needs auth-client; then
    theirs+=(--account sipladder:stub:secret)
    claims+=(auth-client)
fi
if needs proxy-recurse; then
    theirs+=(--recurse)
    claims+=(proxy-recurse follow-3xx=uri)
fi
if needs auth; then
    theirs+=(--users users)
    claims+=(auth)
    with_passwords >users
fi
edition=$(edition_of "$id")
flags+=(--edition "$edition")
read -ra habits <<<"$(habits_of "$edition" "$device")"
theirs+=("${habits[@]}")
stub_file "$device" "${claims[@]}" >device.dut
[ ! -e users ] || users_of users >>device.dut
needs auth-client &&
    echo "account sipladder stub password secret" >>device.dut
echo "timers T1 ${t1}ms" >>device.dut
own_bind >>device.dut

# sofia never frees what OpenSSL gives it for a connection that it accepts; only
# the slow unwinder sees who asked for that
if [ "$transport" = tls ]; then
    echo leak:tls_init_secondary >sofia.supp
    export LSAN_OPTIONS=suppressions=$PWD/sofia.supp:print_suppressions=0
    export ASAN_OPTIONS=${ASAN_OPTIONS-}:fast_unwind_on_malloc=0
fi

mkfifo ready
"$STUB" "$device" --fault "$name" --t1 "$t1" "${theirs[@]}" >ready 2>stub.err &
pid=$!
trap 'kill "$pid" 2>/dev/null || true' EXIT
read -r _ address <ready

status=0
"$SIPLADDER" run -d device.dut --to "$address" --insecure -j "$jobs" -o out --strict \
    -t "$transport" "${flags[@]}" "$scenario" >log 2>&1 || status=$?
if kill "$pid" 2>/dev/null && wait "$pid"; then
    [ "$id" != crash ] || echo "$name ($device): the stub lives"
else
    [ "$id" = crash ] || echo "$name ($device): the stub ended itself"
fi
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
    exit
fi
read -ra ids <<<"$id"
for one in "${ids[@]}"; do
    jq -e --arg id "$one" '[.. | objects | select(.verdict == "fail") |
            (.reqs // [])[], .kind, .reason] | index($id)' out/result.json \
        >/dev/null || echo "$name ($device): $scenario does not fail at $one"
done
