# Starts stubs for a test and sees to it that they end well.

stub_setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    # shellcheck source=tests/bite/claims.bash
    . "$ROOT/tests/bite/claims.bash"
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    cd "$BATS_TEST_TMPDIR" || return
}

stub_kill() {
    [ -z "${pid-}" ] || kill "$pid" 2>/dev/null || true
    pid=
}

# claimed: what more.dut claims
claimed() {
    [ ! -e more.dut ] || sed -n 's/^claims *//p' more.dut
}

# start KIND [flags..]: a correct stub with short timers; the address of its
# first socket is in $address, the device file that says so is device.dut
start() {
    # shellcheck disable=SC2046 # words, one each
    { stub_file "$1" $(claimed) && echo 'timers T1 100ms'
        [[ " $* " == *:* ]] || own_bind; } >device.dut
    rm -f ready
    mkfifo ready
    "$STUB" "$@" --t1 100 >ready 2>stub.err 3>&- &
    pid=$!
    exec 4<ready
    read -r _ address <&4
}

# stop: the stub ends by itself and has no bug that a sanitizer knows. Over TLS
# sofia leaks each connection that has ended.
stop() {
    local ended=0
    kill "$pid"
    wait "$pid" || ended=$?
    pid=
    exec 4<&-
    run -1 grep -E 'Address|Undefined|runtime error:' stub.err
    case $address in
    tls:*) ;;
    *) assert_equal "$ended" 0 ;;
    esac
}

# passes KIND [stub flags..] [-- flags..]: all scenarios, no finding at all
passes() {
    local theirs=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do
        theirs+=("$1")
        shift
    done
    [ $# -eq 0 ] || shift
    start "${theirs[@]}"
    [ ! -e more.dut ] || sed '/^claims/d' more.dut >>device.dut
    run "$SIPLADDER" run -d device.dut --to "$address" -j 32 --strict \
        -o out "$@"
    assert_success # prints what was said where it is none
    refute_output --partial FAIL
    stop
}

# quick: the scenarios of the catalogue that do not wait for 64 T1
quick() {
    (cd "$ROOT/scenarios" && grep -L '^tags .*slow' ./*/*.ladder) |
        sed -n 's|^\./\(.*\)\.ladder$|\1|p' | grep -v '^std/'
}

# examples: the scenarios are the examples, with the flows of the catalogue
examples() {
    mkdir root
    cp -r "$ROOT"/tests/golden/examples/. root
    cp -r "$ROOT/scenarios/catalogue" "$ROOT/scenarios/std" root
    export SIPLADDER_SCENARIOS=$PWD/root
}

# verdicts: "SCENARIO VERDICT" a line, of the last play
verdicts() {
    jq -r '.scenarios[] | "\(.id) \(.verdict)"' out/result.json | sort
}
