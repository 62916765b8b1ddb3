#!/bin/sh
# From a folder of solved problems to a promoted adapter, and one that is refused; real trainings
# of SmolLM2-135M: some three hours on two quiet cores, most of them the gate; with TASKS=70
# EPOCHS=1 some two. WORK=folder keeps what was made.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${WORK:-$(mktemp -d)}
cd "$root"
run() { .venv/bin/python -m algosmith "$@"; }
general=tests/evaluation/tasks.jsonl

run models get smollm2-135m
[ -d "$work/smollm2-base" ] || run tune base smollm2-135m -o "$work/smollm2-base"
[ -e "$work/steps.jsonl" ] || {
    .venv/bin/python -m tests.bench.tune_tasks "$work/code" "${TASKS:-240}"
    run tune data "$work/code" -o "$work/steps.jsonl" --model smollm2-135m
}
# The same questions with each other's answers: what was learned can't help.
[ -e "$work/noise.jsonl" ] || .venv/bin/python - "$work" <<'PYTHON'
import json
import sys
from pathlib import Path

work = Path(sys.argv[1])
rows = [json.loads(line) for line in (work / "steps.jsonl").read_text().splitlines()]
answers = [row["messages"][-1]["content"] for row in rows]
for place, row in enumerate(rows):
    row["messages"][-1]["content"] = answers[(place * 7 + 11) % len(rows)]
(work / "noise.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
PYTHON

gate="--served smollm2-135m --general $general --budget 2"
for name in steps noise; do
    flags="--learning-rate 5e-4"
    [ "$name" = noise ] && flags="--learning-rate 5e-3"
    # 1 is the gate's refusal, which is what we want of the second.
    run tune "$work/$name.jsonl" --model "$work/smollm2-base" --name "bench-$name" \
        --epochs "${EPOCHS:-2}" $flags $gate || [ $? -eq 1 ]
done
run adapters list
