#!/usr/bin/env bats
# capture.pcapng: what other tools make of it.
# shellcheck disable=SC2034,SC2154 # lib.bash sets and reads them
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
}

teardown() {
    e2e_teardown
}

# dissected FILE FIELDS..: a line a packet; checksums are looked at
dissected() {
    local file=$1 field fields=()
    shift
    for field; do fields+=(-e "$field"); done
    tshark -r "$file" -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE \
        -o tcp.check_checksum:TRUE -T fields "${fields[@]}" 2>/dev/null
}

# assert_well_formed FILE: nothing that tshark complains of
assert_well_formed() {
    run -0 --separate-stderr tshark -r "$1" -o ip.check_checksum:TRUE \
        -o udp.check_checksum:TRUE -o tcp.check_checksum:TRUE \
        -Y '_ws.malformed or tcp.analysis.flags or _ws.expert.severity >= 0x600000'
    assert_output ''
}

@test "every message of a call is a packet with its label, over each transport" {
    local transport file
    for transport in udp tcp tls; do
        phone --transport "$transport"
        run -0 "$SIPLADDER" run refer/basic-in-dialog --to "$address" \
            -d "$ROOT/stubs/phone.dut" --insecure -o "$transport"
        file=$transport/refer/basic-in-dialog/capture.pcapng
        assert_well_formed "$file"
        dissected "$file" sip.Method sip.Status-Code frame.comment >lines
        grep -qP '^REFER\t\tF1$' lines
        grep -qP '^\t202\tF2$' lines
        grep -qP '^INVITE\t\tF3$' lines
        grep -qP '^NOTIFY\t.*\tN$' lines
        # no packet is lost, none is no SIP
        assert_equal "$(wc -l <lines)" "$(grep -cE '^----.* [1-9][0-9]* bytes$' \
            "$transport/refer/basic-in-dialog/messages.txt")"
        run -1 grep -qP '^\t\t' lines
        run -0 capinfos -k "$file"
        assert_output --partial \
            "pass refer/basic-in-dialog against stub-phone ${address#*:}"
    done
}

@test "IPv6 has its own headers" {
    phone --bind ::1
    run -0 "$SIPLADDER" run refer/declined --to "$address" \
        -d "$ROOT/stubs/phone.dut" -o out
    assert_well_formed out/refer/declined/capture.pcapng
    dissected out/refer/declined/capture.pcapng ipv6.dst sip.Method |
        grep -qP '^::1\tREFER$'
}

@test "the clock of the packets is the wall's" {
    local first
    phone
    write_call
    play call.ladder
    first=$(dissected out/call/capture.pcapng frame.time_epoch | head -n 1)
    (($(date +%s) - ${first%.*} < 300))
}

@test "what garbage a device sends is in a file that can still be read" {
    write_call
    for kind in garbage nul; do
        noise "$kind"
        play call.ladder
        dissected out/call/capture.pcapng frame.number >lines
        (($(wc -l <lines) > 1))
    done
}

# A collector: each datagram in a file of its own, socat ends by itself.
@test "a collector gets each message as a HEP packet" {
    local port=$((20000 + RANDOM % 10000))
    mkdir packets
    # shellcheck disable=SC2016 # socat's shell expands it
    socat -u -T 60 "UDP4-RECVFROM:$port,bind=127.0.0.1,fork" \
        SYSTEM:'cat >packets/$SOCAT_PEERPORT.$$' 3>&- &
    pids+=($!)
    until_true 20 grep -q ":$(printf %04X "$port") " /proc/net/udp
    phone
    write_call
    run -0 "$SIPLADDER" run call.ladder --to "$address" -o out \
        --hep "udp:127.0.0.1:$port"
    all_there() {
        [ "$(find packets -type f -size +0 | wc -l)" -ge "$1" ]
    }
    until_true 20 all_there "$(grep -c '^----' out/call/messages.txt)"

    # a decoder of its own: "TYPE=VALUE" of each chunk, a line a packet
    perl -e 'for (@ARGV) {
        open my $f, "<:raw", $_ or die; local $/; my $p = <$f>;
        my ($magic, $n) = unpack "a4 n", $p;
        die "$_: $magic $n" if $magic ne "HEP3" or $n != length $p;
        for ($p = substr $p, 6; length $p; $p = substr $p, $n) {
            my ($vendor, $type); ($vendor, $type, $n) = unpack "nnn", $p;
            die "$_: chunk" if $vendor or $n < 6 or $n > length $p;
            my $v = substr $p, 6, $n - 6;
            $v = $type == 15 ? (split /\r/, $v)[0] : $type == 17 ? $v
                : join ".", unpack "C*", $v;
            print "$type=$v ";
        }
        print "\n";
    }' packets/* >lines
    port=${address##*:}
    grep -q "^1=2 2=17 3=127.0.0.1 4=127.0.0.1 7=[0-9.]* 8=$((port / 256)).$((port % 256)) 9=[0-9.]* 10=[0-9.]* 11=1 12=[0-9.]* 17=call 15=INVITE sip:" lines ||
        fail "$(cat lines)"
}

@test "a collector that is none is a wrong flag, one that is away is nothing" {
    phone
    write_call
    run -2 "$SIPLADDER" run call.ladder --to "$address" --hep tcp:1.2.3.4:9060
    assert_output --partial '--hep takes udp:HOST:PORT'
    run -0 "$SIPLADDER" run call.ladder --to "$address" \
        --hep udp:127.0.0.1:9 -o out
}
