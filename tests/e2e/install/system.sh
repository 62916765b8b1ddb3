#!/bin/sh
# Installs what the editor tests need of the system's own packages: as root by apt-get, else says what.
set -eu

missing=
need() {
    command -v "$1" > /dev/null || missing="$missing $2"
}
need chromium chromium
need emacs emacs-nox
need g++ g++
need make make
need npm npm
ls /usr/share/emacs/site-lisp/elpa-src/eglot-* > /dev/null 2>&1 || missing="$missing elpa-eglot"
ls /usr/share/fonts/truetype/dejavu > /dev/null 2>&1 || missing="$missing fonts-dejavu-core"
ls /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc > /dev/null 2>&1 ||
    missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "the editor tests need these Debian packages:$missing" >&2
    echo "install them as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
# Word splitting of $missing is meant.
apt-get -qq -y install --no-install-recommends $missing > /dev/null
