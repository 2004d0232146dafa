"""What conversations taught, in files below KOTAE_HOME that QA and the owners of articles can read and edit:

evals/candidates/<conversation>.jsonl   waiting for QA
evals/questions/desk.jsonl              accepted: `kotae eval answers --questions` reads it
proposals/<id>.md                       articles to write
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from app.domain.learning import Candidate, Proposal
from app.errors import NotFound

QUESTIONS = "evals/questions/desk.jsonl"
_CANDIDATE = TypeAdapter(Candidate)
_CONVERSATION = re.compile(r"^<!-- conversation: ([\w-]+) -->\n", re.MULTILINE)
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,128}")


class LearningFiles:
    """Writers of all processes take turns; a file is replaced whole."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._candidates, self._proposals = home / "evals" / "candidates", home / "proposals"
        self.questions = home / QUESTIONS

    def add_candidate(self, candidate: Candidate) -> None:
        with self._locked():
            kept = [other for other in self._of(candidate.conversation) if other.id != candidate.id]
            self._keep(candidate.conversation, [*kept, candidate])

    def candidates(self) -> list[Candidate]:
        found = [each for path in self._candidates.glob("*.jsonl") for each in _candidates(path)]
        return sorted(found, key=lambda candidate: candidate.id)

    def accept(self, candidate_id: str) -> None:
        with self._locked():
            candidate = self._take(candidate_id)
            rows = [row for row in _rows(self.questions) if row.get("id") != candidate.id]
            _write(self.questions, [*rows, sample_of(candidate)])
            self._without(candidate)

    def reject(self, candidate_id: str) -> None:
        with self._locked():
            self._without(self._take(candidate_id))

    def add_proposal(self, proposal: Proposal) -> None:
        with self._locked():
            path = self._proposals / f"{_safe(proposal.id)}.md"
            marked = _marked(proposal.markdown, proposal.conversation)
            _replace(path, marked)

    def proposals(self) -> list[Proposal]:
        return [proposal for path in sorted(self._proposals.glob("*.md")) if (proposal := _proposal(path))]

    def conversations(self) -> frozenset[str]:
        waiting = {candidate.conversation for candidate in self.candidates()}
        accepted = {str(row["conversation"]) for row in _rows(self.questions) if row.get("conversation")}
        return frozenset(waiting | accepted | {proposal.conversation for proposal in self.proposals()})

    def forget(self, conversation_id: str) -> None:
        with self._locked():
            self._file(conversation_id).unlink(missing_ok=True)
            rows = _rows(self.questions)
            left = [row for row in rows if row.get("conversation") != conversation_id]
            if len(left) < len(rows):
                _write(self.questions, left)
            for path in self._proposals.glob("*.md"):
                if (proposal := _proposal(path)) and proposal.conversation == conversation_id:
                    path.unlink(missing_ok=True)

    def _take(self, candidate_id: str) -> Candidate:
        found = next((candidate for candidate in self.candidates() if candidate.id == candidate_id), None)
        if found is None:
            raise NotFound(f'There is no candidate "{candidate_id}"; `kotae desk candidates list` names them.')
        return found

    def _without(self, candidate: Candidate) -> None:
        self._keep(candidate.conversation, [each for each in self._of(candidate.conversation) if each != candidate])

    def _of(self, conversation_id: str) -> list[Candidate]:
        return _candidates(self._file(conversation_id))

    def _keep(self, conversation_id: str, candidates: list[Candidate]) -> None:
        path = self._file(conversation_id)
        if candidates:
            _write(path, [_CANDIDATE.dump_python(candidate, mode="json") for candidate in candidates])
        else:
            path.unlink(missing_ok=True)

    def _file(self, conversation_id: str) -> Path:
        return self._candidates / f"{_safe(conversation_id)}.jsonl"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._home / "evals" / ".learning.lock"
        lock.parent.mkdir(parents=True, exist_ok=True)
        with lock.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def sample_of(candidate: Candidate) -> dict[str, Any]:
    """A line for `kotae eval answers`; `gold_docs` and `must_contain` are for QA to complete."""
    return {
        "id": candidate.id,
        "conversation": candidate.conversation,
        "question": candidate.question,
        "lang": candidate.lang,
        "answerable": True,
        "gold_docs": list(candidate.gold_docs),
        "must_contain": [list(group) for group in candidate.must_contain],
        "reference": candidate.reference,
        "kind": f"desk_{candidate.kind}",
        "audience": "agent",
        "note": candidate.note,
    }


def _candidates(path: Path) -> list[Candidate]:
    return [_CANDIDATE.validate_python(row) for row in _rows(path)]


def _rows(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    _replace(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)


def _marked(markdown: str, conversation: str) -> str:
    """With the conversation's id under the front matter, by which it is found when that is erased."""
    head, rule, rest = markdown.partition("\n---\n")
    return f"{head}{rule}<!-- conversation: {conversation} -->\n{rest}"


def _proposal(path: Path) -> Proposal | None:
    """None for a file that somebody else has put there."""
    text = path.read_text(encoding="utf-8")
    marked = _CONVERSATION.search(text)
    if not marked:
        return None
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    return Proposal(path.stem, marked[1], title[1] if title else path.stem, text.replace(marked[0], "", 1))


def _safe(name: str) -> str:
    if not _SAFE.fullmatch(name):
        raise NotFound("There is no such conversation.")
    return name
