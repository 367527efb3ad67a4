# A Postfix of a test's own, that throws away whatever it takes: read by the scripts that need one (`. relay.sh`).
#
# Postfix starts as root and gives that up by itself. It gets its own configuration, queue and log in a temporary folder and
# leaves nothing behind: a Postfix of this machine is not touched.

# Makes the folder of a relay, `$folder`, which is stopped and removed when the script ends: relay_folder NAME
relay_folder() {
    folder=$(mktemp -d "/tmp/bevara-$1.XXXXXX")
    chmod 755 "$folder"
    trap relay_stop EXIT
    trap 'exit 130' INT TERM
    mkdir "$folder/etc" "$folder/queue" "$folder/data" "$folder/log"
    chown postfix "$folder/data"
}

relay_stop() {
    postfix -c "$folder/etc" stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}

# Starts it on a loopback port, with more lines of main.cf from standard input: relay_start PORT
relay_start() {
    cat >"$folder/etc/main.cf"
    cat >>"$folder/etc/main.cf" <<END
compatibility_level = 3.6
queue_directory = $folder/queue
data_directory = $folder/data
maillog_file = $folder/log/mail.log
maillog_file_prefixes = $folder
myhostname = relay.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
local_recipient_maps =
default_transport = discard:
relay_transport = discard:
local_transport = discard:
smtpd_client_connection_rate_limit = 0
strict_rfc821_envelopes = yes
strict_7bit_headers = yes
strict_8bitmime_body = yes
biff = no
END
    cat >"$folder/etc/master.cf" <<END
127.0.0.1:$1 inet n - n - - smtpd
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
    if ! postfix -c "$folder/etc" start >/dev/null 2>&1; then
        echo "postfix does not start:"
        cat "$folder/log/mail.log"
        exit 1
    fi
}
