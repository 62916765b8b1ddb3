#!/bin/sh
# What the emulated machine is for: every attack as root and as a user without rights, in each
# cage it gives, then the cage's other tests as each of them.
set -u
status=0
run="python3 -m pytest -q -p no:cacheprovider"
others="tests/sandbox/test_sandbox_run.py tests/sandbox/test_sandbox_lifecycle.py
    tests/sandbox/test_sandbox_codec.py tests/sandbox/test_sandbox_compare.py tests/sandbox/test_sandbox_source.py"
others=$(echo $others)

uname -srm
$run tests/sandbox/test_seccomp.py tests/sandbox/test_attacks.py || status=1
$run $others -m "not slow" || status=1
su -s /bin/sh nobody -c "HYPOTHESIS_STORAGE_DIRECTORY=/tmp/examples $run $others -m 'not slow'" || status=1
exit $status
