# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# What the start scripts of the devices have in common: one real program runs
# in the foreground, says "ready udp:HOST:PORT" once it answers, and is gone
# when the script is.  No SIP test is made here.
#
# A start script sources this file, calls device_begin, writes the program's
# configuration into $work, and ends with device_run.  It may define
# device_quit for a program that wants to be asked otherwise than by SIGTERM.

BUSY=75		# exit status: the address is taken, another may be free

# device_fail TEXT...: ends the script with one sentence.
device_fail()
{
	printf '%s: %s\n' "$name" "$*" >&2
	exit 1
}

# device_begin NAME ARGS...: sets name, host, port, work and uri_host from
# the script's own arguments: HOST PORT [WORKDIR].
device_begin()
{
	name=$1
	shift
	[[ $# -ge 2 && $# -le 3 && $2 =~ ^[1-9][0-9]*$ ]] || {
		echo "usage: $0 HOST PORT [WORKDIR]" >&2
		exit 2
	}
	host=$1 port=$2 work=${3-} private=
	uri_host=$host
	[[ $host != *:* ]] || uri_host="[$host]"
	if device_taken; then
		echo "$name: udp:$uri_host:$port: address in use" >&2
		exit "$BUSY"
	fi
	trap device_end EXIT
	trap "exit 0" TERM INT HUP
	if [[ -z $work ]]; then
		# in one step: the trap may come after it
		private=$(mktemp -d "${TMPDIR:-/tmp}/$name.XXXXXX") ||
			exit 1
		work=$private
	fi
	mkdir -p "$work" || exit 1
	work=$(cd "$work" && pwd) || exit 1
}

# Whether a UDP socket on $port would share $host.  Needed because some of the
# programs set SO_REUSEADDR and then steal each other's datagrams in silence.
device_taken()
{
	local a b c d want='[0-9A-F]+'
	if [[ $host != *:* ]]; then
		IFS=. read -r a b c d <<<"$host"
		# the kernel prints the address in the byte order of the machine
		want=$(printf '(%02X%02X%02X%02X|00000000|0{32})' \
			"$d" "$c" "$b" "$a")
	fi
	[[ -z ${wildcard-} ]] || want='[0-9A-F]+'
	cat /proc/net/udp /proc/net/udp6 2>/dev/null |
		grep -Eq "^ *[0-9]+: $want:$(printf '%04X' "$port") "
}

# device_alive PID: false for a process that is gone or only a zombie.
device_alive()
{
	local stat
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
	[[ $stat != *') Z '* ]]
}

# Asks the program to end; a start script may define another way.
device_quit()
{
	kill -TERM "$child" 2>/dev/null
}

# The trap at the end: nothing that was started here outlives it.
device_end()
{
	local status=$? i
	child=${child-${!-}}
	trap '' TERM INT HUP
	if [[ -n $child ]]; then
		device_quit
		for ((i = 0; i < 250; i++)); do
			device_alive "$child" || break
			sleep 0.02
		done
		kill -KILL -- "-$child" 2>/dev/null
		wait "$child" 2>/dev/null
	fi
	# who keeps what this script prints has the log nowhere else
	[[ -z $private || -t 1 || ! -f $work/log ]] || cat "$work/log"
	[[ -z $private ]] || rm -rf "$private"
	exit "$status"
}

# Whether the program has taken what the script told it; a start script may
# define another test.
device_prepared()
{
	:
}

# One OPTIONS; true if any response comes.  The Via asks for rport, so the
# response finds the socket.  One byte is read: it is a datagram's first.
device_answers()
{
	local id="$$.$RANDOM" c
	{
		printf '%s\r\n' "OPTIONS sip:$uri_host:$port SIP/2.0" \
			"Via: SIP/2.0/UDP $uri_host:9;rport;branch=z9hG4bK$id" \
			"Max-Forwards: 70" \
			"From: <sip:ready@$uri_host>;tag=$id" \
			"To: <sip:$uri_host:$port>" "Call-ID: $id@$uri_host" \
			"CSeq: 1 OPTIONS" "Contact: <sip:ready@$uri_host:9>" \
			"Content-Length: 0" "" >"$work/options"
		exec 8<>"/dev/udp/$host/$port" || return 1
		cat "$work/options" >&8 && read -r -N 1 -t 0.2 -u 8 c
		exec 8>&-
	} 2>/dev/null
	[[ ${c-} == S ]]
}

# device_run COMMAND...: runs it with standard input from $input (default
# /dev/null), says ready, and stays until a signal. How it ends is told in
# one sentence, not by the shell and not by a core file.  The group of its own
# keeps Ctrl-C from it; the death signal ends it if this script is killed.
device_run()
{
	local i status
	ulimit -c 0
	setsid setpriv --pdeathsig "${death:-TERM}" "$@" \
		<"${input:-/dev/null}" >"$work/log" 2>&1 9>&- &
	child=$!
	for ((i = 0; i < 400; i++)); do
		device_answers && device_prepared && break
		device_alive "$child" || break
		sleep 0.02
	done
	if ! device_alive "$child" || ((i == 400)); then
		tail -n 20 "$work/log" >&2
		device_fail "does not answer at udp:$uri_host:$port"
	fi
	printf 'ready udp:%s:%s\n' "$uri_host" "$port"
	wait "$child" 2>/dev/null
	status=$?
	child=
	tail -n 20 "$work/log" >&2
	device_fail "ended by itself with status $status"
}
