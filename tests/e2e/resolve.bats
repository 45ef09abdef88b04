#!/usr/bin/env bats
# Devices by name: NAPTR, SRV, A and AAAA from a nameserver of the test's own.
bats_require_minimum_version 1.8.0
# shellcheck disable=SC2154 # output, address and pid are set by the library
load lib
address='' dns_port=''

setup() {
    e2e_setup
    phone --t1 100 --transport udp --transport tcp
    port=${address##*:}
}

teardown() {
    [ ! -e dns.pid ] || kill "$(cat dns.pid)" 2>/dev/null || true
    e2e_teardown
}

# A port that nobody has: of a device that is gone again.
closed_port() {
    local ready other
    exec 4< <(exec "$NOISE" mute 3>&-)
    other=$!
    read -r -t 10 _ ready <&4
    kill "$other"
    exec 4<&-
    echo "${ready##*:}"
}

dns_is_up() {
    grep -q 'started, version' dns.log
}

# names FLAG..: a nameserver at $dns_port that knows these and the hosts
names() {
    for _ in 1 2 3 4 5; do
        dns_port=$(closed_port)
        dnsmasq --keep-in-foreground --conf-file=/dev/null --no-resolv \
            --no-hosts --pid-file= --user="$(id -un)" --log-facility=- \
            --port="$dns_port" --listen-address=127.0.0.1 --bind-interfaces \
            --local=/test/ --host-record=host.test,127.0.0.1 \
            --host-record=six.test,::1 "$@" 2>dns.log 3>&- &
        echo $! >dns.pid
        until_true 5 dns_is_up && return
        kill "$(cat dns.pid)" 2>/dev/null || true
    done
    fail "dnsmasq: $(cat dns.log)"
}

# device ADDRESS [TRANSPORT..]: a phone there
device() {
    local at=$1
    shift
    cat >phone.dut <<END
device     phone
address    $at
nameserver 127.0.0.1:$dns_port
transport  ${*:-udp}
role       ua
claims     refer refer-out-of-dialog
timers     T1 100ms
END
}

# plays STATUS [flags..]
plays() {
    local status=$1
    shift
    run "-$status" timeout 60 "$SIPLADDER" run -d phone.dut --slack 0.25 \
        -o out "$@" refer/response-code-202 3>&-
}

# transport and address of the play
where() {
    jq -r '.run.transport' out/result.json
    grep -o '127.0.0.1:[0-9]*/[a-z]*' \
        out/refer/response-code-202*/ladder.txt | head -n 1
}

@test "a name and a port: its address, and no SRV" {
    names --srv-host="_sip._udp.host.test,host.test,$(closed_port)"
    device "host.test:$port"
    plays 0
    assert_output --partial '1 passed'
}

@test "a name alone: where SRV says" {
    names --srv-host="_sip._udp.pbx.test,host.test,$port,10,5"
    device pbx.test
    plays 0
    run -0 where
    assert_line "127.0.0.1:$port/udp"
}

@test "NAPTR chooses the transport" {
    names --naptr-record=pbx.test,20,10,s,SIP+D2U,,_sip._udp.pbx.test \
        --naptr-record=pbx.test,10,10,s,SIP+D2T,,_sip._tcp.pbx.test \
        --srv-host="_sip._udp.pbx.test,host.test,$port,10,5" \
        --srv-host="_sip._tcp.pbx.test,host.test,$port,10,5"
    device pbx.test udp tcp
    plays 0
    run -0 where
    assert_line tcp
    assert_line "127.0.0.1:$port/tcp"
    # what the user says stands above it
    plays 0 --transport udp
    run -0 where
    assert_line "127.0.0.1:$port/udp"
}

@test "NAPTR of what the device does not speak is passed over" {
    names --naptr-record=pbx.test,10,10,s,SIPS+D2T,,_sips._tcp.pbx.test \
        --naptr-record=pbx.test,20,10,s,SIP+D2T,,_sip._tcp.pbx.test \
        --srv-host="_sip._tcp.pbx.test,host.test,$port,10,5"
    device pbx.test udp tcp
    plays 0
    run -0 where
    assert_line tcp
}

@test "without NAPTR the transport that has an SRV record" {
    names --srv-host="_sip._tcp.pbx.test,host.test,$port,10,5"
    device pbx.test udp tcp
    plays 0
    run -0 where
    assert_line tcp
}

@test "the first target by priority, the heaviest first" {
    local second
    phone --t1 100
    second=${address##*:}
    names --srv-host="_sip._udp.pbx.test,host.test,$port,20,50" \
        --srv-host="_sip._udp.pbx.test,host.test,$second,10,60" \
        --srv-host="_sip._udp.pbx.test,host.test,$port,10,5"
    device pbx.test
    plays 0
    run -0 where
    assert_line "127.0.0.1:$second/udp"
}

@test "a target that is not there: the next, over UDP and TCP" {
    local closed transport
    closed=$(closed_port)
    for transport in udp tcp; do
        names --srv-host="_sip._$transport.pbx.test,host.test,$closed,10,5" \
            --srv-host="_sip._$transport.pbx.test,host.test,$port,20,5"
        device pbx.test "$transport"
        plays 0
        run -0 where
        assert_line "127.0.0.1:$port/$transport"
        kill "$(cat dns.pid)"
    done
}

@test "SRV to a closed port: what was asked and what it led to" {
    local closed
    closed=$(closed_port)
    names --srv-host="_sip._udp.pbx.test,host.test,$closed,10,5"
    device pbx.test
    plays 4
    assert_output --partial "pbx.test (SRV of _sip._udp.pbx.test): 127.0.0.1:$closed does not answer OPTIONS"
    assert_output --partial 'the port is closed'
    plays 4 --tap
    assert_output --partial 'Bail out! pbx.test (SRV of _sip._udp.pbx.test)'
}

@test "two targets, none there: both are named" {
    local closed
    closed=$(closed_port)
    names --srv-host="_sip._tcp.pbx.test,host.test,$closed,10,5" \
        --srv-host="_sip._tcp.pbx.test,host.test,$closed,20,5"
    device pbx.test tcp
    plays 4
    assert_output --partial "pbx.test: none of its addresses is there: 127.0.0.1:$closed (SRV of _sip._tcp.pbx.test): Connection refused; 127.0.0.1:$closed"
}

@test "a name without records" {
    names
    device nothing.test
    plays 4
    assert_output --partial 'cannot resolve nothing.test: there is no A or AAAA record of it'
}

@test "SRV to a name without an address, and to nowhere" {
    names --srv-host=_sip._udp.lost.test,nothing.test,5060 \
        --srv-host=_sip._udp.off.test
    device lost.test
    plays 4
    assert_output --partial 'cannot resolve lost.test: SRV of _sip._udp.lost.test names nothing.test, of which there is no A or AAAA record'
    device off.test
    plays 4
    assert_output --partial 'cannot resolve off.test: SRV of _sip._udp.off.test says that there is none'
}

@test "-4 and -6 choose among records, and fit an address" {
    names
    device "six.test:$port"
    plays 4 -4
    assert_output --partial 'cannot resolve six.test: there is no A record of it'
    device "host.test:$port"
    plays 4 -6
    assert_output --partial 'there is no AAAA record of it'
    plays 0 -4
    device "127.0.0.1:$port"
    plays 4 -6
    assert_output --partial '127.0.0.1 is no IPv6 address'
    plays 2 -4 -6
    assert_output --partial '-4 and -6 exclude each other'
}

@test "an IPv6 device by its AAAA record" {
    [ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
    phone --t1 100 --bind ::1
    names --srv-host="_sip._udp.pbx.test,six.test,${address##*:},10,5"
    device pbx.test
    plays 0
    plays 4 -4
}

@test "a nameserver that is silent: a bounded wait, and who it was" {
    noise mute
    dns_port=${address##*:}
    device pbx.test
    SECONDS=0
    plays 4
    assert [ "$SECONDS" -lt 5 ]
    assert_output --partial "cannot resolve pbx.test: nameserver 127.0.0.1:$dns_port: no answer within 1.0 s"
}

@test "nobody listens at the nameserver's port" {
    dns_port=$(closed_port)
    device pbx.test
    SECONDS=0
    plays 4
    assert [ "$SECONDS" -lt 5 ]
    assert_output --partial "cannot resolve pbx.test: "
}

@test "a nameserver is an address" {
    dns_port='' device host.test
    sed -i 's/^nameserver.*/nameserver dns.test:53/' phone.dut
    plays 3
    assert_output --partial 'nameserver: "dns.test:53" is no numeric address'
    sed -i 's/^nameserver.*/nameserver 127.0.0.1:0x/' phone.dut
    plays 3
    assert_output --partial 'phone.dut:3:12'
}

@test "without a nameserver the system's ways" {
    device "localhost:$port"
    sed -i '/^nameserver/d' phone.dut
    plays 0 -4
}
