#!/bin/sh
# Installs algosmith from this folder, without any network and without questions.
#   ./install.sh [FOLDER]      by default ~/.local/share/algosmith-app
set -eu
: "${HOME:?install.sh: HOME is not set; set it to your home folder}"
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/algosmith-app}
say() { echo "install.sh: $*" >&2; }

cd "$here"
sums=sha256sum
command -v sha256sum > /dev/null || sums="shasum -a 256" # macOS
if ! $sums --check --quiet --strict SHA256SUMS > /dev/null 2>&1; then
    say "this archive is damaged or incomplete; copy it again and compare its checksum"
    exit 1
fi
tag=$(cat PLATFORM)
wanted=${tag%%-*}
if ! command -v "$wanted" > /dev/null; then
    say "this archive is made for $wanted, which is not here; make one with your Python, or install $wanted"
    exit 1
fi
mine="$wanted-$(uname -s | tr '[:upper:]' '[:lower:]')-$(uname -m | tr '[:upper:]' '[:lower:]')"
if [ "$mine" != "$tag" ]; then
    say "this archive is for $tag, and this machine is $mine; make one on a machine of this kind"
    exit 1
fi
if ! "$wanted" -c 'import venv, ensurepip' 2> /dev/null; then
    say "$wanted lacks its venv module; on Debian: apt install $wanted-venv"
    exit 1
fi
if [ -e "$folder" ] && [ ! -e "$folder/pyvenv.cfg" ]; then
    say "$folder is there already and is no installation of algosmith; name another folder"
    exit 1
fi
"$wanted" -m venv "$folder"
"$folder/bin/python" -m pip --disable-pip-version-check --quiet install --no-index --find-links wheels --upgrade "algosmith[$(cat EXTRAS)]"
models=$("$folder/bin/python" -c 'from algosmith import paths; print(paths.data_dir() / "models")')
if [ -d models ]; then
    mkdir -p "$models"
    for model in models/*/; do
        name=$(basename "$model")
        if [ ! -e "$models/$name" ]; then
            cp -R "$model" "$models/.$name.part"
            mv "$models/.$name.part" "$models/$name"
        fi
    done
fi
commands=$HOME/.local/bin
mkdir -p "$commands"
if [ -e "$commands/algosmith" ] && [ ! -L "$commands/algosmith" ]; then
    say "$commands/algosmith is a file of yours and stays; the command is $folder/bin/algosmith"
else
    ln -sf "$folder/bin/algosmith" "$commands/algosmith"
fi
echo "algosmith is installed in $folder; the command is $commands/algosmith"
echo "Next: algosmith doctor; in VS Code install $here/algosmith.vsix (Extensions, ..., Install from VSIX)"
