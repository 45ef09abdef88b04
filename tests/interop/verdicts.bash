# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the tests of real devices share: the whole library is played once a
# device, then each test looks at what came of it.
#
#	play_all NAME [what..]		in setup_file
#	deviations			what did not pass, and the rules it broke
#	skipped				what was not played, and why
#
# A scenario that stands in no table of a test must have passed: a new one
# needs no line here as long as the device is right.

# play_all NAME [what..]: starts the device, plays, stops it. The result is in
# $BATS_FILE_TMPDIR/out; what the terminal said in $BATS_FILE_TMPDIR/said.
play_all()
{
    local status=0 name=$1
    shift
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/device.sh"
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    start_device "$name" || return
    # shellcheck disable=SC2154 # start_device sets it
    "$SIPLADDER" run -d "$device_dut" --slack "${SLACK:-3}" \
        -o "$BATS_FILE_TMPDIR/out" "$@" >"$BATS_FILE_TMPDIR/said" 2>&1 ||
        status=$?
    echo "$status" >"$BATS_FILE_TMPDIR/status"
    # it must have lived until now, and must end when told
    stop_device || echo "$name: not alive" >>"$BATS_FILE_TMPDIR/said"
}

# jq_result FILTER: over result.json, raw
jq_result()
{
    jq -r "$1" "$BATS_FILE_TMPDIR/out/result.json"
}

# One line a scenario: its id, its verdict, and the rules of all findings; of
# a finding without a rule its kind.
deviations()
{
    jq_result '.scenarios[] | select(.verdict | IN("pass", "skip") | not)
        | [.id, .verdict] + ([.. | objects | select(has("kind"))
            | select(.verdict | IN("fail", "warn", "inconclusive", "error"))
            | if .reqs | length > 0 then .reqs[] else .kind end]
          | unique) | join(" ")' | sort
}

# The skipped ones that are meant for this role.
skipped()
{
    jq_result '.scenarios[] | select(.verdict == "skip")
        | select(.reason | contains("is not in the role") | not)
        | .id + ": " + .reason' | sort
}

# The text of the test as lines to compare with, sorted likewise.
table()
{
    grep . | sort
}

# wire_says FILE PROGRAM: runs awk over messages.txt; the program finds in
# `party`, `out` and `repeat` whose message it is and in `head[NAME]` its
# header lines, first ones; `start` is its first line, `n` its number.
wire_says()
{
    tr -d '\r' <"$1" | awk '
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
