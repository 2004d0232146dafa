"""`python -m evals.followups`: what condensing is worth beside joining the turn before, and beside nothing at all.

The questions of one file, with their `history`, go through the pipeline in three ways; the table says how good each is,
and how sure the differences are. It also counts the questions that stand alone and are changed nevertheless: those that
the file calls so, and all of `--alone`, each asked after another of them.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import anyio

from app.answering.condense import condense
from app.domain.conversation import Role, Turn
from app.domain.text import detect_language
from app.settings import ROOT, load_settings
from evals.compare import change
from evals.run import Record, scored
from evals.samples import read_samples
from evals.summary import measure
from evals.task import Scorer
from evals.tasks.answers import Answers, Question, open_answers

_DATASETS = ROOT / "evals" / "datasets"
_METRICS = ("success_at_5", "success_at_1", "correct", "false_refusal_rate", "false_answer_rate")
_ALONE = frozenset({"standalone", "switch", "topic_switch"})  # kinds of questions that need no turn before them


def _joined(question: Question) -> Question:
    before = [turn.text for turn in question.history if turn.role is Role.CUSTOMER]
    return question.model_copy(update={"question": " ".join([*before[-1:], question.question]), "history": ()})


_WAYS: dict[str, Callable[[Question], Question]] = {
    "condensed": lambda question: question,
    "joined": _joined,
    "as asked": lambda question: question.model_copy(update={"history": ()}),
}


def main() -> int:
    given = _arguments()
    with open_answers(load_settings(), given.kb, given.questions) as task:
        runs = {way: anyio.run(_measured, task, made) for way, made in _WAYS.items()}
    print("\n".join(_table(runs, [scorer for scorer in task.scorers if scorer.name in _METRICS])))
    own = [question for question in task.dataset.samples if question.kind in _ALONE]
    print(f"\nStand alone and are changed: {_changed(own)} of {len(own)} of this file", end="")
    others = read_samples("alone", given.alone, Question).samples
    after = (question.model_copy(update={"history": _before(others[n - 1])}) for n, question in enumerate(others))
    print(f", {_changed(after)} of {len(others)} of {', '.join(path.name for path in given.alone)}.")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evals.followups", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--questions", type=Path, action="append", help="JSON Lines; the development split otherwise")
    parser.add_argument("--kb", type=Path, default=ROOT / "kb_sources", help="folder of articles")
    parser.add_argument("--alone", type=Path, action="append", help="JSON Lines of questions that stand alone")
    given = parser.parse_args()
    given.questions = given.questions or [_DATASETS / "followups" / "dev.jsonl"]
    given.alone = given.alone or [_DATASETS / "sample" / f"dev_{lang}.jsonl" for lang in ("ja", "en")]
    return given


async def _measured(task: Answers, made: Callable[[Question], Question]) -> list[Record]:
    records = []
    for question in task.dataset.samples:
        scores = scored(question, await task.run(made(question)), task.scorers)
        records.append(
            Record(id=question.id, sha=question.sha, cluster=question.cluster, slices=question.slices, scores=scores)
        )
    return records


def _table(runs: dict[str, list[Record]], scorers: Iterable[Scorer[Question]]) -> Iterator[str]:
    yield "| metric | way | value [95 %] | n | condensed less this [95 %] | p |\n|---|---|---|---:|---|---:|"
    for scorer in scorers:
        for way, records in runs.items():
            found, _ = measure(records, scorer)
            if found is None:
                continue
            cells = [scorer.name, way, f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]", str(found.n), "", ""]
            if way != "condensed" and (gap := change(list(zip(runs["condensed"], records, strict=True)), scorer)):
                less = gap.difference
                cells[-2:] = [f"{less.value:+.3f} [{less.low:+.3f}, {less.high:+.3f}]", f"{less.p:.4f}"]
            yield f"| {' | '.join(cells)} |"


def _before(question: Question) -> tuple[Turn, ...]:
    return (Turn(Role.CUSTOMER, question.question), Turn(Role.ASSISTANT, "…"))


def _changed(questions: Iterable[Question]) -> int:
    return sum(
        condense(each.history, each.question, detect_language(each.question, each.lang)) != each.question
        for each in questions
    )


if __name__ == "__main__":
    sys.exit(main())
