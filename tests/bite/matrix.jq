# The columns that matrix.sh has played -> the table: every cell that did not
# pass, what each fault and each scenario makes of it, and the score.
#
# $columns: what is to be played, [{fault, device, requirement, named}]
# $what: what each fault breaks; $scenarios: the names of all, a line each

def row: sub("#.*"; "");

($columns[0] | map({key: "\(.fault).\(.device)", value: .}) | from_entries)
    as $of |
(map({key: "\(.fault).\(.device)", value: .}) | from_entries) as $played |
[.[] | . as $c | $of["\(.fault).\(.device)"] as $f | select($f) | .cells[] | {
    fault: $c.fault, device: $c.device, requirement: $f.requirement, scenario,
    row: (.scenario | row), verdict,
    # at the check that the fault names
    named: (.verdict == "fail" and (.at | index($f.requirement) != null)),
    home: ((.scenario | row) == $f.named),
    alone, at, how, together}] as $cells |
($cells | group_by("\(.fault).\(.device)") |
    map({key: "\(.[0].fault).\(.[0].device)", value: .}) | from_entries)
    as $by |
[$columns[0][] | select(.fault != "correct") | . as $f |
    ($by["\(.fault).\(.device)"] // []) as $c | $f + {
        what: $what[0][.fault],
        played: ($played["\(.fault).\(.device)"].played),
        died: ($played["\(.fault).\(.device)"].died),
        home: any($c[]; .home and .named),
        at: [$c[] | select(.named) | .row] | unique,
        elsewhere: [$c[] | select(.verdict == "fail" and (.named | not)) |
            .row] | unique,
        open: [$c[] | select(.verdict != "fail" and .verdict != "pass") |
            .row] | unique,
        together: [$c[] | select(.verdict == "pass") | .row] | unique}
    | .elsewhere -= .at] as $faults |
[$scenarios | split("\n")[] | select(. != "") | . as $s | {
    scenario: $s,
    at: [$faults[] | select(.at | index($s)) | .fault] | unique,
    elsewhere: [$faults[] | select(.elsewhere | index($s)) | .fault] |
        unique}] as $rows |
($faults | group_by(.fault)) as $each |
{
    correct: [$cells[] | select(.fault == "correct")],
    score: {
        faults: ($each | length),
        caught: [$each[] | select(all(.at != []))] | length,
        columns: ($faults | length),
        caught_columns: [$faults[] | select(.at != [])] | length,
        home: [$faults[] | select(.home)] | length,
        missing: [$columns[0][] | "\(.fault).\(.device)" |
            select($played[.] | not)],
        plays: ([$faults[].played // 0] | add),
        cells: [$cells[] | select(.verdict == "fail")] | length},
    faults: $faults,
    scenarios: $rows,
    cells: [$cells[] | select(.fault != "correct")]
} |
.whole = (.score.caught == .score.faults and .score.missing == [] and
    .correct == []) |
.summary = (.score | [
    "\(.caught) of \(.faults) faults are caught at the check that they name, " +
        "\(.caught_columns) of \(.columns) with the devices that have them",
    "\(.home) of \(.columns) by the scenario that they name",
    (.missing | select(. != []) | "not played: \(join(" "))")]) + [
    (.correct[] | "correct \(.device): \(.scenario) \(.verdict)"),
    (.faults[] | select(.at == []) | "not caught: \(.fault) (\(.device))")]
