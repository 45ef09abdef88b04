# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by the start scripts of the kamailio devices, after device_begin:
# kamailio_run CFG [kamailio options..]

# shellcheck disable=SC2154 # set by device_begin
kamailio_run()
{
	local cfg=$1 listen=() fault=${FAULT-}
	shift
	listen=(-l "udp:$uri_host:$port" -l "tcp:$uri_host:$port")
	set -- -A "DOMAIN=\"${DOMAIN:-proxy.test}\"" "$@"
	[[ -z ${DEST-} ]] || set -- -A "DEST_URI=\"sip:$DEST\"" "$@"
	[[ -z ${PASSWORD-} ]] || set -- -A "PASSWORD=\"$PASSWORD\"" "$@"
	[[ -z ${SERIAL-} ]] || set -- -A SERIAL "$@"
	if [[ -n $fault ]]; then
		fault=${fault//-/_}
		fault=FAULT_${fault^^}
		grep -qr --include=*.cfg "^#!ifn\{0,1\}def $fault\$" \
			"$(dirname "$cfg")" "$(dirname "$cfg")/../kamailio" ||
			device_fail "there is no fault \"$FAULT\""
		set -- -A "$fault" "$@"
	fi
	mkdir -p "$work/run" || exit 1
	device_run /usr/sbin/kamailio -f "$cfg" -DD -E -m 32 -M 4 -n 1 -N 1 \
		-Y "$work/run" -w "$work" -P "$work/pid" "${listen[@]}" "$@"
}
