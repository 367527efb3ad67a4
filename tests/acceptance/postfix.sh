#!/bin/sh
# Hands every message of a folder to a Postfix that throws everything away, over SMTP on a loopback port.
#
#     cargo test --test dkim
#     sh tests/acceptance/postfix.sh [target/tmp/dkim/signed]
#
# Postfix (Debian: apt-get install postfix) must be installed and the script run as root, because Postfix starts as root and
# gives that up by itself. It gets its own configuration, queue and log in a temporary folder and leaves nothing behind: a
# Postfix of this machine is not touched. Headers beyond ASCII, malformed MIME and loose addresses are refused.
# The last line says `N passed, N failed`; the exit code is 1 where something failed.
set -eu

messages=$(realpath "${1:-target/tmp/dkim/signed}")
port=${PORT:-10025}
folder=$(mktemp -d /tmp/bevara-postfix.XXXXXX)
chmod 755 "$folder"

clean_up() {
    postfix -c "$folder/etc" stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

mkdir "$folder/etc" "$folder/queue" "$folder/data" "$folder/log"
chown postfix "$folder/data"

cat >"$folder/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/log/mail.log
maillog_file_prefixes = $folder
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
relay_transport = discard:
local_transport = discard:
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_rate_limit = 0
strict_rfc821_envelopes = yes
strict_7bit_headers = yes
strict_8bitmime_body = yes
strict_mime_encoding_domain = yes
biff = no
END

cat >"$folder/etc/master.cf" <<END
127.0.0.1:$port inet n - n - - smtpd
cleanup  unix n - n - 0 cleanup
qmgr     unix n - n 300 1 qmgr
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

python3 - "$messages" "$port" "$folder/log/mail.log" <<'END'
import email.policy
import re
import smtplib
import sys
import time
from email.parser import BytesHeaderParser
from pathlib import Path

folder, port, log = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
paths = sorted(folder.rglob("*.eml"))
parser = BytesHeaderParser(policy=email.policy.default)
failed, taken = [], 0


def connect():
    for attempt in range(50):
        try:
            return smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=30)
        except OSError:
            time.sleep(0.2)
    sys.exit("nobody listens")


smtp = connect()
for path in paths:
    message = path.read_bytes()
    head = parser.parsebytes(message)
    (sender,), (recipient,) = (head[name].addresses for name in ("From", "To"))
    try:
        smtp.sendmail(sender.addr_spec, [recipient.addr_spec], message)
        taken += 1
    except smtplib.SMTPException as error:
        failed.append(f"{path.name}: {error}")
smtp.quit()

delivered = []
for attempt in range(300):
    delivered = re.findall(r"postfix/discard\[\d+\]: .* status=sent", log.read_text())
    if len(delivered) >= taken:
        break
    time.sleep(0.2)
if len(delivered) != taken:
    failed.append(f"{taken} were taken, but {len(delivered)} came through the queue")
trouble = re.compile(r"warning:|reject:|status=(deferred|bounced)|fatal:|error:")
failed += [line for line in log.read_text().splitlines() if trouble.search(line)]
if not paths:
    failed.append(f"no messages in {folder}")
for line in failed[:40]:
    print(line)
print(f"{len(paths) - min(len(failed), len(paths))} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
END
