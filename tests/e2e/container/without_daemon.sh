#!/bin/sh
# without_daemon.sh IMAGE MODEL: starts what build.sh built by buildah alone, where no docker
# daemon answers: its user, its cage, the page with a mounted model file, a folder it can't write.
# It shares the host's network and kernel limits, so port 8765 must be free, and
# Docker's own profile is not tried by this.
set -eu
image=$1
model=$(realpath "$2")
keep=${KEEP:-$(pwd)/.e2e/container}
store="--root $keep/store --runroot $keep/run --storage-driver ${STORAGE_DRIVER:-overlay}"

# Word splitting of $store is meant.
box=$(buildah $store from "$image")
trap 'buildah $store rm "$box" > /dev/null' EXIT
inside() {
    buildah $store run --isolation chroot --network host --user 10001 \
        --volume "$model:/models/model.gguf:ro" "$box" -- sh -c "$1" 2>&1
}
says() {
    case $1 in *"$2"*) echo "ok: $2" ;; *) echo "no '$2' in: $1" >&2; exit 1 ;; esac
}

says "$(inside 'id -u; algosmith self-test --no-model')" 'works here'
says "$(inside 'algosmith doctor || true')" 'ok      cage'
says "$(inside 'ALGOSMITH_HOME=/root algosmith-container || true')" "/root can't be written"
says "$(inside 'ALGOSMITH_MODEL=/models/model.gguf timeout 60 algosmith-container > /tmp/said & page=$!
    for _ in $(seq 50); do
        sleep 1
        python3 -c "import urllib.request as r; print(\"health\", r.urlopen(\"http://127.0.0.1:8765/health\").status)" \
            2> /dev/null && break
    done
    kill $page; cat /tmp/said')" 'health 200'
