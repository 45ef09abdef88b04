# What a result.json may hold, and what it must: run with
#	jq -e -f schema.jq result.json
# The first thing that is wrong ends it with a message. The format is described
# at the top of harness/report/result_json.c.

def wrong($where): error("\($where): \(tojson[0:200])");

# members WHERE MUST MAY: objects of names and types
def members($where; $must; $may):
    if type != "object" then wrong($where) else . end
    | . as $it
    | ($must | to_entries[] | select($it[.key] == null)
        | error("\($where) has no \(.key)")),
      ($it | to_entries[]
        | . as $m
        | ($must + $may + { bytes: "array" })[$m.key] as $type
        | if $type == null then error("\($where) has \($m.key)")
          elif ($m.value | type) != $type
          then error("\($where).\($m.key) is no \($type)")
          else empty end);

def one_of($where; $words):
    . as $it
    | if ($words | index([$it])) == null then wrong($where) else empty end;

def verdicts: ["not reached", "skip", "pass", "warn", "known",
    "inconclusive", "fail", "error", "not run"];
def kinds: ["line", "check", "late", "after", "guard", "monitor", "liveness",
    "unexpected", "preamble", "trigger", "branch", "error", "problem",
    "note"];

def strings($names): reduce $names[] as $n ({}; . + { ($n): "string" });
def numbers($names): reduce $names[] as $n ({}; . + { ($n): "number" });

def finding($where):
    members($where; strings(["kind", "verdict"]) + { reqs: "array" };
        strings(["expr", "level", "wanted", "got", "detail", "reason",
            "phase", "file", "message"]) +
        numbers(["line", "used", "rec", "t"])),
    (.kind | one_of("\($where).kind"; kinds)),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.level // "may" | one_of("\($where).level"; ["must", "should", "may"])),
    (.reqs[] | if type != "string" then wrong("\($where).reqs")
        else empty end);

def step($where):
    members($where; { op: "number", verdict: "string", reqs: "array",
            checks: "array" };
        strings(["label", "file", "arrow"]) + numbers(["line", "t"])),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (.checks[] | finding("\($where).checks"));

def failed_play($where):
    members($where; { play: "number", verdict: "string", ms: "number" };
        { reason: "string", worst: "object" }),
    (.worst // empty | finding("\($where).worst"));

def scenario($where; $parts):
    members($where;
        strings(["id", "verdict"]) + { ms: "number" } +
        { steps: "array", unexpected: "array", monitors: "array",
            others: "array", repeats: "number", plays: "number" };
        strings(["scenario", "file", "title", "reason", "phase", "seed"]) +
        numbers(["part", "automatic", "monitor_checks", "unexpected_count",
            "play"]) +
        { known: "object", verdicts: "object", failed_plays: "array" }),
    (.verdict | one_of("\($where).verdict"; verdicts)),
    (select((.part // 0) > $parts) | error("\($where).part is too large")),
    (.steps[] | step("\($where).steps")),
    ((.unexpected, .monitors, .others)[] | finding("\($where)'s findings")),
    (.verdicts // {} | keys[] | one_of("\($where).verdicts"; verdicts)),
    (.failed_plays // [] | .[] | failed_play("\($where).failed_plays"));

def head($where):
    (.device | members("\($where)device"; {};
        strings(["name", "address", "version"]))),
    (.run | members("\($where)run"; { planned: "number" };
        strings(["version", "transport", "edition", "seed", "slack",
            "started", "command", "bail"]) +
        { strict: "boolean", interrupted: "boolean",
            allow_inconclusive: "boolean" }));

[
    members("the result";
        { sipladder: "number", device: "object", run: "object",
            scenarios: "array" };
        { parts: "array" }),
    (if .sipladder != 1 then error("version \(.sipladder)") else empty end),
    head(""),
    (.parts // [] | .[] | head("a part's ")),
    ((.parts // [] | length) as $parts
        | .scenarios | to_entries[]
        | .key as $n | .value | scenario("scenario \($n + 1)"; $parts)),
    (.scenarios | map(.id) | group_by(.) | .[] | select(length > 1)
        | error("\(.[0]) is there twice"))
] | length == 0
