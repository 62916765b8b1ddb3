#!/bin/sh
# One click: sets up what is missing, asks before it fetches a model, then opens the page.
cd "$(dirname "$0")" || exit 1
for tool in make python3; do
    if ! command -v "$tool" > /dev/null; then
        echo "$tool is missing. On Debian or Ubuntu: sudo apt install make python3-venv" >&2
        exit 1
    fi
done
make --no-print-directory .venv/.start && exec .venv/bin/algosmith start "$@"
