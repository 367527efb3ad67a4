#!/bin/sh
# Who would get what differently from BASE: pages in FOLDER, and one comment on the pull request that is kept up to date.
#
#     sh compare.sh BASE FOLDER
#
# REQUEST is the number of the pull request, TOKEN what lets us write there; without them there is no comment. Runs on GitHub,
# Forgejo and GitLab, and needs curl and jq.
set -eu
base=$1 folder=$2
mkdir -p "$folder"
comment="$folder/comment.md"

status=0
bevara --format markdown diff --html "$folder" "$base...HEAD" > "$comment" || status=$?
case $status in
0 | 5) ;;
*) exit "$status" ;;
esac
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$comment" >> "$GITHUB_STEP_SUMMARY"; fi
if [ -z "${REQUEST:-}" ] || [ -z "${TOKEN:-}" ]; then exit 0; fi

if [ "${GITLAB_CI:-}" = true ]; then
    list="$CI_API_V4_URL/projects/$CI_PROJECT_ID/merge_requests/$REQUEST/notes"
    one=$list change=PUT header="PRIVATE-TOKEN: $TOKEN"
else
    list="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/$REQUEST/comments"
    one="$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues/comments" change=PATCH header="Authorization: Bearer $TOKEN"
fi

# Asks the forge; the token goes in by standard input, so that no list of processes shows it.
ask() {
    printf 'header = "%s"\n' "$header" |
        curl --config - --fail --silent --show-error --header 'Content-Type: application/json' "$@"
}

# The id of the comment that carries our mark, wherever in the list it stands.
find_comment() {
    page=1 before=
    while :; do
        answer=$(ask "$list?per_page=100&page=$page") || return 1
        id=$(printf '%s' "$answer" | jq -r '[.[] | select(.body // "" | startswith("<!-- bevara:diff -->"))][0].id // empty')
        if [ -n "$id" ]; then echo "$id" && return; fi
        first=$(printf '%s' "$answer" | jq -r '.[0].id // empty')
        # The last page, or a forge that has only one.
        if [ "$(printf '%s' "$answer" | jq length)" -lt 100 ] || [ "$first" = "$before" ]; then return; fi
        before=$first page=$((page + 1))
    done
}

say() {
    jq --raw-input --slurp '{body: .}' < "$comment" > "$folder/comment.json"
    known=$(find_comment) || return 1
    if [ -n "$known" ]; then
        ask --request "$change" --data @"$folder/comment.json" --output /dev/null "$one/$known"
    elif [ "$status" = 5 ]; then
        ask --request POST --data @"$folder/comment.json" --output /dev/null "$list"
    fi
}

# A branch from elsewhere may be read and not written to: that is no fault of the change.
say || echo "no comment was written: the forge did not take it" >&2
rm -f "$folder/comment.json"
