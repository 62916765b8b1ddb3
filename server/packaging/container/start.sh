#!/bin/sh
# What a container starts: settings out of its environment, a key, then the page for others.
# With arguments it is the command `algosmith`, as in: docker run --rm algosmith doctor
set -eu
[ $# -eq 0 ] || exec algosmith "$@"

home=${ALGOSMITH_HOME:-/data}
say() { echo "algosmith: $*" >&2; }
if ! [ -w "$home" ]; then
    say "$home can't be written: mount a named volume there, or a folder that belongs to user $(id -u)"
    exit 1
fi

# The settings file is written anew at each start, unless it is one of yours.
settings=$home/config/config.toml
mark='# Written by the container out of its environment; remove this line to keep the file as it is.'
if [ ! -e "$settings" ] || [ "$(head -n 1 "$settings")" = "$mark" ]; then
    mkdir -p "$home/config"
    quoted() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }
    {
        echo "$mark"
        [ -z "${ALGOSMITH_MODEL:-}" ] || printf 'model = %s\n' "$(quoted "$ALGOSMITH_MODEL")"
        echo '[engine]'
        [ -z "${ALGOSMITH_ENGINE_URL:-}" ] || printf 'url = %s\n' "$(quoted "$ALGOSMITH_ENGINE_URL")"
        [ -z "${ALGOSMITH_ENGINE_KEY_FILE:-}" ] || printf 'key_file = %s\n' "$(quoted "$ALGOSMITH_ENGINE_KEY_FILE")"
    } > "$settings"
elif [ -n "${ALGOSMITH_MODEL:-}${ALGOSMITH_ENGINE_URL:-}" ]; then
    say "$settings is yours, so ALGOSMITH_MODEL and ALGOSMITH_ENGINE_URL are not looked at"
fi

key=${ALGOSMITH_KEY_FILE:-$home/key}
url=${ALGOSMITH_URL:-http://localhost:8765}
if [ ! -e "$key" ]; then
    if [ -n "${ALGOSMITH_KEY_FILE:-}" ]; then
        say "ALGOSMITH_KEY_FILE: there is no $key; mount it"
        exit 1
    fi
    (umask 077 && python3 -c 'import secrets; print(secrets.token_urlsafe(24))' > "$key")
fi
[ -n "${ALGOSMITH_KEY_FILE:-}" ] || say "your link, once the page is open: ${url%% *}/#key=$(cat "$key")"

set -- --yes --no-open --host 0.0.0.0 --port 8765 --behind-proxy --key-file "$key"
for one in $url; do  # several may be given, with blanks between
    set -- "$@" --url "$one"
done
exec algosmith start "$@"
