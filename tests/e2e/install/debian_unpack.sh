#!/bin/sh
# debian_unpack.sh SUITE FOLDER PACKAGE… : unpacks packages of another Debian suite, with the libraries
# they need, into FOLDER, without installing anything. Programs are then started through the
# unpacked loader (see ../editors/programs.py). Does nothing when they are already there.
# DEBIAN_ARCH names another architecture; DEBIAN_ONLY is a pattern of the packages to take.
set -eu

suite=$1
folder=$2
shift 2
[ -e "$folder/.done" ] && exit 0

rm -rf "$folder"
state=$folder/.apt
mkdir -p "$state/lists/partial" "$state/cache/archives/partial" "$state/deb"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# Where this machine gets its own packages.
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
    grep -v security | sort -u | head -n 1)
echo "deb [signed-by=$keyring] ${DEBIAN_MIRROR:-$mirror} $suite main" > "$state/sources.list"
options="-o Dir::Etc::sourcelist=$state/sources.list -o Dir::Etc::sourceparts=-
    -o Dir::State::lists=$state/lists -o Dir::Cache=$state/cache -o Dir::State::status=/dev/null
    -o APT::Sandbox::User=root -o Acquire::Languages=none"
[ -z "${DEBIAN_ARCH:-}" ] ||
    options="$options -o APT::Architecture=$DEBIAN_ARCH -o APT::Architectures=$DEBIAN_ARCH"
# Word splitting of $options is meant.
apt-get $options -qq update
needed=$(apt-cache $options depends --recurse --no-recommends --no-suggests --no-conflicts \
    --no-breaks --no-replaces --no-enhances --no-pre-depends "$@" |
    grep -E '^[a-z0-9]' | grep -vE '^(dpkg|perl-base|debconf|gcc-[0-9]+-base|tzdata|.*-common)$' |
    grep -E "${DEBIAN_ONLY:-.}" | sort -u)
cd "$state/deb"
for package in $needed; do
    # A virtual package can't be downloaded; its provider is in the list as well.
    apt-get $options -qq download "$package" || true
done
for file in *.deb; do
    dpkg-deb -x "$file" "$folder"
done
rm -rf "$state"
touch "$folder/.done"
