#!/bin/sh
# Makes the certificates that the SMTP server of the tests shows: one that is right, and one for every way to be wrong.
# What is valid is so from 2020 to 2120. Needs OpenSSL 3.
#
#     sh tests/keys/tls/make.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >ca.cnf <<'END_OF_CONFIGURATION'
[ca]
default_ca = it
[it]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
END_OF_CONFIGURATION
: >index.txt

# Makes a key and asks for a certificate: request NAME.
request() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
}

# Signs what was asked for: sign NAME LAST-YEAR EXTENSIONS OPTIONS-OF-OPENSSL-CA…
sign() {
    printf '%b\n' "$3" >"$1.ext"
    subject=$1 last=$2
    shift 3
    openssl ca -batch -notext -config ca.cnf -in "$subject.csr" -out "$subject.pem" -extfile "$subject.ext" \
        -startdate 20200101000000Z -enddate "${last}0101000000Z" "$@"
}

authority() {
    request "$1"
    sign "$1" 2120 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign' -selfsign -keyfile "$1.key"
}

# A server's certificate with its key behind it: server NAME AUTHORITY HOSTS LAST-YEAR.
server() {
    request "$1"
    sign "$1" "$4" "subjectAltName=$3\nextendedKeyUsage=serverAuth" -cert "$2.pem" -keyfile "$2.key"
    cat "$1.pem" "$1.key" >"$here/$1.pem"
}

loopback=DNS:localhost,IP:127.0.0.1
authority authority
authority stranger
cp authority.pem "$here"
server right authority "$loopback" 2120
server expired authority "$loopback" 2021
server wrong-name authority DNS:elsewhere.example 2120
server untrusted stranger "$loopback" 2120
