#!/bin/sh
# Sends the demo's Christmas mailing through a real Postfix, as to a mail provider: STARTTLS with a certificate of a private
# authority, AUTH, and no relaying for anybody else. Then the relay and the command are killed in the middle, and what is in
# doubt is settled from the relay's log.
#
#     cargo build --release
#     sh tests/acceptance/submission.sh [target/release/bevara]
#
# Needs Postfix, Cyrus SASL and OpenSSL (Debian: apt-get install postfix libsasl2-modules sasl2-bin openssl procps) and root,
# because Postfix starts as root and gives that up by itself. It gets its own configuration, queue and log in a temporary
# folder and leaves nothing behind: a Postfix of this machine is not touched.
# The last line says `N passed, N failed`; the exit code is 1 where something failed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
bevara=$(realpath "${1:-target/release/bevara}")
port=${PORT:-10587}
folder=$(mktemp -d /tmp/bevara-submission.XXXXXX)
chmod 755 "$folder"

clean_up() {
    postfix -c "$folder/etc" stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

mkdir "$folder/etc" "$folder/queue" "$folder/data" "$folder/log" "$folder/tls" "$folder/etc/sasl"
chown postfix "$folder/data"

# The authority, and the relay's certificate.
(
    cd "$folder/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=authority" \
        -addext keyUsage=critical,keyCertSign -keyout authority.key -out authority.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout relay.key -out relay.csr
    printf 'subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n' >relay.ext
    openssl x509 -req -in relay.csr -CA authority.pem -CAkey authority.key -set_serial 1 -days 2 -extfile relay.ext \
        -out relay.pem
) >"$folder/log/openssl.log" 2>&1 || { cat "$folder/log/openssl.log"; exit 1; }

# One account. Debian looks for its description below the configuration, others where they are told to.
cat >"$folder/etc/sasl/smtpd.conf" <<END
pwcheck_method: auxprop
auxprop_plugin: sasldb
mech_list: PLAIN LOGIN
sasldb_path: $folder/etc/sasl/sasldb2
END
printf 'hemligt: &/?' | saslpasswd2 -p -c -f "$folder/etc/sasl/sasldb2" -u relay.example anna
chgrp postfix "$folder/etc/sasl/sasldb2"

cat >"$folder/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/log/mail.log
maillog_file_prefixes = $folder
myhostname = relay.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
relay_transport = discard:
local_transport = discard:
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = $folder/tls/relay.pem
smtpd_tls_key_file = $folder/tls/relay.key
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = $folder/etc/sasl
smtpd_sasl_local_domain = relay.example
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_client_connection_rate_limit = 0
strict_rfc821_envelopes = yes
strict_7bit_headers = yes
strict_8bitmime_body = yes
biff = no
END

cat >"$folder/etc/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
tlsmgr   unix - - n 1000? 1 tlsmgr
rewrite  unix - - n - - trivial-rewrite
bounce   unix - - n - 0 bounce
defer    unix - - n - 0 bounce
trace    unix - - n - 0 bounce
flush    unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
discard  unix - - n - - discard
error    unix - - n - - error
retry    unix - - n - - error
anvil    unix - - n - 1 anvil
showq    unix n - n - - showq
postlog  unix-dgram n - n - 1 postlogd
END

postfix -c "$folder/etc" start >/dev/null 2>&1 || { echo "postfix does not start:"; cat "$folder/log/mail.log"; exit 1; }

# The demo, as fast as the relay bears, twice.
unset SOURCE_DATE_EPOCH
"$bevara" --quiet init "$folder/first"
cp "$folder/tls/authority.pem" "$folder/first/ca.pem"
sed -i 's/^smtp: .*/smtp: {connections: 4, ca_file: ca.pem}/' "$folder/first/bevara.yaml"
"$bevara" -C "$folder/first" --quiet --today 2026-12-18 build --mailing 2026-12-christmas
cp -a "$folder/first" "$folder/second"

python3 "$here/submission.py" "$bevara" "$folder" "$port"
