"""The fake of what conversations taught: everything in this process."""

from dataclasses import dataclass, field

from app.domain.learning import Candidate, Proposal
from app.errors import NotFound


@dataclass
class MemoryLearnings:
    accepted: dict[str, Candidate] = field(default_factory=dict)
    _candidates: dict[str, Candidate] = field(default_factory=dict)
    _proposals: dict[str, Proposal] = field(default_factory=dict)

    def add_candidate(self, candidate: Candidate) -> None:
        self._candidates[candidate.id] = candidate

    def candidates(self) -> list[Candidate]:
        return [self._candidates[name] for name in sorted(self._candidates)]

    def accept(self, candidate_id: str) -> None:
        self.accepted[candidate_id] = self._take(candidate_id)

    def reject(self, candidate_id: str) -> None:
        self._take(candidate_id)

    def add_proposal(self, proposal: Proposal) -> None:
        self._proposals[proposal.id] = proposal

    def proposals(self) -> list[Proposal]:
        return [self._proposals[name] for name in sorted(self._proposals)]

    def conversations(self) -> frozenset[str]:
        samples = {each.conversation for each in (*self._candidates.values(), *self.accepted.values())}
        return frozenset(samples | {proposal.conversation for proposal in self._proposals.values()})

    def forget(self, conversation_id: str) -> None:
        for kept in (self._candidates, self.accepted):
            for name in [name for name, each in kept.items() if each.conversation == conversation_id]:
                del kept[name]
        left = {name: each for name, each in self._proposals.items() if each.conversation != conversation_id}
        self._proposals = left

    def _take(self, candidate_id: str) -> Candidate:
        if candidate_id not in self._candidates:
            raise NotFound(f'There is no candidate "{candidate_id}".')
        return self._candidates.pop(candidate_id)
