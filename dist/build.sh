#!/bin/sh
# Makes the files of a release in target/dist: static Linux binaries as archives and Debian packages, the shell installer, the manifests
# of package managers, and the checksums of all of them.
#
#     dist/build.sh            every target of dist/release.conf that this machine can compile
#     dist/build.sh TARGET…    these
#
# Needs cargo with the target's standard library (`rustup target add TARGET`) and a C compiler for musl: `musl-tools` on Debian, on a
# machine of the target's own processor. What cannot be compiled here is said, and left out of the manifests.
set -eu
cd "$(dirname "$0")/.."
. dist/release.conf
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
OUT=${CARGO_TARGET_DIR:-target}/dist-files
rm -rf "$OUT"
mkdir -p "$OUT"
# Reproducible archives: nothing in them is younger than the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# The C compiler for a target; nothing where there is none.
compiler_for() {
    own=${1%%-*}-linux-musl-gcc
    if command -v "$own"; then return; fi
    [ "${1%%-*}" = "$(uname -m)" ] && command -v musl-gcc || true
}

archive() { # TARGET FOLDER
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$OUT" -c "$2" | gzip -9n >"$OUT/$2.tar.gz"
}

package() { # TARGET FOLDER
    case $1 in x86_64-*) architecture=amd64 ;; aarch64-*) architecture=arm64 ;; *) return ;; esac
    command -v dpkg-deb >/dev/null || { echo "there is no dpkg-deb: no Debian package"; return; }
    root=$OUT/deb
    mkdir -p "$root/DEBIAN" "$root/usr/bin" "$root/usr/share/doc/$NAME" "$root/usr/share/man/man1" \
        "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions" "$root/usr/share/fish/vendor_completions.d"
    cp "$OUT/$2/$NAME" "$root/usr/bin/"
    gzip -9nc "$OUT/$2/$NAME.1" >"$root/usr/share/man/man1/$NAME.1.gz"
    cp "$OUT/$2/completions/$NAME.bash" "$root/usr/share/bash-completion/completions/$NAME"
    cp "$OUT/$2/completions/_$NAME" "$root/usr/share/zsh/vendor-completions/"
    cp "$OUT/$2/completions/$NAME.fish" "$root/usr/share/fish/vendor_completions.d/"
    cp "$OUT/$2/README.md" "$OUT/$2"/LICENSE-* "$root/usr/share/doc/$NAME/"
    size=$(du -k -s --apparent-size "$root/usr" | cut -f 1)
    cat >"$root/DEBIAN/control" <<CONTROL
Package: $NAME
Version: $VERSION
Architecture: $architecture
Maintainer: $MAINTAINER
Installed-Size: $size
Section: mail
Priority: optional
Homepage: $HOMEPAGE
Suggests: chromium, git
Description: $SUMMARY
 Markdown and YAML in git become personal newsletters, greetings by mail and
 on paper, a public site, calendars and a report. The binary needs nothing.
CONTROL
    dpkg-deb --root-owner-group -Zxz --build "$root" "$OUT/${NAME}_${VERSION}_$architecture.deb" >/dev/null
    rm -r "$root"
}

made=
for target in ${*:-$TARGETS}; do
    compiler=$(compiler_for "$target")
    if [ -z "$compiler" ] || ! rustc --print target-libdir --target "$target" | xargs test -d; then
        echo "$target: not here: it needs its C compiler and \`rustup target add $target\`"
        continue
    fi
    # C code is compiled by musl's compiler and linked as Rust links for musl by itself: linked by musl-gcc, a static binary crashes at
    # its start. A cross compiler has to link as well.
    variable=$(echo "$target" | tr 'a-z-' 'A-Z_')
    set -- "CC_$(echo "$target" | tr - _)=$compiler"
    [ "$(basename "$compiler")" = musl-gcc ] || [ "${target%%-*}" = "$(uname -m)" ] || set -- "$@" "CARGO_TARGET_${variable}_LINKER=$compiler"
    env "$@" cargo build --locked --profile dist --target "$target" --bin "$NAME"
    folder=$NAME-$VERSION-$target
    mkdir -p "$OUT/$folder/completions"
    cp "${CARGO_TARGET_DIR:-target}/$target/dist/$NAME" "$OUT/$folder/"
    "${STRIP:-strip}" "$OUT/$folder/$NAME"
    cp README.md LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$OUT/$folder/"
    # What is printed is the same for every target; one of another processor cannot be asked here.
    if "$OUT/$folder/$NAME" man >"$OUT/$folder/$NAME.1"; then
        "$OUT/$folder/$NAME" completions bash >"$OUT/$folder/completions/$NAME.bash"
        "$OUT/$folder/$NAME" completions zsh >"$OUT/$folder/completions/_$NAME"
        "$OUT/$folder/$NAME" completions fish >"$OUT/$folder/completions/$NAME.fish"
        package "$target" "$folder"
    else
        rm -r "$OUT/$folder/completions" "$OUT/$folder/$NAME.1"
    fi
    archive "$target" "$folder"
    rm -r "${OUT:?}/$folder"
    made="$made $target"
done
[ -n "$made" ] || { echo "nothing could be compiled" >&2; exit 1; }
dist/manifests.sh "$VERSION" "$OUT"
(cd "$OUT" && sha256sum -- *.tar.gz *.deb >SHA256SUMS)
echo "in $OUT:"
ls -l "$OUT"
