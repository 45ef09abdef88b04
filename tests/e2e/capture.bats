#!/usr/bin/env bats
# capture.pcapng: what other tools make of it.
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
