#!/bin/sh
# Installs VS Code for the web (code-server) from the npm registry into $1, without its own
# postinstall: that one compiles kerberos and sqlite3, which we don't use, and downloads from
# elsewhere. Does nothing when the version is already there. Needs g++, make and python3.
set -eu

VERSION=4.139.1   # VS Code 1.139.1
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
stamp="$folder/.installed-$VERSION"
[ -e "$stamp" ] && exit 0

rm -rf "$folder"
mkdir -p "$folder"
node_bin=$("$here/node.sh" "$folder/../node")
PATH="$node_bin:$PATH"
export PATH npm_config_yes=true npm_config_audit=false npm_config_fund=false
export npm_config_update_notifier=false npm_config_loglevel=error
prefix=$(dirname "$node_bin")
# The headers that came with Node: node-gyp would download them.
[ -d "$prefix/include/node" ] && export npm_config_nodedir="$prefix"

cd "$folder"
echo '{"private": true}' > package.json
npm install "code-server@$VERSION" --ignore-scripts
code=$folder/node_modules/code-server/lib/vscode
(cd "$code" && npm install --omit=dev --ignore-scripts)
(cd "$code/extensions" && npm install --omit=dev --ignore-scripts)
(cd "$code" && npm rebuild @vscode/spdlog @vscode/native-watchdog node-pty)
npm rebuild argon2
touch "$stamp"
