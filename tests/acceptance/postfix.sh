#!/bin/sh
# Hands every message of a folder to a Postfix that throws everything away, over SMTP on a loopback port.
#
#     cargo test --test it dkim
#     sh tests/acceptance/postfix.sh [target/tmp/dkim/signed]
#
# Postfix (Debian: apt-get install postfix) must be installed and the script run as root; see relay.sh. Headers
# beyond ASCII, malformed MIME and loose addresses are refused.
# The last line says `N passed, N failed`; the exit code is 1 where something failed.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
messages=$(realpath "${1:-target/tmp/dkim/signed}")
port=${PORT:-10025}
. "$here/relay.sh"
relay_folder postfix
relay_start "$port" <<END
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
strict_mime_encoding_domain = yes
END

PYTHONPATH=$here python3 - "$messages" "$port" "$folder/log/mail.log" <<'END'
import email.policy
import re
import smtplib
import sys
import time
from email.parser import BytesHeaderParser
from pathlib import Path

from relay_log import trouble

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
failed += trouble(log.read_text())
if not paths:
    failed.append(f"no messages in {folder}")
for line in failed[:40]:
    print(line)
print(f"{len(paths) - min(len(failed), len(paths))} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
END
