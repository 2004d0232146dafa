"""What drafts are worth: how often they are sent, how much is changed, what time they save."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo

from app.desk.figures import mean, median, share
from app.desk.learning import LIGHT
from app.domain.draft import End, Ended
from app.domain.figure import Figure

# Characters a second while composing. English: 19 words a minute were measured (Karat et al., CHI 1999); 3.3 characters
# are twice as many, so that rather too little is said to be saved. Japanese: an assumption, some 54 a minute.
TYPING = {"ja": 0.9, "en": 3.3}


def draft_figures(ended: Sequence[Ended]) -> list[Figure]:
    sent = [each for each in ended if each.end.end is not End.REJECTED]
    return [
        share("accepted", [_is_accepted(each) for each in ended]),
        share("unchanged", [each.end.end is End.ACCEPTED for each in ended]),
        share("rejected", [each.end.end is End.REJECTED for each in ended]),
        median("edit_distance", [each.end.distance for each in sent], "share"),
        median("seconds_to_send", [each.end.seconds for each in sent], "seconds"),
        mean("seconds_saved", [_saved(each) for each in sent], "seconds"),
        share("with_unsupported_additions", [bool(each.end.additions) for each in sent]),
    ]


def by_slice(ended: Sequence[Ended], zone: tzinfo) -> dict[str, dict[str, list[Figure]]]:
    """By route, language, week (ISO, on the site's clock) and reason of rejection; each slice by value."""
    return {
        "route": grouped(ended, lambda each: each.draft.route or "-"),
        "language": grouped(ended, lambda each: each.draft.language),
        "week": grouped(ended, lambda each: week_of(each.end.at, zone)),
        "rejection": grouped([each for each in ended if each.end.rejection], lambda each: str(each.end.rejection)),
    }


def week_of(at: datetime, zone: tzinfo) -> str:
    """ "2026-W47"."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def grouped(ended: Iterable[Ended], key: Callable[[Ended], str]) -> dict[str, list[Figure]]:
    groups: dict[str, list[Ended]] = {}
    for each in ended:
        groups.setdefault(key(each), []).append(each)
    return {name: draft_figures(groups[name]) for name in sorted(groups)}


def _is_accepted(each: Ended) -> bool:
    return each.end.end is not End.REJECTED and each.end.distance <= LIGHT


def _saved(each: Ended) -> float:
    return len(each.end.sent) / TYPING[each.draft.language] - each.end.seconds
