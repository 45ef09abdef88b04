# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the tests of real devices share: the whole library is played once a
# device, then each test looks at what came of it.
#
#	played=DIR; play_all NAME [what..]	in setup_file, or in a test
#	deviations [RULE]	what did not pass, and the rules it broke
#	skipped			what was not played, and why
#	last_words		what the device said in trouble
#	wire_says ID PROGRAM	awk over the messages of one scenario
#
# A scenario that stands in no table of a test must have passed: a new one
# needs no line here as long as the device is right.

# Where play_all leaves and the others find what came of it.
played=${BATS_FILE_TMPDIR-}

# play_all NAME [what..]: starts the device, plays, stops it. Its status, what
# it said and the folder "out" are then in $played.
play_all()
{
    local status=0 name=$1
    shift
    # shellcheck source=/dev/null
    source "$ROOT/ci/lib/device.sh"
    export SIPLADDER_SCENARIOS=$ROOT/scenarios
    start_device "$name" 2>"$played/device" || return
    # shellcheck disable=SC2154 # start_device sets it
    "$SIPLADDER" run -d "$device_dut" --slack "${SLACK:-2}" \
        -o "$played/out" "$@" >"$played/said" 2>&1 || status=$?
    echo "$status" >"$played/status"
    # it must have lived until now, and must end when told
    stop_device || echo dead >>"$played/device"
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

# The skipped ones that are meant for this role.
skipped()
{
    jq_result '.scenarios[] | select(.verdict == "skip")
        | select(.reason | test("^for .*, and .* is ") | not)
        | .id + ": " + .reason' | LC_ALL=C sort
}

# Lines as deviations() sorts them; lines of one scenario become one.
table()
{
    awk 'NF { if ($2 == "fail" || !($1 in verdict)) verdict[$1] = $2
            for (i = 3; i <= NF; i++) if (!seen[$1, $i]++)
                rules[$1] = rules[$1] " " $i }
        END { for (id in verdict) {
                n = split(rules[id], list)
                for (i = 2; i <= n; i++)
                    for (j = i; j > 1 && list[j] < list[j - 1]; j--) {
                        t = list[j]; list[j] = list[j - 1]; list[j - 1] = t
                    }
                line = id " " verdict[id]
                for (i = 1; i <= n; i++) line = line " " list[i]
                print line } }' | LC_ALL=C sort
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

# last_words: what the device said that was not asked of it: its end, its log.
# A port that was taken is no trouble: another one was found.
last_words()
{
    sed '/: address in use$/d' "$played/device"
}
