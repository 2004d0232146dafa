"""以上 / up to / より前: the side a number or a date bounds."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from enum import StrEnum


class Bound(StrEnum):
    EXACT = "exact"
    MIN = "at least"
    OVER = "more than"
    MAX = "at most"
    UNDER = "less than"
    AFTER = "after"
    BEFORE = "before"


_BEHIND: tuple[tuple[Bound, str], ...] = (
    (Bound.MAX, r"(?:の|を|か|も)?(?:以内|以下|を?超えない|を?上限|が上限|が限度|が最大|を限度|が期限|に満つまで)"),
    (Bound.MIN, r"(?:の|を|も)?(?:以上|が下限|が最低)|を?下回らない"),
    (Bound.AFTER, r"(?:以降|以後|後(?!半)|経過|が?過ぎ|を?過ぎ|たって|たった|目以降)"),
    (Bound.OVER, r"(?:の|を)?(?:超|を?こえ|を?越え|を?上回|より(?:も)?(?:多|大き|長|高|重|後|遅))"),
    (
        Bound.UNDER,
        r"(?:未満|(?:も|が)?(?:たた|経た|経過し)(?:ず|ない)|に満た(?:ない|ず)|を?下回|より(?:も)?(?:少な|小さ|短|低|安|軽))",
    ),
    (Bound.BEFORE, r"(?:以前|前(?!後|半)|より(?:も)?(?:前|早))"),
    (Bound.MAX, r"(?:の間)?(?:まで|いっぱい|迄|で締め切)"),
    (Bound.MIN, r"(?:分|目)?から(?!\d)"),
    (
        Bound.MIN,
        r" ?(?:or|and) (?:more|above|over|longer|older|greater|later|higher|heavier|up)\b| ?(?:minimum|min\.)| ?at (?:the )?least",
    ),
    (
        Bound.MAX,
        r" ?or (?:less|fewer|under|below|shorter|lower|lighter|earlier|sooner)\b| ?(?:maximum|max\.)| ?at (?:the )?most|['s ]* (?:limit|or before)\b",
    ),
    (Bound.AFTER, r" ?(?:or more )?(?:after|later|onwards?|from (?:now|then)|have passed|has passed|and after)\b"),
    (Bound.BEFORE, r" ?(?:before|in advance|prior|ahead|ago|earlier|beforehand)\b"),
)
_AHEAD: tuple[tuple[Bound, str], ...] = (
    (
        Bound.MAX,
        r"(?:no|not) (?:more|longer|later|greater|higher|older) than|(?:does|do|must|may|should|can)(?:n't| not|not) exceed|not exceed(?:ing)?",
    ),
    (Bound.MIN, r"(?:no|not) (?:less|fewer|shorter|earlier|lower|under) than|nothing less than"),
    (
        Bound.MAX,
        r"up to|at (?:the )?most|at the latest|within|maximum(?: of)?|max\.?|as (?:much|many|long) as|until|till|through|by|in under(?! )|limit(?: is| of)?|capped at|not (?:over|above)",
    ),
    (
        Bound.MIN,
        r"at (?:the )?least|minimum(?: of)?|min\.?|(?<!come )(?<!comes )(?<!made )(?<!came )from|starting (?:at|from|on)|starts at|since|as of|as from|beginning|effective|or more than",
    ),
    (
        Bound.OVER,
        r"more than|over|above|exceed(?:s|ed|ing)?|greater than|longer than|higher than|older than|beyond|heavier than|in excess of|(?:is|are) past",
    ),
    (Bound.UNDER, r"less than|fewer than|under|below|shorter than|lower than|lighter than|younger than|in under"),
    (Bound.AFTER, r"after|following|once|later than"),
    (Bound.BEFORE, r"before|prior to|earlier than|ahead of"),
    (
        Bound.MAX,
        r"最大(?:で|でも)?|最長(?:で|でも)?|最高(?:で|でも)?|最多|遅くとも|長くても|上限(?:は|が)?(?:、)?|限度(?:額)?は|期限は|多くても|高くても",
    ),
    (Bound.MIN, r"最低(?:で|でも)?|最小|最短(?:で|でも)?|少なくとも|下限は"),
    (Bound.MAX, r"(?:限度額?|上限額?|最大料金|最大|limit|maximum)(?:[^。、.,;\d]|1日){0,12}"),
)
_FILLER = r"(?: |、|:|of|the|a|an|just|about|around|approximately|some|total|合計|約|およそ|おおむね|概ね|¥|jpy|usd|\$|in|on|end of)*"
_BEHIND_RE = tuple((bound, re.compile(pattern, re.I)) for bound, pattern in _BEHIND)
_AHEAD_RE = tuple((bound, re.compile(rf"(?:^|(?<![a-z]))(?:{pattern}){_FILLER}$", re.I)) for bound, pattern in _AHEAD)
_ASIDE = re.compile(r"^ ?\((?:税[込抜別]|消費税込|tax included|incl\. tax)\)")
_LATE = frozenset({Bound.MIN, Bound.OVER, Bound.AFTER})
_SOON = frozenset({Bound.MAX, Bound.UNDER, Bound.BEFORE})


def bound_at(text: str, start: int, end: int) -> Bound:
    """The bound said of `text[start:end]`: words right behind it first for Japanese, then those right ahead."""
    behind, ahead = _ASIDE.sub("", text[end : end + 32]), text[max(0, start - 34) : start]
    said_behind = next((bound for bound, pattern in _BEHIND_RE if pattern.match(behind)), None)
    if said_behind and said_behind not in {Bound.AFTER, Bound.BEFORE}:
        return said_behind
    said_ahead = next((bound for bound, pattern in _AHEAD_RE if pattern.search(ahead)), None)
    if said_behind is Bound.BEFORE and said_ahead is Bound.MAX:
        return Bound.MIN  # no later than ten days before: ten days or more
    return said_ahead or said_behind or Bound.EXACT


def opposed(one: Bound, other: Bound) -> bool:
    """They point to different sides: until and from, before and after."""
    return (one in _LATE and other in _SOON) or (one in _SOON and other in _LATE)
