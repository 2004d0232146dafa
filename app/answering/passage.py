"""What is quoted when a chunk is: the chunk, with those right after it that it cannot be read without."""

import re

from app.domain.ports import ChunkIndex

_FOLLOWERS = 2
_LEAD = {"ja": 60, "en": 150}  # characters under which a passage only leads up to the next: "Fees depend on the area."
_EXCEPTIONS = re.compile(r"例外|注意|条件|対象外|except|exclu|condition|note", re.I)
_CONDITION = re.compile(r"\s*(ただし|但し|なお|※|\*|注[:：]|例外|Note\b|However\b|Except|Unless\b)")


def whole(position: int, index: ChunkIndex) -> list[int]:
    """The passage with those right after it that it cannot be read without: at most two."""
    positions = [position]
    while len(positions) <= _FOLLOWERS and _belongs(positions[-1], index):
        positions.append(positions[-1] + 1)
    return positions


def _belongs(position: int, index: ChunkIndex) -> bool:
    """Whether the next chunk limits this one, or this one only leads up to it."""
    if position + 1 >= len(index.chunks):
        return False
    here, there = index.chunks[position], index.chunks[position + 1]
    if here.document_id != there.document_id:
        return False
    if there.heading_path == here.heading_path and _CONDITION.match(there.text):
        return True
    below = there.heading_path[: len(here.heading_path)] == here.heading_path
    exceptions = there.heading_path[len(here.heading_path) :]
    return below and (bool(exceptions and _EXCEPTIONS.search(exceptions[0])) or len(here.text) < _LEAD[here.lang])
