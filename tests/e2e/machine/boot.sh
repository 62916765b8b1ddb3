#!/bin/sh
# boot.sh ARCH [COMMAND…] : boots a Debian 12 machine in an emulator and runs the sandbox's tests in it
# (or COMMAND, in the checkout there), as ARCH (arm64, amd64) whatever this machine is.
#
# What it needs of Debian and Python is unpacked into a folder per architecture below KEEP (a temporary
# one without it) and used again. SLOWDOWN multiplies the tests' time limits; KERNEL adds to the
# kernel's command line. Exits with the status of the tests.
set -eu

arch=$1
shift
checkout=$(cd "$(dirname "$0")/../../.." && pwd)
here=$checkout/tests/e2e/machine
case $arch in
arm64)
    platform=aarch64
    emulator="qemu-system-aarch64 -M virt -cpu neoverse-n1"
    console=ttyAMA0
    ;;
amd64)
    platform=x86_64
    emulator="qemu-system-x86_64 -M q35 -cpu max"
    console=ttyS0
    ;;
*)
    echo "usage: $0 arm64|amd64 [command...]" >&2
    exit 2
    ;;
esac
if ! command -v "${emulator%% *}" > /dev/null || ! command -v cpio > /dev/null; then
    needed="qemu-system-arm qemu-system-x86 cpio"
    if [ "$(id -u)" -ne 0 ]; then
        echo "an emulator is needed; as root: apt-get install --no-install-recommends $needed" >&2
        exit 1
    fi
    apt-get -qq update
    # Word splitting of $needed is meant.
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $needed > /dev/null
fi
if [ -z "${KEEP:-}" ]; then
    KEEP=$(mktemp -d)
    trap 'rm -rf "$KEEP"' EXIT
fi
folder=$KEEP/$arch
packages=$folder/packages
mkdir -p "$folder"

unpack() {
    DEBIAN_ARCH=$arch DEBIAN_ONLY=$1 "$checkout/tests/e2e/install/debian_unpack.sh" bookworm "$2" "$3" $4
}
# Perl comes along by dependencies that nothing here uses.
unpack '^(busybox|linux-libc|lib[^p]|libpython|libproc|media|procps|python|zlib)' "$folder/root" python3 \
    "python3-minimal python3-distutils busybox-static procps linux-libc-dev"
# As on an installed system; the packages of Debian 12 still hold these three.
for name in bin sbin lib; do
    [ -L "$folder/root/$name" ] && continue
    mkdir -p "$folder/root/usr/$name"
    cp -a "$folder/root/$name/." "$folder/root/usr/$name/"
    rm -rf "${folder:?}/root/$name"
    ln -s "usr/$name" "$folder/root/$name"
done
# Installing compiles Python's library, which is half of what would be waited for.
python3.11 -m compileall -q -s "$folder/root" -p / "$folder/root/usr/lib/python3.11" > /dev/null || true
unpack '^linux-image' "$folder/kernel" "linux-image-cloud-$arch" ""
if [ ! -e "$packages/.done" ]; then
    python3 -m pip install --quiet --disable-pip-version-check --target "$packages" --upgrade \
        --platform "manylinux2014_$platform" --platform "manylinux_2_28_$platform" \
        --only-binary :all: --python-version 311 -c "$checkout/constraints.txt" \
        pytest pytest-asyncio pytest-rerunfailures hypothesis tree-sitter tree-sitter-python
    touch "$packages/.done"
fi

# The initramfs: a shell, what starts it, and the root as one archive.
work=$folder/initramfs
rm -rf "$work"
mkdir -p "$work/bin" "$work/new"
cp "$folder/root/bin/busybox" "$work/bin/busybox"
cp "$here/init" "$work/init"
printf '%s\n' "${*:-tests/e2e/machine/tests.sh}" > "$folder/command"
tar -cf "$work/root.tar" --owner 0 --group 0 \
    --transform "s,^packages,usr/local/lib/python3.11/dist-packages," \
    --transform "s,^\(server\|tests\|pyproject\|command\),checkout/\1," \
    -C "$folder" packages command -C "$folder/root" . \
    -C "$checkout" server tests/conftest.py tests/sandbox tests/e2e/machine pyproject.toml
(cd "$work" && find . | cpio --quiet -o -H newc) > "$folder/initramfs.cpio"

# Word splitting of $emulator is meant.
$emulator -icount shift=2,sleep=off -smp 2 -m 3072 -display none -nodefaults -no-reboot -serial stdio \
    -kernel "$folder"/kernel/boot/vmlinuz-* -initrd "$folder/initramfs.cpio" \
    -append "console=$console quiet panic=-1 slowdown=${SLOWDOWN:-1} ${KERNEL:-}" < /dev/null |
    tee "$folder/log"
tr -d '\r' < "$folder/log" | grep -qx 'machine: status 0'
