#!/bin/sh
# build.sh IMAGE: builds the container image with buildah, for docker too where its daemon runs.
# Where no registry of images answers, the base is made of Debian packages by mmdebstrap.
# KEEP names a folder for the base and for buildah's layers, which a second run takes again.
set -eu
image=$1
keep=${KEEP:-$(pwd)/.e2e/container}
suite=${DEBIAN_SUITE:-trixie}
base=${BASE:-docker.io/library/debian:$suite-slim}
store="--root $keep/store --runroot $keep/run --storage-driver ${STORAGE_DRIVER:-overlay}"
mkdir -p "$keep"

# Word splitting of $store is meant.
if ! timeout 60 buildah $store pull -q "$base" > /dev/null 2>&1; then
    base=localhost/algosmith-base
    if ! buildah $store inspect --type image "$base" > /dev/null 2>&1; then
        echo "no registry of images answers: making a base of Debian packages"
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' |
            grep -v security | sort -u | head -n 1)
        keyring=/usr/share/keyrings/debian-archive-keyring.gpg
        mmdebstrap --quiet --variant=minbase "$suite" "$keep/base.tar" \
            "deb [signed-by=$keyring] ${DEBIAN_MIRROR:-$mirror} $suite main"
        made=$(buildah $store from scratch)
        buildah $store add -q "$made" "$keep/base.tar" / > /dev/null
        buildah $store commit -q "$made" "$base" > /dev/null
        buildah $store rm "$made" > /dev/null
    fi
fi

# pip's own index and certificates hold inside as well.
conf=$keep/pip.conf
certificates=$(python3 -m pip config get global.cert 2> /dev/null || echo "${PIP_CERT:-}")
index=$(python3 -m pip config get global.index-url 2> /dev/null || echo "${PIP_INDEX_URL:-}")
{
    echo '[global]'
    [ -z "$certificates" ] || echo 'cert = /etc/ssl/certs/of-the-host.crt'
    [ -z "$index" ] || echo "index-url = $index"
} > "$conf"
set -- --volume "$conf:/etc/pip.conf:ro"
[ -z "$certificates" ] || set -- "$@" --volume "$certificates:/etc/ssl/certs/of-the-host.crt:ro"

buildah $store build --quiet --layers --isolation chroot --network host --format docker "$@" \
    --build-arg "BASE=$base" --file server/packaging/container/Containerfile --tag "$image" .
if docker info > /dev/null 2>&1; then
    buildah $store push -q "$image" "docker-archive:$keep/image.tar:$image"
    docker load -q -i "$keep/image.tar"
    rm "$keep/image.tar"
fi
