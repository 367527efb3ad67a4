#!/bin/sh
# Installs @NAME@ @VERSION@ for this user: fetches the archive for this machine, compares its checksum, and puts one file into
# ~/.local/bin. Nothing else is changed, and nothing is run as root.
#
#     sh install.sh                     into ~/.local/bin
#     BIN=/usr/local/bin sh install.sh  elsewhere
#     FROM=DIR sh install.sh            from files that lie in a folder instead of from the network
set -eu

bin=${BIN:-$HOME/.local/bin}
from=${FROM:-@DOWNLOADS@}

fail() {
    echo "install: $1" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || fail "this is for Linux; elsewhere, take Homebrew, Scoop or winget"
case $(uname -m) in
x86_64 | amd64) target=x86_64-unknown-linux-musl ;;
aarch64 | arm64) target=aarch64-unknown-linux-musl ;;
*) fail "there is no binary for $(uname -m); build it with cargo" ;;
esac
archive=@NAME@-@VERSION@-$target.tar.gz

fetch() { # NAME
    case $from in
    http*://*)
        if command -v curl >/dev/null; then
            curl --proto '=https' --tlsv1.2 --fail --silent --show-error --location --output "$work/$1" "$from/$1"
        elif command -v wget >/dev/null; then
            wget -q -O "$work/$1" "$from/$1"
        else
            fail "there is neither curl nor wget"
        fi
        ;;
    *) cp "$from/$1" "$work/$1" ;;
    esac || fail "cannot get $from/$1"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fetch SHA256SUMS
fetch "$archive"
wanted=$(sed -n "s/^\([0-9a-f]\{64\}\)  $archive\$/\1/p" "$work/SHA256SUMS")
[ -n "$wanted" ] || fail "SHA256SUMS does not know $archive"
if command -v sha256sum >/dev/null; then
    found=$(sha256sum "$work/$archive" | cut -d ' ' -f 1)
else
    found=$(openssl dgst -sha256 "$work/$archive" | sed 's/.* //')
fi
[ "$wanted" = "$found" ] || fail "$archive is damaged: its checksum is $found, not $wanted; nothing was installed"

tar xzf "$work/$archive" -C "$work"
mkdir -p "$bin"
# In one step, so that a running command is not torn.
cp "$work/@NAME@-@VERSION@-$target/@NAME@" "$bin/.@NAME@.new"
chmod 755 "$bin/.@NAME@.new"
mv "$bin/.@NAME@.new" "$bin/@NAME@"
"$bin/@NAME@" --version
case :$PATH: in
*":$bin:"*) ;;
*) echo "add it to your path: export PATH=\"$bin:\$PATH\"" ;;
esac
