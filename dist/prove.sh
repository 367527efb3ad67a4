#!/bin/sh
# Shows that the Linux binary needs nothing: unpacks its archive into the smallest Debian that debootstrap makes, into Alpine's minimal
# root and into a root that holds busybox and nothing else, no C library either. There, in a chroot, it prints the version, writes a
# programme, checks it and builds it. The Debian package is installed and removed, and the shell installer is run, with a good archive
# and with a damaged one. A root that cannot be had is said, and the proof fails at its end.
#
#     sudo dist/prove.sh [FOLDER]       the folder that dist/build.sh filled
#
# Needs root on Debian, debootstrap, curl and a network. The roots are kept in /var/tmp/bevara-roots for the next time.
set -eu
cd "$(dirname "$0")/.."
files=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/dist-files}")
roots=${ROOTS:-/var/tmp/bevara-roots}
alpine=https://dl-cdn.alpinelinux.org/alpine/v3.22/releases/x86_64/alpine-minirootfs-3.22.1-x86_64.tar.gz
archive=$(ls "$files"/bevara-*-x86_64-unknown-linux-musl.tar.gz)
mkdir -p "$roots"

if [ ! -e "$roots/debian/ready" ]; then
    rm -rf "$roots/debian"
    debootstrap --variant=minbase stable "$roots/debian" "${MIRROR:-http://deb.debian.org/debian}" >"$roots/debootstrap.log"
    touch "$roots/debian/ready"
fi
if [ ! -e "$roots/alpine/ready" ]; then
    rm -rf "$roots/alpine"
    mkdir "$roots/alpine"
    if curl --fail --silent --show-error --location --output "$roots/alpine.tar.gz" "$alpine"; then
        tar xzf "$roots/alpine.tar.gz" -C "$roots/alpine"
        touch "$roots/alpine/ready"
    fi
fi
if [ ! -e "$roots/busybox/ready" ]; then
    rm -rf "$roots/busybox"
    mkdir -p "$roots/busybox/package" "$roots/busybox/bin" "$roots/busybox/usr" "$roots/busybox/tmp" "$roots/busybox/dev"
    (cd "$roots/busybox/package" && apt-get -q download busybox-static >/dev/null && dpkg-deb --extract ./*.deb .)
    mv "$(find "$roots/busybox/package" -path '*/bin/busybox' -type f | head -n 1)" "$roots/busybox/bin/busybox"
    rm -r "$roots/busybox/package"
    ln -s ../bin "$roots/busybox/usr/bin"
    for applet in $("$roots/busybox/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -s busybox "$roots/busybox/bin/$applet"
    done
    mknod -m 666 "$roots/busybox/dev/null" c 1 3
    mknod -m 666 "$roots/busybox/dev/urandom" c 1 9
    touch "$roots/busybox/ready"
fi
there=
missing=
for root in debian alpine busybox; do
    if [ -e "$roots/$root/ready" ]; then there="$there $root"; else missing="$missing $root"; fi
done

try() { # ROOT
    root=$roots/$1
    rm -rf "$root/try"
    mkdir "$root/try"
    tar xzf "$archive" -C "$root/try" --strip-components 1
    chroot "$root" /usr/bin/env -i HOME=/try PATH=/try:/usr/bin:/bin sh -eu <<'COMMANDS'
cd /try
bevara --version
bevara -q --today 2027-06-30 init ours --name "Ek & Ask" --language sv --email elin.ek@ek-ask.example
cd ours
bevara -q --today 2027-06-30 check >/dev/null 2>&1
bevara -q --today 2027-06-30 build --all
test -s output/site/index.html
ls output/mail/*/messages/*.eml | wc -l | sed 's/$/ messages/'
COMMANDS
    rm -rf "$root/try"
    echo "$1: it runs"
}

for root in $there; do try "$root"; done

package=$(ls "$files"/bevara_*_amd64.deb)
cp "$package" "$roots/debian/tmp/bevara.deb"
chroot "$roots/debian" dpkg --install /tmp/bevara.deb >/dev/null
chroot "$roots/debian" bevara --version
chroot "$roots/debian" dpkg --remove bevara >/dev/null
test ! -e "$roots/debian/usr/bin/bevara"
echo "debian: the package is installed and removed"

for root in $there; do
    offered=$roots/$root/tmp/offered
    rm -rf "$offered"
    mkdir -p "$offered"
    cp "$files/install.sh" "$files/SHA256SUMS" "$archive" "$offered/"
    install="env -i HOME=/tmp/home PATH=/usr/bin:/bin FROM=/tmp/offered sh /tmp/offered/install.sh"
    rm -rf "$roots/$root/tmp/home"
    # shellcheck disable=SC2086
    chroot "$roots/$root" $install
    test -x "$roots/$root/tmp/home/.local/bin/bevara"
    rm -rf "$roots/$root/tmp/home"
    printf x >>"$offered/$(basename "$archive")"
    # shellcheck disable=SC2086
    if chroot "$roots/$root" $install 2>/dev/null; then echo "a damaged archive was installed"; exit 1; fi
    test ! -e "$roots/$root/tmp/home/.local/bin/bevara"
    rm -rf "$offered"
    echo "$root: the installer takes what is whole and nothing else"
done

[ -z "$missing" ] || { echo "not tried, since it could not be had:$missing"; exit 1; }
