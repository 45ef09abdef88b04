# shellcheck shell=bash
# The correct stubs for a bench, and what is left behind when it ends. $build
# and $root are the caller's.
: "${build:?}" "${root:?}"

work=$(mktemp -d)
pids=() address=""

# shellcheck disable=SC2317 # the trap calls it
end()
{
	((${#pids[@]} == 0)) || kill "${pids[@]}" 2>/dev/null || true
	wait
	rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM
export SIPLADDER_SCENARIOS=$root/scenarios

# start_stub KIND IP [flags..]: its address in $address, $work/KIND.dut the file
# of such a device with its parties on the address before IP
start_stub()
{
	local kind=$1 ip=$2 ready=$work/$1.ready dut=$1
	shift 2
	[[ $kind != ua ]] || dut=phone
	mkfifo "$ready"
	"$build/stubs/sipladder-stub" "$kind" --listen "$ip:0" "$@" \
		>"$ready" 2>"$work/$kind.log" &
	pids+=($!)
	# shellcheck disable=SC2034 # for the caller
	read -r _ address <"$ready"
	{ cat "$root/stubs/$dut.dut" && echo "bind ${ip%.*}.1"; } \
		>"$work/$kind.dut"
}

spin()
{
	while :; do :; done
}

# keep_busy: a busy loop for each core
keep_busy()
{
	local i
	for ((i = $(nproc); i > 0; i--)); do
		spin &
		pids+=($!)
	done
}
