"""What everything that keeps learnings does: the shipped fake and the files."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.adapters.learning_files import LearningFiles
from app.adapters.learning_memory import MemoryLearnings
from app.domain.draft_ports import Learnings
from app.domain.learning import Candidate, CandidateKind, Proposal
from app.errors import NotFound
from evals.samples import read_samples
from evals.tasks.answers import Question
from tests.builders import NOON

GOOD = Candidate(
    id="desk-1",
    conversation="c-1",
    kind=CandidateKind.GOOD,
    question="返品は何日以内ですか",
    lang="ja",
    gold_docs=("ja-returns",),
    must_contain=(("14日",),),
    reference="未開封の商品は14日以内に返品できます。",
    made_at=NOON,
)
PROPOSAL = Proposal("proposal-1", "c-1", "返品について", "---\ntitle: 返品について\n---\n\n# 返品について\n\n本文\n")


@pytest.fixture(params=["memory", "files"])
def learnings(request: pytest.FixtureRequest, tmp_path: Path) -> Learnings:
    made: dict[str, Callable[[], Learnings]] = {"memory": MemoryLearnings, "files": lambda: LearningFiles(tmp_path)}
    return made[request.param]()


def test_candidates_wait_until_they_are_judged(learnings: Learnings) -> None:
    other = replace(GOOD, id="desk-2", conversation="c-2", kind=CandidateKind.REGRESSION)
    learnings.add_candidate(other)
    learnings.add_candidate(GOOD)
    learnings.add_candidate(replace(GOOD, reference="14日です。"))
    assert learnings.candidates() == [replace(GOOD, reference="14日です。"), other]
    learnings.accept("desk-1")
    learnings.reject("desk-2")
    assert learnings.candidates() == []
    assert learnings.conversations() == {"c-1"}


def test_proposals_come_back_as_they_were_made(learnings: Learnings) -> None:
    learnings.add_proposal(PROPOSAL)
    assert learnings.proposals() == [PROPOSAL]


def test_everything_of_a_conversation_is_forgotten_and_nothing_else(learnings: Learnings) -> None:
    learnings.add_candidate(GOOD)
    learnings.accept(GOOD.id)
    learnings.add_candidate(replace(GOOD, id="desk-2"))
    learnings.add_proposal(PROPOSAL)
    learnings.add_candidate(replace(GOOD, id="desk-3", conversation="c-2"))
    learnings.forget("c-1")
    assert learnings.conversations() == {"c-2"}
    assert [candidate.id for candidate in learnings.candidates()] == ["desk-3"]
    assert learnings.proposals() == []


@pytest.mark.parametrize("name", ["desk-9", "../x"])
def test_what_is_not_there_is_not_found(learnings: Learnings, name: str) -> None:
    for judge in (learnings.accept, learnings.reject):
        with pytest.raises(NotFound):
            judge(name)


def test_an_accepted_candidate_is_a_sample_of_the_evaluation_of_answers(tmp_path: Path) -> None:
    learnings = LearningFiles(tmp_path)
    learnings.add_candidate(GOOD)
    learnings.accept(GOOD.id)
    [sample] = read_samples("desk", [learnings.questions], Question).samples
    assert (sample.question, sample.audience, sample.cluster) == (GOOD.question, "agent", "c-1")
    assert sample.must_contain == (("14日",),)


def test_nothing_of_an_erased_conversation_is_left_in_any_file(tmp_path: Path) -> None:
    learnings = LearningFiles(tmp_path)
    learnings.add_candidate(GOOD)
    learnings.accept(GOOD.id)
    learnings.add_candidate(replace(GOOD, id="desk-2"))
    learnings.add_proposal(PROPOSAL)
    learnings.forget("c-1")
    left = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert "c-1" not in left
    assert "返品" not in left
    assert json.dumps(GOOD.question) not in left
