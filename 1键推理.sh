#!/bin/sh
# 一键启动:补齐缺少的部分,下载模型前先询问,然后打开网页。
cd "$(dirname "$0")" || exit 1
for tool in make python3; do
    if ! command -v "$tool" > /dev/null; then
        echo "缺少 $tool。在 Debian 或 Ubuntu 上:sudo apt install make python3-venv" >&2
        exit 1
    fi
done
make --no-print-directory .venv/.start && exec .venv/bin/algosmith start "$@"
