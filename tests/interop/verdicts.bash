# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the tests of real devices share: the whole library is played once a
# device, then each test looks at what came of it.
#
#	played=DIR; play_device NAME	in setup_file: the whole library
#	as_told NAME		where its table is wrong; nothing: nowhere
#	assert_told NAME	it is right
#	assert_played NAME	so, for the whole library, and nothing is amiss
#	assert_part FOLDER NAME	so, for the part that was played into FOLDER
#	play_all NAME [what..]	in a test
#	deviations [RULE]	what did not pass, and the rules it broke
#	last_words		what the device said in trouble
#	wire_says ID PROGRAM	awk over the messages of one scenario
#	wire_has ID CONDITION	whether one of the device fits
#
# A scenario that stands not in the table of the device must have passed: a new
# one needs no line there as long as the device is right.

# Where play_all leaves and the others find what came of it.
played=${BATS_FILE_TMPDIR-}

# play_all NAME [what..]: starts the device, plays, stops it. The status of the
# run, what it said and the folder "out" are then in $played. POOL=N: N devices,
# of which each takes the next scenario when it is free; FRESH=yes: a new one for
# each scenario; JOBS=N: one device, so many plays side by side; LEAVE=REGEX: ids
# that are not played.
play_all()
{
    local name=$1 n=${POOL:-1} pool=${POOL:-1} pids=()
    shift
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/device.sh"
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    : >"$played/device"
    [[ -z ${FRESH-} ]] || pool=1
    while ((${#pids[@]} < pool)); do
        start_device "$name" 2>>"$played/device" || return
        change_dut
        # shellcheck disable=SC2154 # start_device sets them
        pids+=("$device_pid")
        # shellcheck disable=SC2154
        echo "$device_dut" >>"$played/duts"
    done
    play_pool "$@"
    # they must have lived until now, and must end when told
    for n in "${pids[@]}"; do
        stop_device "$n" || echo dead >>"$played/device"
    done
    merge_parts
}

# What a test wants otherwise in the device file: CALLS=HOW, UNCLAIMED=CLAIM,
# AT=HOST:PORT (a proxy in front of it), TRIGGER=LINE.
change_dut()
{
    sed -i -e "${CALLS:+s/^calls .*/calls $CALLS/}" \
        -e "${UNCLAIMED:+/^claims/s/ $UNCLAIMED\b//}" \
        -e "${AT:+s/^address .*/address dut@$AT/}" "$device_dut"
    [[ -z ${TRIGGER-} ]] || echo "trigger $TRIGGER" >>"$device_dut"
}

# play_registered NAME: the telephone logs in at Kamailio, all goes through it.
play_registered()
{
    local proxy
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/device.sh"
    start_device kamailio-registrar 2>>"$played/proxy" || return
    proxy=$device_pid
    # shellcheck disable=SC2154 # start_device sets it
    REGISTRAR=${device_address#udp:} AT=${device_address#udp:} play_all "$1" \
        refer/basic-in-dialog notify/truthful-failure \
        redirect/301-basic transfer/blind-busy-recover
    stop_device "$proxy" || echo proxy dead >>"$played/proxy"
    cat "$played/proxy" >>"$played/device"
}

# One part, by the device whose turn it is. Parts go into folders of their own.
play_part()
{
    local part status=0 dut
    part=$(mktemp -d "$played/part.XXXXXX") || return
    if [[ -n ${FRESH-} ]]; then
        start_device "$name" 2>>"$part.device" || return
        change_dut
        dut=$device_dut
    else
        dut=$(sed -n "$((SLOT + 1))p" "$played/duts")
    fi
    "$SIPLADDER" run -d "$dut" --slack "${SLACK:-2}" --jobs "${JOBS:-1}" \
        -o "$part" "$@" >"$part.said" 2>&1 || status=$?
    # 77 is a part without anything for this device
    echo "${status/77/0}" >"$part.status"
    [[ -z ${FRESH-} ]] || stop_device || echo dead >>"$part.device"
}

# meant yes|no [what..]: ids that this device plays or skips, the slow first
meant()
{
    local want=$1
    shift
    "$SIPLADDER" list --json -d "$(head -n 1 "$played/duts")" "$@" |
        jq -r --arg want "$want" --arg leave "${LEAVE:-^$}" '.[]
            | select(has("why") == ($want == "no"))
            | select(.id | test($leave) | not)
            | [(.tags | index("slow") == null), .id] | join(" ")' |
        LC_ALL=C sort -s -k1,1 | cut -d' ' -f2
}

# All parts: with a pool each scenario is one, but for those that are skipped.
play_pool()
{
    local ids=()
    if ((n > 1)); then
        export ROOT name played SLACK JOBS SIPLADDER FRESH CALLS UNCLAIMED AT
        export -f play_part change_dut
        meant yes "$@" | xargs -P "$n" --process-slot-var=SLOT -I{} \
            bash -c '. "$ROOT/ci/lib/device.sh"; play_part "$1"' - {} 3>&-
        mapfile -t ids < <(meant no "$@")
    elif [[ -n ${LEAVE-} ]]; then
        mapfile -t ids < <(meant yes "$@" && meant no "$@")
    else
        ids=("$@")
    fi
    ((n > 1 && ${#ids[@]} == 0)) || FRESH='' SLOT=0 play_part "${ids[@]}" 3>&-
    # 4, nothing can be said, is less than 1, a failure
    awk '{ print ($1 == 4 ? 0.5 : $1), $1 }' "$played"/part.*.status |
        sort -n | tail -n 1 | cut -d" " -f2 >"$played/status"
}

# One folder again, as if they had been one run.
merge_parts()
{
    local part
    mkdir "$played/out"
    cat "$played"/part.*.said >"$played/said"
    cat "$played"/part.*.device >>"$played/device" 2>/dev/null || true
    jq -s '.[0] + {scenarios: (map(.scenarios) | add | sort_by(.id))}' \
        "$played"/part.*/result.json >"$played/out/result.json" || return
    for part in "$played"/part.*/; do
        rm "$part/result.json"
        cp -r "$part." "$played/out"
    done
    rm -r "$played"/part.*
}

# beside NAME COMMAND..: in setup_file, a play next to others, into the folder
# NAME of this file; beside_all waits for them all.
beside()
{
    local folder=$BATS_FILE_TMPDIR/$1
    shift
    mkdir "$folder" && (played=$folder && "$@") 3>&- &
    besides+=($!)
}
besides=()

beside_all()
{
    local pid status=0
    for pid in "${besides[@]}"; do
        wait "$pid" || status=1
    done
    besides=()
    return "$status"
}

# quick_ones: the scenarios that do not wait for 64 T1
quick_ones()
{
    (cd "$ROOT/scenarios" && grep -L '^tags .*slow' ./*/*.ladder) |
        sed -n 's|^\./\(.*\)\.ladder$|\1|p' | grep -v '^std/'
}

# play_device NAME: the library, or as much of it as the device can take, at its
# pace.
play_device()
{
    local POOL=1 JOBS=1 SLACK=${SLACK:-2} LEAVE='' FRESH='' quick=()
    case $1 in
    baresip) POOL=12 SLACK=1 ;;   # mostly waits
    kamailio-proxy) JOBS=8 ;;
    kamailio-re*) # the slow ones are played with kamailio-proxy
        [ "$1" = kamailio-registrar ] || JOBS=8
        mapfile -t quick < <(quick_ones)
        set -- "$1" "${quick[@]}" ;;
    linphone) POOL=20 SLACK=1 ;; # one call at a time; it leaves much unsaid
    twinkle) # one call at a time; there is much that it does not outlive
        POOL=6 FRESH=yes SLACK=1 ;;
    sipp-uac) # answers at once or never, and one call at a time
        POOL=4 SLACK=0.5
        set -- "$1" redirect/301-basic redirect/no-contact \
            transaction/{ack-after-2xx-repeat,ack-by-record-route,trying-with-tag} ;;
    esac
    # waits a minute and a half to say that they wait still
    case $1 in
    baresip | linphone) LEAVE='^transfer/blind-no-answer' ;;
    # and dies at 60 000 bytes, wherever they stand
    twinkle) LEAVE='^transfer/blind-no-answer|^issuer/bad-notify' ;;
    esac
    play_all "$@"
}

# as_told NAME: prints where the play and the device's table disagree.
as_told()
{
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/expected.sh"
    expected_differences "$(expected_table "$1")" "$played/out/result.json"
}

# assert_told NAME: no row of the table is missing, and none is too much.
assert_told()
{
    cat "$played/said" # seen only where this test fails
    run -0 as_told "$1"
    assert_output ''
}

# assert_played NAME: a run that fails as the table says, on a device that has
# lived and said nothing of trouble.
assert_played()
{
    assert_told "$1"
    run -0 cat "$played/status"
    assert_output 1
    assert_silent
}

# assert_part FOLDER NAME: some scenarios, played into FOLDER of this file.
assert_part()
{
    played=$BATS_FILE_TMPDIR/$1
    PART=0 assert_told "$2"
}

assert_silent()
{
    run -0 last_words
    assert_output ''
}

# jq_result FILTER: over result.json, raw
jq_result()
{
    jq -r "$1" "$played/out/result.json"
}

# deviations [RULE]: one line a scenario: its id, its verdict, and the rules of
# all findings; of a finding without a rule its kind. What breaks RULE alone is
# left out, and RULE everywhere.
deviations()
{
    jq_result '.scenarios[] | select(.verdict | IN("pass", "skip") | not)
        | {id, verdict, rules: ([.. | objects | select(has("kind"))
            | select(.verdict | IN("fail", "warn", "inconclusive", "error"))
            | if .reqs | length > 0 then .reqs[] else .kind end]
          | unique - ["'"${1-}"'"])}
        | select(.rules != [])
        | [.id, .verdict] + .rules | join(" ")' | LC_ALL=C sort
}

# rounds: how often it was led round by a redirection to itself
rounds()
{
    jq_result '.scenarios[]
        | select(.id == "redirect/loop-self-and-pair#self")
        | .. | objects | select(.expr? == "R.count is 0") | .got'
}

# ids_played: of all that was played
ids_played()
{
    jq_result '.scenarios[] | select(.verdict != "skip") | .id' |
        LC_ALL=C sort
}

# with_finding RULE: the scenarios in which it was broken
with_finding()
{
    jq_result '.scenarios[] | select([.. | objects
            | select(has("kind") and (.verdict | IN("fail", "warn")))
            | .reqs[]] | index("'"$1"'")) | .id' | LC_ALL=C sort
}

# where_wire FUNCTION: the scenarios for which it prints 1
where_wire()
{
    local id
    while read -r id; do
        [[ $("$1" "$id") == 0 ]] || echo "$id"
    done < <(ids_played)
}

# wire_says ID PROGRAM: the program has functions message() and finish(); it
# finds in `party`, `out` and `repeat` whose message it is, in `start` its
# first line and in `head[NAME]` its header fields (of several the first).
wire_says()
{
    tr -d '\r' <"$played/out/$1/messages.txt" | awk '
        function done() { if (n) message() }
        /^---- [0-9]+ / {
            done(); n = $2; party = $5; out = $6 == "->"
            repeat = / repeat /; split("", head); start = ""; body = 0
            next
        }
        start == "" { start = $0; next }
        $0 == "" { body = 1 }
        !body {
            name = $0; sub(/:.*/, "", name)
            value = $0; sub(/[^:]*: */, "", value)
            if (!(name in head)) head[name] = value
        }
        END { done(); finish() }
        '"$2"
}

# wire_has ID CONDITION: 1 where it holds for a message of the device, else 0
wire_has()
{
    wire_says "$1" '
        function message() { if (!out && ('"$2"')) seen = 1 }
        function finish() { print seen + 0 }'
}

# last_words: what the device said that was not asked of it: its end, its log.
# A port that was taken is no trouble: another one was found.
last_words()
{
    sed '/: address in use$/d' "$played/device"
}

# refer_off NAME STATUS: the telephone is told to refuse REFER, and does. To
# refuse what the device file claims is a failure, else it is a skip.
refer_off()
{
    played=$BATS_TEST_TMPDIR/claimed
    mkdir "$played"
    NO_REFER=yes play_all "$1" refer/basic-in-dialog
    run -0 jq_result '.scenarios[].verdict'
    assert_output fail
    played=$BATS_TEST_TMPDIR/unclaimed
    mkdir "$played"
    NO_REFER=yes UNCLAIMED=refer play_all "$1" refer/basic-in-dialog
    run -0 jq_result '.scenarios[] | .verdict + " " + .reason'
    assert_output --partial "skip REFER refused with $2"
}
