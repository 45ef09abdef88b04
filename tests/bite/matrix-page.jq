# The table of matrix.jq -> a page to be read (Markdown).

# some LIMIT: so many names, and how many more
def some($limit):
    if length > $limit then
        (.[:$limit] | join(", ")) + " and \(length - $limit) more"
    else join(", ") end;

def cell: gsub("\\|"; "\\|");

# both devices of a fault in one line
def merged: group_by(.fault) | map(.[0].named as $named | {
    fault: .[0].fault, what: .[0].what, requirement: .[0].requirement,
    named: .[0].named, devices: map(.device) | join(" "),
    missed: [.[] | select(.at == []) | .device],
    at: (map(.at[]) | unique - [$named]),
    elsewhere: (map(.elsewhere[]) | unique)} | .elsewhere -= .at
    | .elsewhere -= [.named]);

.scenarios as $rows |
"# Which scenario notices which fault",
"",
"Each fault of the stubs, on each device that may have it, is played against",
"every scenario that fits the device. Made by",
"",
"    tests/bite/matrix -p tests/bite/MATRIX.md",
"",
"which takes about twelve minutes on two cores, goes on where it was interrupted,",
"and leaves `build/matrix/matrix.json` and `matrix.csv` with every cell and the",
"checks that failed in it. The pairs that faults and scenarios name are tested",
"on every build (`bite.faults`); this is the rest.",
"",
"* **Score**: \(.score.caught) of \(.score.faults) faults are caught at the check that they name (\(.score.caught_columns) of",
"  \(.score.columns) with the devices that have them), \(.score.home) by the very scenario that they name.",
"* \($rows | length) scenarios; \($rows | map(select(.at != [])) | length) of them notice a fault at its check. Those of `proxy/` are played",
"  with Kamailio, in `tests/interop`.",
"* \(.score.plays) plays with a fault, of which \(.score.cells) failed.",
"* Correct devices: \(if .correct == [] then "all that was played passes" else .correct | map("\(.scenario) (\(.device)) \(.verdict)") | join(", ") end).",
"",
"*At its check* means: a finding that fails carries the requirement that the",
"fault names. *Elsewhere* means that the scenario fails for this fault, but for",
"another reason: what a mistake brings with it. A play that fails elsewhere was",
"repeated alone, with a device of its own.",
"",
"## By scenario",
"",
"| scenario | faults noticed at their check | and elsewhere |",
"|---|---|---|",
($rows[] | "| \(.scenario) | \(.at | some(6)) | \(.elsewhere | some(4)) |"),
"",
"## By fault",
"",
"| fault | device | requirement | its scenario | others at this check | elsewhere |",
"|---|---|---|---|---|---|",
(.faults | merged[] | "| \(.fault)\(if .missed != [] then " **(missed: \(.missed | join(" ")))**" else "" end) | \(.devices) | \(.requirement) | \(.named) | \(.at | some(4)) | \(.elsewhere | some(4)) |")
