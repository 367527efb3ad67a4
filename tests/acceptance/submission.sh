#!/bin/sh
# Sends the demo's Christmas mailing through a real Postfix, as to a mail provider: STARTTLS with a certificate of a private
# authority, AUTH, and no relaying for anybody else. Then the relay and the command are killed in the middle, and what is in
# doubt is settled from the relay's log.
#
#     cargo build --release
#     sh tests/acceptance/submission.sh [target/release/bevara]
#
# Needs Postfix, Cyrus SASL and OpenSSL (Debian: apt-get install postfix libsasl2-modules sasl2-bin openssl procps) and root; see
# relay.sh.
# The last line says `N passed, N failed`; the exit code is 1 where something failed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
bevara=$(realpath "${1:-target/release/bevara}")
port=${PORT:-10587}
. "$here/relay.sh"
relay_folder submission
mkdir "$folder/tls" "$folder/etc/sasl"

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

relay_start "$port" <<END
mynetworks =
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
END

# The demo, as fast as the relay bears, twice.
unset SOURCE_DATE_EPOCH
"$bevara" --quiet init --demo "$folder/first"
cp "$folder/tls/authority.pem" "$folder/first/ca.pem"
sed -i 's/^smtp: .*/smtp: {connections: 4, ca_file: ca.pem}/' "$folder/first/bevara.yaml"
"$bevara" -C "$folder/first" --quiet --today 2026-12-18 build --mailing 2026-12-christmas
cp -a "$folder/first" "$folder/second"

python3 "$here/submission.py" "$bevara" "$folder" "$port"
