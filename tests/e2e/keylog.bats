#!/usr/bin/env bats
# The key log is of use: a capture of the wire itself, in a network of its own,
# is read with it, and without it is not.
bats_require_minimum_version 1.8.0

setup() {
    load lib
    e2e_setup
    unshare -n true 2>/dev/null || skip "no right to make a network"
}

# Inside of it: a capture, a device, a run.
on_the_wire() {
    ip link set lo up
    mkfifo heard ready
    tshark -q -i lo -f tcp -w wire.pcapng 2>heard 3>&- &
    local tshark=$! line address stub
    exec 5<heard # to the end: without a reader tshark would die
    while read -r line; do
        [[ $line != Capturing* ]] || break
    done <&5
    cat <&5 >/dev/null &
    "$STUB" ua --transport tls >ready 2>stub.log 3>&- &
    stub=$!
    read -r _ address <ready
    "$SIPLADDER" run refer/basic-in-dialog --to "$address" --insecure \
        --tls-keylog keys --keep all -o out
    kill "$stub"
    # tshark has written it when the last FIN is in the file
    until tshark -r wire.pcapng -Y tcp.flags.fin==1 2>/dev/null | grep -q .; do
        sleep 0.05
    done
    kill -INT "$tshark"
    wait "$tshark"
}

# seen [FLAG..]: the start lines of SIP that tshark reads in it
seen() {
    local as=() port
    while read -r port; do
        as+=(-d "tcp.port==$port,tls" -d "tls.port==$port,sip")
    done < <(tshark -r wire.pcapng -T fields -e tcp.dstport \
        -Y 'tcp.flags.syn==1 && tcp.flags.ack==0' 2>/dev/null | sort -u)
    tshark -r wire.pcapng "${as[@]}" "$@" -Y sip -T fields \
        -e sip.Request-Line -e sip.Status-Line 2>/dev/null |
        tr '\t,' '\n\n' | grep . | sort -u
}

@test "tshark reads a run over TLS with the key log, and nothing without" {
    export -f on_the_wire
    run -0 unshare -n bash -c 'set -e; on_the_wire'
    run -0 seen -o tls.keylog_file:keys
    assert_line --regexp '^REFER sip:'
    assert_line 'SIP/2.0 202 Accepted'
    # each message of the play, and the probes besides
    seen -o tls.keylog_file:keys >decrypted
    tr -d '\r' <out/refer/basic-in-dialog/messages.txt |
        awk '/^---- / { getline; if (/SIP\/2.0/) print }' | sort -u >played
    [ "$(wc -l <played)" -ge 8 ]
    run -0 comm -23 played decrypted
    assert_output ''
    run seen
    assert_output ''
}
