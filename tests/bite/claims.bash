# What the device file of a stub says that was started with more than usual.

# stub_file DEVICE [CLAIM..]: its device file, these claimed and not lacking
stub_file() {
    local name=phone claim
    [ "$1" = ua ] || name=$1
    shift
    cp "$ROOT/stubs/$name.dut" stub.tmp
    for claim; do
        sed -i "/^lacks *${claim%%=*}\$/d" stub.tmp
        echo "claims $claim" >>stub.tmp
    done
    cat stub.tmp
    rm stub.tmp
}

# with_passwords: a line for each user that scenarios have
with_passwords() {
    local user
    for user in alice bob carol dave r c d e; do
        echo "$user=$user-secret"
    done
}

# users_of FILE: these users as lines of a device file
users_of() {
    sed 's/\(.*\)=\(.*\)/user \1 \1 password \2/' "$1"
    # a party in a path calls in the name of alice
    echo 'user p alice password alice-secret'
    echo 'domain pbx.test'
}

# transport_of FAULT: its name begins with it
transport_of() {
    case $1 in
    stream-*) echo tcp ;;
    sips-*) echo tls ;;
    *) echo udp ;;
    esac
}

# edition_of ID: the oldest that knows this requirement
edition_of() {
    case $1 in
    rfc7647-* | rfc6665-8.3.1-b) echo rfc7647 ;;
    *) echo rfc3515 ;;
    esac
}

# habits_of EDITION DEVICE: what a correct stub is told that is to keep it
habits_of() {
    case $1-$2 in
    rfc7647-ua | rfc7647-pbx) echo --variant refer-answer-200 ;;
    esac
}

# own_bind: a line for a device file. Plays of tests that run side by side have
# addresses of their own: what a stub still repeats reaches no other play.
own_bind() {
    echo "bind 127.$((RANDOM % 200 + 50)).$((RANDOM % 250 + 1)).1"
}
