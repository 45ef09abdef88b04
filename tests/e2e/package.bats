#!/usr/bin/env bats
# The Debian package: the same bytes from two folders, and a program that finds
# its scenarios where it was installed.
bats_require_minimum_version 1.8.0

setup() {
    bats_load_library bats-support
    bats_load_library bats-assert
    cd "$BATS_TEST_TMPDIR" || exit
    unset SIPLADDER_SCENARIOS
}

# copy FOLDER: the sources, without what was built of them
copy() {
    mkdir "$1"
    tar -C "$ROOT" -c --exclude=./build --exclude=./out --exclude=./.git . |
        tar -C "$1" -x
}

@test "two builds in two folders give one package, and it can be used" {
    copy one
    copy another
    # optimised less than what is given away, and linked in the same way
    local quick='-DCMAKE_C_FLAGS_RELWITHDEBINFO=-O1 -g1'
    first=$(one/ci/package build/package "$quick" 2>log) || fail "$(cat log)"
    second=$(another/ci/package "$PWD/elsewhere" "$quick" 2>log) || fail "$(cat log)"
    cmp "$first" "$second"

    run lintian --allow-root --fail-on error "$first"
    assert_success

    dpkg-deb -x "$first" root
    run -0 root/usr/bin/sipladder list redirect
    assert_output --partial redirect/301-basic
    run -0 root/usr/bin/sipladder --version
    assert_output "sipladder $(sed -n 's/^project(.* VERSION \([0-9.]*\).*/\1/p' "$ROOT/CMakeLists.txt")"
    grep -q "^## ${output#sipladder } " "$ROOT/CHANGELOG.md"
    gzip -t root/usr/share/man/man1/sipladder.1.gz root/usr/share/man/man5/*.gz
    [ -s root/usr/share/man/man5/sipladder-results.5.gz ]
}
