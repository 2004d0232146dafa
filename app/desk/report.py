"""The overview as it is handed out: figures of conversations and of drafts side by side, whole and by slice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from app.desk.overview import as_csv, as_json, by_slice, causes, overview
from app.desk.stats import by_slice as drafts_by_slice
from app.desk.stats import draft_figures, grouped
from app.domain.course import Course
from app.domain.draft import Ended
from app.domain.figure import Figure
from app.domain.outcome import Language

Sliced = dict[str, dict[str, list[Figure]]]


@dataclass(frozen=True, slots=True)
class Report:
    """`causes`: why people were needed, each a share. `by`: the same figures by channel, language and week."""

    figures: list[Figure]
    causes: list[Figure]
    by: Sliced

    def as_json(self) -> dict[str, Any]:
        return as_json(self.figures, self._slices)

    def as_csv(self, language: Language) -> str:
        return as_csv(self.figures, self._slices, language)

    @property
    def _slices(self) -> Sliced:
        return {**self.by, "cause": causes_by_name(self.causes)}


def report(courses: Sequence[Course], ended: Sequence[Ended], now: datetime, zone: tzinfo) -> Report:
    """`ended` are drafts with an end; each counts in the channel of its conversation, where that is in `courses`."""
    channels = {course.id: course.channel for course in courses}
    known = [each for each in ended if each.draft.conversation_id in channels]
    drafts = drafts_by_slice(ended, zone) | {
        "channel": grouped(known, lambda each: channels[each.draft.conversation_id])
    }
    nothing, no_drafts = overview([], now), draft_figures([])
    by = {
        name: {
            value: found.get(value, nothing) + drafts[name].get(value, no_drafts)
            for value in sorted(found.keys() | drafts[name].keys())
        }
        for name, found in by_slice(courses, now, zone).items()
    }
    return Report(overview(courses, now) + draft_figures(ended), causes(courses), by)


def causes_by_name(found: Sequence[Figure]) -> dict[str, list[Figure]]:
    return {figure.name: [replace(figure, name="cause")] for figure in found}
