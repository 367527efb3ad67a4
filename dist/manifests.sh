#!/bin/sh
# Fills dist/manifests/* and the shell installer with version, addresses and checksums of the archives in a folder.
#
#     dist/manifests.sh VERSION FOLDER
#
# A manifest that needs an archive which is not in the folder is left out, and that is said.
set -eu
version=$1
out=$2
here=$(dirname "$0")
. "$here/release.conf"
downloads=$(echo "$DOWNLOADS" | sed "s/@VERSION@/$version/g")

# The checksum of a target's archive; nothing where there is none.
checksum() {
    for suffix in tar.gz zip; do
        file=$out/$NAME-$version-$1.$suffix
        if [ -e "$file" ]; then sha256sum "$file" | cut -d ' ' -f 1; fi
    done
}

for template in "$here"/manifests/* "$here/install.sh"; do
    name=$(basename "$template")
    cp "$template" "$out/$name"
    for target in $(grep -o '@SHA256:[a-z0-9_-]*@' "$template" | sort -u | sed 's/@SHA256:\(.*\)@/\1/'); do
        sum=$(checksum "$target")
        if [ -z "$sum" ]; then
            echo "$name: left out, there is no archive for $target"
            rm "$out/$name"
            continue 2
        fi
        sed -i "s/@SHA256:$target@/$sum/g" "$out/$name"
    done
    sed -i -e "s|@VERSION@|$version|g" -e "s|@DOWNLOADS@|$downloads|g" -e "s|@HOMEPAGE@|$HOMEPAGE|g" \
        -e "s|@SUMMARY@|$SUMMARY|g" -e "s|@NAME@|$NAME|g" "$out/$name"
done
