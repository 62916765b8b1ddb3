"""``algosmith ask "…"``: one question, the answer as it is written; mathematics with --math."""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict

from algosmith.cli.files import load_settings
from algosmith.cli.progress import ProgressLine
from algosmith.config import Settings
from algosmith.features import ask, services, words
from algosmith.features.ask import Answer, Problem
from algosmith.wire import Delta


def run(args: list[str]) -> int:
    """Exit status 0: there is an answer; of a mathematical one, no other one contradicts it."""
    options = _parser().parse_args(args)
    settings = load_settings()
    mode: ask.Mode = "mathematics" if options.math else "algorithms"
    count = options.answers or (settings.web.answers if options.math else 1)
    question = sys.stdin.read() if options.question == "-" else options.question
    problem = Problem(question, mode, answers=count)
    answer = asyncio.run(_ask(settings, problem, as_json=options.json))
    agreement = answer.agreement
    if options.json:
        print(json.dumps(asdict(answer), ensure_ascii=False))
    elif agreement is not None:
        print(f"\n{ask.check_words(agreement)}")
    return 1 if agreement is not None and agreement.size * 2 <= agreement.compared > 1 else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith ask", description=__doc__)
    parser.add_argument("question", help="the question, in any language; - reads standard input")
    parser.add_argument("--math", action="store_true", help="a mathematical problem")
    parser.add_argument("--answers", type=int, help="independent answers to compare (with --math)")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    return parser


async def _ask(settings: Settings, problem: Problem, *, as_json: bool) -> Answer:
    """Several answers are shown when they have been compared, a single one as it comes."""
    streamed = not as_json and problem.answers == 1
    made = services.build(settings, trusted=True)
    line = ProgressLine()
    written: list[str] = []

    def delta(new: Delta) -> None:
        if new.text:
            line.clear()
            written.append(new.text)
            print(_safe(new.text), end="", flush=True)

    try:
        answer = await ask.ask(
            made,
            problem,
            lambda progress: None if written else line(words.progress_step(progress)),
            delta if streamed else None,
        )
    finally:
        line.clear()
        await made.close()
    if not as_json:
        print("" if written else _safe(answer.text))
    return answer


def _safe(text: str) -> str:
    """Without control characters: a reply must not write to the terminal's own channels."""
    return "".join(c for c in text if c in "\n\t" or words.clean(c) or c == " ")
