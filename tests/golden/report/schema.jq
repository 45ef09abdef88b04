# What a result.json may hold, and what it must: run with
#	jq -e -f schema.jq result.json
# The first thing that is wrong ends it with a message. The format is described
# in sipladder-results(5), whose members are compared with the shapes below.

def strings($names): reduce $names[] as $n ({}; . + { ($n): "string" });
def numbers($names): reduce $names[] as $n ({}; . + { ($n): "number" });

# The objects there are: members that must be there, members that may.
def shapes: {
    result: {
        must: { sipladder: "number", device: "object", run: "object",
            scenarios: "array" },
        may: { parts: "array" } },
    device: { must: {}, may: strings(["name", "address", "version"]) },
    run: {
        must: { planned: "number" },
        may: (strings(["version", "transport", "edition", "seed", "slack",
            "started", "command", "bail"]) + { strict: "boolean",
            interrupted: "boolean", allow_inconclusive: "boolean" }) },
    part: { must: { device: "object", run: "object" }, may: {} },
    scenario: {
        must: (strings(["id", "verdict"]) + { ms: "number", steps: "array",
            unexpected: "array", monitors: "array", others: "array",
            repeats: "number", plays: "number" }),
        may: (strings(["scenario", "file", "title", "reason", "phase",
            "seed"]) + numbers(["part", "automatic", "monitor_checks",
            "unexpected_count", "play"]) + { known: "object",
            verdicts: "object", failed_plays: "array" }) },
    known: { must: {}, may: strings(["reason", "until"]) },
    step: {
        must: { op: "number", verdict: "string", reqs: "array",
            checks: "array" },
        may: (strings(["label", "file", "arrow"]) + numbers(["line", "t"])) },
    finding: {
        must: (strings(["kind", "verdict"]) + { reqs: "array" }),
        may: (strings(["expr", "level", "wanted", "got", "detail", "reason",
            "phase", "file", "message"]) +
            numbers(["line", "used", "rec", "t"]) +
            { apart: "array" }) },
    apart: { must: strings(["id", "verdict"]),
        may: strings(["level", "reason"]) },
    play: {
        must: { play: "number", verdict: "string", ms: "number" },
        may: { reason: "string", worst: "object" } }
};

def verdicts: ["not reached", "skip", "pass", "warn", "known",
    "inconclusive", "fail", "error", "not run"];
def kinds: ["line", "check", "late", "after", "guard", "monitor", "liveness",
    "unexpected", "preamble", "trigger", "branch", "error", "problem",
    "note"];

def wrong($where): error("\($where): \(tojson[0:200])");

# members WHERE SHAPE: what the shape asks for, and nothing else
def members($where; $shape):
    if type != "object" then wrong($where) else . end
    | . as $it
    | shapes[$shape] as $s
    | ($s.must | to_entries[] | select($it[.key] == null)
        | error("\($where) has no \(.key)")),
      ($it | to_entries[]
        | . as $m
        | ($s.must + $s.may + { bytes: "array" })[$m.key] as $type
        | if $type == null then error("\($where) has \($m.key)")
          elif ($m.value | type) != $type
          then error("\($where).\($m.key) is no \($type)")
          else empty end);

def one_of($where; $words):
    . as $it
    | if ($words | index([$it])) == null then wrong($where) else empty end;

def apart($where; $reqs):
    members($where; "apart"),
    (.id | one_of("\($where).id"; $reqs)),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.level // "may" | one_of("\($where).level"; ["must", "should", "may"]));

def finding($where):
    members($where; "finding"),
    (.kind | one_of("\($where).kind"; kinds)),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.level // "may" | one_of("\($where).level"; ["must", "should", "may"])),
    (.reqs[] | if type != "string" then wrong("\($where).reqs")
        else empty end),
    (.reqs as $reqs | .apart[]? | apart("\($where).apart"; $reqs));

def step($where):
    members($where; "step"),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.checks[] | finding("\($where).checks"));

def failed_play($where):
    members($where; "play"),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.worst // empty | finding("\($where).worst"));

def scenario($where; $parts):
    members($where; "scenario"),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.known // empty | members("\($where).known"; "known")),
    (select((.part // 0) > $parts) | error("\($where).part is too large")),
    (.steps[] | step("\($where).steps")),
    ((.unexpected, .monitors, .others)[] | finding("\($where)'s findings")),
    (.verdicts // {} | keys[] | one_of("\($where).verdicts"; verdicts)),
    (.failed_plays // [] | .[] | failed_play("\($where).failed_plays"));

def head($where):
    (.device | members("\($where)device"; "device")),
    (.run | members("\($where)run"; "run"));

[
    members("the result"; "result"),
    (if .sipladder != 1 then error("version \(.sipladder)") else empty end),
    head(""),
    (.parts // [] | .[] | members("a part"; "part"), head("a part's ")),
    ((.parts // [] | length) as $parts
        | .scenarios | to_entries[]
        | .key as $n | .value | scenario("scenario \($n + 1)"; $parts)),
    (.scenarios | map(.id) | group_by(.) | .[] | select(length > 1)
        | error("\(.[0]) is there twice"))
] | length == 0
