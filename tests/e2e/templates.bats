#!/usr/bin/env bats
# The pipelines of ci/templates: their commands, taken out as they stand and
# carried out part by part against a stub, make one report of all.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

# A checkout whose build has been done, and a catalogue of nine rows.
setup() {
    load lib
    e2e_setup
    templates=$ROOT/ci/templates
    few=(refer/declined refer/two-refer-to refer/no-refer-to)
    mkdir -p checkout/build/release bin scenarios/refer
    ln -s "$ROOT/ci" "$ROOT/CMakePresets.json" checkout
    ln -s "$SIPLADDER" checkout/build/release/sipladder
    ln -s "$SIPLADDER" bin/sipladder
    for each in std catalogue "${few[@]/%/.ladder}"; do
        ln -s "$ROOT/scenarios/$each" "scenarios/$each"
    done
    export SIPLADDER_SCENARIOS=$PWD/scenarios PATH=$PWD/bin:$PATH
    # what it is told to build is a preset
    sed 's/^    //' >bin/cmake <<'END'
    #!/bin/sh
    jq -e --arg p "${*##*preset }" 'any(.configurePresets[]; .name == $p)' \
        CMakePresets.json >/dev/null
END
    chmod +x bin/cmake
    phone --fault two-refer-to-accepted
    sed "s/^address.*/address ${address#udp:}/" "$ROOT/stubs/phone.dut" \
        >checkout/my-device.dut
    cd checkout || return
}

teardown() {
    e2e_teardown
}

# as_json FILE: a YAML file, a line a document
as_json() {
    perl -MYAML::XS=LoadFile -MJSON::PP -e '$YAML::XS::Boolean = "JSON::PP";
        print JSON::PP->new->canonical->encode($_), "\n" for LoadFile(shift)' \
        "$1"
}

# assert_whole FOLDER: all parts are in its one report and on its one page
assert_whole() {
    local list
    list=$("$SIPLADDER" list | cut -d ' ' -f 1 | LC_ALL=C sort)
    xmllint --noout --schema "$ROOT/tests/golden/report/junit.xsd" \
        "$1/junit.xml"
    assert_equal "$(xmllint --xpath '//testsuite/@name' "$1/junit.xml" |
        sed 's/.*"\(.*\)"/\1/')" "$list"
    assert_equal "$(grep -oP '<span class="id">\K[^<]*' "$1/report.html")" \
        "$list"
    grep -q 'wanted status is 400, got 202' "$1/junit.xml"
}

# parts FUNCTION N..: plays the parts, each in a checkout of its own, all at once;
# what they leave is put together here. Some of them fail as scenarios do.
parts() {
    local play=$1 n worst=0 status
    local -A pids_of=()
    shift
    for n; do
        cp -a . "../at$n"
        (cd "../at$n" && "$play" "$n") >"../log$n" 2>&1 3>&- &
        pids_of[$n]=$!
    done
    for n; do
        status=0
        wait "${pids_of[$n]}" || status=$?
        ((status <= 1)) || fail "$(cat "../log$n")"
        ((status <= worst)) || worst=$status
    done
    assert_equal "$worst" "${worst_wanted:-1}"
    mkdir -p out
    for n; do
        [ ! -e "../at$n/out" ] || cp -r "../at$n/out/." out
    done
}

@test "GitHub Actions" {
    as_json "$templates/github-actions.yml" >../pipeline
    # each step is a shell of its own, in a container: sh -e
    steps() { # JOB [PART]
        local step
        jq -r --arg job "$1" '.jobs[$job].steps[].run // empty' ../pipeline |
            sed "s/\${{ matrix.part }}/${2-}/g" >steps
        while IFS= read -r step; do
            DUT=$(jq -r .env.DUT ../pipeline) sh -ec "$step" </dev/null ||
                return
        done <steps
    }
    play() { steps play "$1"; }
    # shellcheck disable=SC2046 # numbers
    parts play $(jq -r '.jobs.play.strategy.matrix.part[]' ../pipeline)
    assert_equal "$(jq -r '.jobs.play.strategy["fail-fast"],
        .jobs.report.if' ../pipeline | xargs)" 'false always()'
    steps report
    assert_whole out
}

@test "GitLab" {
    local n
    as_json "$templates/gitlab-ci.yml" >../pipeline
    script() { # JOB: all lines of it are one shell
        jq -r --arg job "$1" '.[$job].script[]' ../pipeline >script
        DUT=$(jq -r .variables.DUT ../pipeline) sh -e script </dev/null
    }
    play() { CI_NODE_INDEX=$1 script play; }
    script build
    CI_NODE_TOTAL=$(jq .play.parallel ../pipeline)
    export CI_NODE_TOTAL
    # shellcheck disable=SC2046 # numbers
    parts play $(seq "$CI_NODE_TOTAL")
    script report
    assert_whole out
    # what is kept is there, and the ladders that the report names
    { jq -r '.[].artifacts? // empty | (.paths // [])[],
        (.reports.junit // empty)' ../pipeline &&
        grep -oP '\[\[ATTACHMENT\|\K[^]]*' out/junit.xml; } >named
    (($(wc -l <named) > 5))
    while read -r n; do
        [ -e "$n" ] || fail "no $n"
    done <named
}

@test "Jenkins" {
    local n
    # the strings that sh is given, as Groovy reads them
    perl -0ne 's/\\\n//g; while (/sh ("""|\x27{3}|\x27)(.*?)\1/gs) {
        my ($quote, $text) = ($1, $2); $text =~ s/\\\$/\$/g;
        print "$text\n" }' "$templates/Jenkinsfile" >../all
    # those of the report stand before those of a part
    sed '/sipladder report/q' ../all >../report
    sed '1,/sipladder report/d' ../all >../play
    assert_equal "$(grep -c sipladder ../play)" 1
    n=$(sed -n 's/^def parts = //p' "$templates/Jenkinsfile")
    play() {
        sed "s/\${part}/$1/g; s/\${parts}/$n/g" ../play >script
        DUT=my-device.dut sh -e script
    }
    # shellcheck disable=SC2046 # numbers
    parts play $(seq "$n")
    # unstashed after what lay there was removed
    assert_equal "$(head -n 1 ../report)" 'rm -rf out'
    sed 1d ../report | sh -e
    assert_whole out
}

@test "Kubernetes" {
    as_json "$templates/kubernetes.yaml" >../pipeline
    assert_equal "$(jq -r '.kind + ":" + .metadata.labels.step' ../pipeline |
        xargs)" 'Job:play Job:report'
    mkdir ../results ../dut
    mv my-device.dut ../dut
    container() { # N: the command of a job, with its volumes beside us
        local words
        mapfile -t words < <(jq -rs --argjson n "$1" '.[$n].spec.template.spec
            .containers[0].command[]' "$BATS_TEST_TMPDIR/pipeline" |
            sed "s|/results|$BATS_TEST_TMPDIR/results|g
                s|/dut/|$BATS_TEST_TMPDIR/dut/|g")
        "${words[@]}"
    }
    play() { JOB_COMPLETION_INDEX=$1 container 0; }
    # failed scenarios are no failure of a pod
    # shellcheck disable=SC2046 # numbers
    worst_wanted=0 parts play $(seq 0 \
        $(($(jq -s '.[0].spec.completions' ../pipeline) - 1)))
    container 1
    assert_whole ../results
    # a part that could not be played is one
    mv ../dut ../elsewhere
    run -1 play 0
}
