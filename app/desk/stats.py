"""What drafts are worth: how often they are sent, how much is changed, what time they save."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, tzinfo

from app.desk.learning import LIGHT
from app.domain.draft import End, Ended
from app.domain.figure import Figure, mean, median, share

# Characters a second while composing. English: 19 words a minute were measured (Karat et al., CHI 1999); 3.3 characters
# are twice as many, so that rather too little is said to be saved. Japanese: an assumption, some 54 a minute.
TYPING = {"ja": 0.9, "en": 3.3}

_SENT = {
    "ja": "送信された下書きのうち、変更なしか軽い修正（編集距離0.2以下）で送られた割合。却下も数えます",
    "en": "Of all drafts with an end, rejected ones too: sent unchanged or lightly edited (edit distance up to 0.2)",
}
_UNCHANGED = {"ja": "変更なしで送られた下書きの割合", "en": "Of all drafts with an end: sent without a change"}
_REJECTED = {"ja": "却下された下書きの割合", "en": "Of all drafts with an end: rejected"}
_DISTANCE = {
    "ja": "送信文と下書きの編集距離を、長いほうの文字数で割った値の中央値。送信されたもののみ",
    "en": "Median edit distance of the sent text to its draft over the length of the longer; sent drafts only",
}
_SECONDS = {"ja": "下書きができてから送信までの秒数の中央値", "en": "Median seconds from draft to sent reply"}
_SAVED = {
    "ja": "送信文を一から入力する秒数（日本語は毎秒0.9字、英語は3.3字）から、送信までの秒数を引いた値の平均。負の値も数えます",
    "en": "Mean of the seconds it takes to type the sent text (Japanese 0.9, English 3.3 characters a second) less those "
    "to sending; a loss counts as well",
}
_ADDED = {
    "ja": "担当者が書き足した文に、出典のないものがあった送信の割合",
    "en": "Of sent drafts: the agent added a sentence that no article supports",
}


def draft_figures(ended: Sequence[Ended]) -> list[Figure]:
    sent = [each for each in ended if each.end.end is not End.REJECTED]
    return [
        share("accepted", [_is_accepted(each) for each in ended], _SENT),
        share("unchanged", [each.end.end is End.ACCEPTED for each in ended], _UNCHANGED),
        share("rejected", [each.end.end is End.REJECTED for each in ended], _REJECTED),
        median("edit_distance", [each.end.distance for each in sent], "share", _DISTANCE),
        median("seconds_to_send", [each.end.seconds for each in sent], "seconds", _SECONDS),
        mean("seconds_saved", [_saved(each) for each in sent], "seconds", _SAVED),
        share("with_unsupported_additions", [bool(each.end.additions) for each in sent], _ADDED),
    ]


def by_slice(ended: Sequence[Ended], zone: tzinfo) -> dict[str, dict[str, list[Figure]]]:
    """By route, language, week (ISO, on the site's clock) and reason of rejection; each slice by value."""
    return {
        "route": _grouped(ended, lambda each: each.draft.route or "-"),
        "language": _grouped(ended, lambda each: each.draft.language),
        "week": _grouped(ended, lambda each: week_of(each.end.at, zone)),
        "rejection": _grouped([each for each in ended if each.end.rejection], lambda each: str(each.end.rejection)),
    }


def week_of(at: datetime, zone: tzinfo) -> str:
    """ "2026-W47"."""
    year, week, _ = at.astimezone(zone).isocalendar()
    return f"{year}-W{week:02}"


def _grouped(ended: Iterable[Ended], key: Callable[[Ended], str]) -> dict[str, list[Figure]]:
    groups: dict[str, list[Ended]] = {}
    for each in ended:
        groups.setdefault(key(each), []).append(each)
    return {name: draft_figures(groups[name]) for name in sorted(groups)}


def _is_accepted(each: Ended) -> bool:
    return each.end.end is not End.REJECTED and each.end.distance <= LIGHT


def _saved(each: Ended) -> float:
    return len(each.end.sent) / TYPING[each.draft.language] - each.end.seconds
