# SPDX-License-Identifier: MIT
# shellcheck shell=bash
#
# Starts and stops the devices of ci/devices/ for demonstrations and tests.
# Source it from bash or bats; it keeps its state in variables device_*.
#
#	start_device twinkle		or: start_device NAME HOST [PORT]
#	sipladder run -d "$device_dut" ...
#	stop_device
#
# start_device sets
#	device_pid	the start script, whose end is the device's end
#	device_address	udp:HOST:PORT as it said it
#	device_work	its folder: configuration and log, until stop_device
#	device_dut	a copy of its device file with this address
# Several at once: keep their $device_pid; stop_device takes them.
# At the end, in a trap or teardown: stop_devices stops what is left.

device_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../devices" && pwd)
declare -gA device_works=()	# pid -> folder of what runs

# start_device NAME [HOST [PORT]]: true once it answers. Without PORT a free
# one is taken; a device may use the nine ports above it too.
start_device()
{
	local name=$1 host=${2:-127.0.0.1} port=${3-} tries status=75 lock
	device_pid='' device_address='' device_dut=''
	device_work=$(mktemp -d \
		"${BATS_TEST_TMPDIR:-${TMPDIR:-/tmp}}/$name.XXXXXX") || return
	# one after the other: two that find the same port free would share it
	exec {lock}<"$device_root" && flock "$lock"
	# 75: the address is taken; another port may be free
	for ((tries = 0; tries < 5 && status == 75; tries++)); do
		status=0
		device_launch "$name" "$host" \
			"${port:-$((20000 + 10 * (RANDOM % 1200)))}" || status=$?
		[[ -z $port ]] || break
	done
	exec {lock}<&-
	if [[ $status -ne 0 ]]; then
		rm -rf "$device_work"
		return "$status"
	fi
	device_works[$device_pid]=$device_work
	device_copy_dut "$name"
}

# One attempt. Its status is that of the start script where it ended.
device_launch()
{
	local ready=$device_work/ready word=''
	rm -f "$ready"
	mkfifo "$ready" || return
	# bats waits for whoever holds its descriptor 3
	"$device_root/$1/start" "$2" "$3" "$device_work" \
		>"$ready" </dev/null 3>&- {lock}<&- &
	device_pid=$!
	# the script gives up by itself well within this time
	read -r -t 60 word device_address <"$ready" || true
	[[ $word != ready ]] || return 0
	device_address=''
	kill -TERM "$device_pid" 2>/dev/null || true
	wait "$device_pid" && return 1
}

# The device file of what runs: its address, its port in the commands too, no
# start line, commands by absolute path; what was typed goes through its "say".
device_copy_dut()
{
	local from=$device_root/$1/$1.dut to=${device_address#udp:} port
	device_dut=$device_work/$1.dut
	port=$(sed -n "s/^address.*:\([0-9]*\).*/\1/p" "$from")
	sed -e "s|^\(address[[:space:]]*\([^[:space:]@#]*@\)\{0,1\}\)[^[:space:]#]*|\1$to|" \
		-e "/^start[[:space:]]/d" -e "s|\"\./|\"$device_root/$1/|g" \
		-e "s| $port\b| ${to##*:}|g" \
		-e "s|stdin \"|run \"$device_root/$1/say $device_work |" "$from" >"$device_dut"
}

# stop_device [PID]: asks it to end and waits until it has, with all that it
# started; the start scripts take at most five seconds. False if the device
# had not lived until now.
stop_device()
{
	local pid=${1:-$device_pid} status=0
	kill -TERM "$pid" 2>/dev/null || true
	wait "$pid" || status=$?
	[[ -z ${device_works[$pid]-} ]] || rm -rf "${device_works[$pid]}"
	unset "device_works[$pid]"
	return "$status"
}

# Stops all that start_device has started and stop_device has not stopped.
stop_devices()
{
	local pid
	for pid in "${!device_works[@]}"; do
		stop_device "$pid" || true
	done
}
