#!/usr/bin/env bash
# The step of the action that checks; its inputs are variables. Exit status: that of the check.
set -euo pipefail

options=()
[ -z "${AT_MOST:-}" ] || options+=("--at-most=$AT_MOST")
[ -z "${BASELINE:-}" ] || options+=("--baseline=$BASELINE")
[ -z "${CHANGED:-}" ] || options+=("--changed=$CHANGED")
[ -z "${JUNIT:-}" ] || options+=("--junit=$JUNIT")
if [ -n "${SARIF:-}" ]; then
    options+=("--sarif=$SARIF")
    echo "sarif=$SARIF" >> "$GITHUB_OUTPUT"
fi
paths=()
while IFS= read -r path; do
    [ -z "$path" ] || paths+=("$path")
done <<< "${PATHS:-.}"

# Findings are shown at their lines.
echo "::add-matcher::$GITHUB_ACTION_PATH/matcher.json"
algosmith check "${options[@]}" -- "${paths[@]}"
