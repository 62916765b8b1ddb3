# The first program of the new root: makes it a Debian as far as the tests look, and runs the command.
PATH=/usr/bin:/usr/sbin:/bin
export PATH
/busybox mkdir -p /proc /sys /dev /tmp /run /etc /root /usr/bin /usr/sbin
/busybox --install -s /usr/sbin
for name in sh false; do
    /busybox ln -sf /usr/sbin/$name /usr/bin/$name
done
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/shm
mount -t tmpfs -o mode=1777 tmp /tmp
mount -t tmpfs -o mode=1777 shm /dev/shm
echo 'root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/tmp:/bin/sh' > /etc/passwd
echo 'root:x:0:
nogroup:x:65534:' > /etc/group
echo emulated > /etc/hostname
hostname emulated
ip link set lo up
chmod 755 /
cd /checkout
ALGOSMITH_TEST_SLOWDOWN=$(sed 's/.*slowdown=\([0-9]*\).*/\1/' /proc/cmdline)
export ALGOSMITH_TEST_SLOWDOWN
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/checkout/server HOME=/tmp
sh -c "$(cat command)"
echo "machine: status $?"
poweroff -f
