#!/usr/bin/env bats
# probe: a set-up before anything is tested, sound and broken in each way.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0
load lib

setup() {
    e2e_setup
}

teardown() {
    e2e_teardown
}

pbx() {
    start "$STUB" pbx --password alice=right --password bob=right
    cat >pbx.dut <<END
device     pbx
address    ${address#udp:}
transport  udp
role       b2bua registrar
claims     refer
calls      route
domain     pbx.test
bind       127.0.0.1..127.0.0.3
$(printf '%s\n' "$@")
END
}

# probe STATUS flags..
probe() {
    local status=$1
    shift
    run "-$status" timeout 60 "$SIPLADDER" probe "$@"
}

@test "a phone that answers: sound, and what it says of itself" {
    phone
    probe 0 --to "$address"
    assert_line --regexp '^ok +udp +127.0.0.1:[0-9]+ answers OPTIONS$'
    assert_line --regexp '^ok +bind '
    assert_line --regexp '^note +advertises +Allow: INVITE, .*REFER'
    assert_line --regexp '^note +advertises +Supported: replaces, norefersub, tdialog$'
    assert_line --regexp '^note +advertises +Allow-Events: refer$'
    assert_line 'the set-up is sound'
}

@test "the files of the stubs suit the stubs" {
    phone
    probe 0 -d "$ROOT/stubs/phone.dut" --to "$address"
    assert_line --regexp '^ok +trigger transfer +tcp'
    refute_output --regexp 'WRONG|could claim|does not list'
    start "$STUB" pbx
    probe 0 -d "$ROOT/stubs/pbx.dut" --to "$address"
    refute_output --regexp 'WRONG|could claim|does not list'
}

@test "nobody there: said once, with what to do, exit 4" {
    phone
    kill "$pid"
    wait "$pid" || :
    probe 4 -d "$ROOT/stubs/phone.dut" --to "$address"
    assert_line --regexp '^WRONG +udp .*the port is closed'
    assert_line --regexp '^ +start the device, or correct address'
    assert_line '1 thing is wrong'
}

@test "each transport of the file is asked" {
    phone --transport udp
    sed "s/^address .*/address ${address#udp:}/; s/^transport .*/transport udp tcp/" \
        "$ROOT/stubs/phone.dut" >phone.dut
    probe 4 -d phone.dut
    assert_line --regexp '^ok +udp '
    assert_line --regexp '^WRONG +tcp '
    assert_line --regexp '^note +advertises'
    probe 0 -d phone.dut -t udp
}

@test "users register, or are told apart" {
    pbx 'user alice alice password right' 'user bob bob password wrong'
    probe 4 -d pbx.dut
    assert_line --regexp '^ok +user alice +registers as alice$'
    assert_line --regexp '^WRONG +user bob +REGISTER of bob was answered 40[137]'
    refute_output --partial wrong:
    assert_line '1 thing is wrong'
}

@test "addresses that this machine has not" {
    pbx
    sed -i 's/^bind .*/bind 192.0.2.1..192.0.2.3/' pbx.dut
    probe 4 -d pbx.dut
    assert_line --regexp '^WRONG +bind +no party can have 192.0.2.1: '
}

@test "claims against what is advertised" {
    pbx 'claims tdialog' 'lacks replaces'
    probe 0 -d pbx.dut
    assert_line --regexp '^note +claims +tdialog, but its Supported does not list tdialog$'
    assert_line --regexp '^note +lacks +replaces, but its Supported lists replaces$'
    assert_line --regexp '^note +could claim +norefersub: its Supported lists'
}

@test "triggers: programs and ports that are not there, claims without one" {
    # shellcheck disable=SC2031 # of pbx
    pbx 'claims state-reset' 'trigger one run "./not-there {target}"' \
        'trigger two tcp 127.0.0.1:1 "x"' \
        'trigger three sh "true"' 'trigger four ask "Call {target}"'
    probe 4 -d pbx.dut
    assert_line --regexp '^WRONG +trigger one +./not-there: No such file'
    assert_line --regexp '^WRONG +trigger two +127.0.0.1:1: Connection refused'
    assert_line --regexp '^ok +trigger three +sh$'
    assert_line --regexp '^note +trigger four +interactive'
    assert_line --regexp '^WRONG +claims +state-reset wants a trigger "reset"'
    assert_line '3 things are wrong'
}

@test "a device that is started for it, and one that does not start" {
    phone
    kill "$pid"
    wait "$pid" || :
    sed "s/^address .*/address ${address#udp:}/" "$ROOT/stubs/phone.dut" >phone.dut
    echo "start \"echo \$\$ >pid; exec '$STUB' ua --listen ${address#udp:}\" ready line" >>phone.dut
    probe 0 -d phone.dut
    assert_line --regexp '^ok +start '
    run ! kill -0 "$(cat pid)"
    sed -i 's/^start .*/start "echo no licence; exit 3" ready line/' phone.dut
    probe 4 -d phone.dut
    assert_line --regexp '^WRONG +start .*ended with status 3 .*no licence$'
}

@test "--write: a file that check and probe accept, never over another" {
    for kind in ua pbx; do
        start "$STUB" "$kind"
        probe 0 --to "$address" --write "$kind.dut"
        run -0 "$SIPLADDER" check "$kind.dut"
        assert_output --partial 'nothing wrong'
        probe 0 -d "$kind.dut"
        probe 2 --to "$address" --write "$kind.dut"
        assert_output --partial 'is there already; nothing was written'
    done
    grep -q '^claims     refer replaces norefersub' ua.dut
    grep -q '^role       b2bua registrar' pbx.dut
    run -0 "$SIPLADDER" run -d ua.dut refer/basic-in-dialog
}

@test "--write: nothing where nobody answers" {
    phone
    kill "$pid"
    wait "$pid" || :
    probe 4 --to "$address" --write new.dut
    assert_output --partial 'nobody answers, so new.dut is not written'
    [ ! -e new.dut ]
}

# answers TYPE CODE: a server that does with each first bytes in $_ what CODE
# says; what it leaves in $_ is sent back
answers() {
    start perl -MIO::Socket::INET -e '$| = 1;
        my ($proto, $code) = @ARGV; my $udp = $proto eq "udp";
        my $s = IO::Socket::INET->new(Proto => $proto,
            LocalAddr => "127.0.0.1", $udp ? () : (Listen => 5)) or die;
        print "ready $proto:127.0.0.1:", $s->sockport, "\n";
        while (my $c = $udp ? $s : $s->accept) {
            $c->recv($_, 65535) // next; eval $code; $c->send($_);
            $udp or close $c }' "$@"
}

@test "something else that listens there is told from silence" {
    answers tcp '$_ = "HTTP/1.1 400 Bad \x1b[31mRequest\r\n\r\n"'
    probe 4 --to "$address"
    assert_output --partial 'does not answer OPTIONS: what is no SIP came instead: "HTTP/1.1 400 Bad \x1b[31mRequest"'
    assert_output --partial 'something else listens there'
    run -4 "$SIPLADDER" run refer/declined --to "$address"
    assert_output --partial 'what is no SIP came instead: "HTTP/1.1 400'
    answers udp '$_ = "hello"'
    probe 4 --to "$address" --slack 0.25
    assert_output --partial 'within 1.0 s: what is no SIP came instead: "hello"'
    answers udp '' # an echo
    probe 4 --to "$address" --slack 0.25
    assert_output --partial 'within 1.0 s: this came instead: "OPTIONS sip:'
    refute_output --partial 'something else listens'
}

@test "wrong command lines and files" {
    probe 2
    assert_output --partial 'which device?'
    probe 2 --to nonsense
    probe 2 -d x.dut --write y.dut
    assert_output --partial '--write goes with --to alone'
    probe 2 --to udp:127.0.0.1:5060 refer
    printf 'device x\naddress 127.0.0.1:1\nroel ua\n' >x.dut
    probe 3 -d x.dut
    assert_output --partial 'x.dut:3:1: error'
    probe 0 --help
    assert_output --partial '--write'
}
