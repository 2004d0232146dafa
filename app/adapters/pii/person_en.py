"""Names in English text: the name model, and how people introduce, address and sign themselves."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from app.adapters.pii.name_en import ROLE, checked, given_names, surnames
from app.adapters.pii.rule import LABELLED, LIKELY, SHAPED, UNKNOWN, Entity, Found, Reading, Word

_U = r"[A-ZÀ-ÖØ-ÞĀ-ſ]"
_W = rf"(?:{_U}[A-Za-zÀ-ɏ'’-]{{0,24}}|{_U}\.)"
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|dos|la|le|bin|ibn|al|el|ten|ter|du|af|zu)"
_NAME = rf"{_W}(?:[ ](?:{_PARTICLE} ){{0,2}}{_W}){{0,3}}"
_ANY = r"[^\W\d_][A-Za-zÀ-ɏ'’.-]{0,24}(?: [^\W\d_][A-Za-zÀ-ɏ'’.-]{0,24}){0,3}"
_CASED = r"(?-i:" + _NAME + ")"
_INTRODUCED = re.compile(
    rf"\b(?:my (?:full |first |last |legal |maiden )?name(?: is|'s|:)|(?:first |last |full |maiden )?name(?:'s)? is|(?:first |last |full )?name\?|partner's name|i am called|called me|people call me|call me|goes by|this is|i am|i'm|it's|it is|speaking with|spoke (?:to|with)|talked (?:to|with)|ask for|attn:?|attention:?|called|follow(?:ing)? up with|meeting with|married to|engaged to|assistant to|(?:placed|paid|ordered|booked|collected|sent|approved|requested|written) by|directed by|starring|visit from|letter from|message from|said to|care of|c/o|on behalf of|under the name(?: of)?|registered to|registered under|booked under|made out to|payable to|signed by|in the name of|under|named|behalf of|regards to|correct it to|(?:my|her|his|their) (?:(?:maiden|first|last|full) name is|name is|husband|wife|son|daughter|mother|father|brother|sister|boss|colleague|friend|partner|neighbou?r|kid|child|manager|assistant|roommate|cousin|aunt|uncle|grandmother|grandfather|girlfriend|boyfriend|mom|mum|dad)(?: is)?),? (?P<value>{_CASED})",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"\b(?:my (?:full )?name(?: is|'s)|name ?[:=]|i am called) (?P<value>{_ANY}?)(?=[.,;!?\n]|$| and | but | i | from | my | here| with | - )",
    re.IGNORECASE,
)
_FAMILY = r"flatmate|roommate|husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|boss|manager|colleague|friend|partner|neighbou?r|cousin|aunt|uncle|girlfriend|boyfriend|fianc[ée]e?|gran|nan|grandma|grandad|grandpa|kid|nephew|niece"
_FIELD = re.compile(
    rf"(?:^|\n|[;,|] ?)[ >*-]{{0,4}}(?:[a-z']{{2,12}} ){{0,2}}(?:names?|surname|forenames?|recipient|sender|attn|contact person|contact|account holder|cardholder|signed|from|to|cc|{ROLE}|{_FAMILY}|parent)(?: ?\d)?(?: \([^()\n]{{1,15}}\))?[ \t]?[:=][ \t]{{0,8}}(?P<value>{_CASED})",
    re.IGNORECASE,
)
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Rev|Capt|Lt|Sgt)\b\.? (?P<value>{_NAME})")
_GREETED = re.compile(
    rf"(?:^|\n|[.!?] )(?:Hi|Hello|Hey|Dear|Good (?:morning|afternoon|evening)|Thanks|Thank you|Cheers),? (?P<value>{_NAME})(?= ?[,!.\n-]|$)"
)
_SIGNED = re.compile(
    rf"(?:regards|sincerely|thanks|thank you|cheers|best|yours(?: truly| faithfully)?|respectfully|cordially|many thanks|warmly|love|take care|kind regards|thx)[,.!]?\s*\n+\s*[-–—~]?\s?(?P<value>{_CASED})(?=\s*(?:\n|$|,|\())",
    re.IGNORECASE,
)
_SELF = re.compile(rf"(?:^|\n|[.!?,] )(?P<value>{_NAME}) (?:here\b|speaking\b)")
# Where only a person can stand: one capitalised word is enough, unless the model takes it for a thing.
_MEANT = re.compile(
    rf"(?:\b(?:talk|talking|speak|speaking|chat|chatting|chatted|dealing|dealt|corresponding|emailing) (?:to|with)|\b(?:signed for|served|seen|helped|told|advised|treated|handled|referred|recommended) by|\b(?:ask|tell|cc|fao|loop in|thank|inform|contact|remind|discussed with|me and|the name)|\b(?:my|our|the|your|his|her|a)? ?(?:{_FAMILY}|{ROLE})(?:,| is| was|:)?),?:? [\"'“‘]?(?P<value>(?-i:{_W}(?: {_W})?))",
    re.IGNORECASE,
)
_SPOKEN_TO = re.compile(rf"(?:^|\n)[>\s]*(?P<value>{_W}), (?=I\b|[a-z])")
_BESIDE = re.compile(rf" (?:and|&) (?P<value>{_W}(?: {_W})?)|, (?P<next>{_W}(?: {_W})?)(?= and |,)")
# As airlines write it.
_TICKET = re.compile(
    r"(?<![A-Z/])(?P<value>(?-i:[A-Z]{2,20}/[A-Z]{2,20}))(?: ?(?:MR|MRS|MS|MISS|MSTR|DR))\b|(?:passenger|traveller|name|guest|搭乗者|氏名|名前|予約)[^\n/]{0,12}[ :：はが\d](?P<listed>(?-i:[A-Z]{2,20}/[A-Z]{2,20}))\b",
    re.IGNORECASE,
)
_LOWER_NAME = r"[^\W\d_A-Z][\w'’-]{1,24}(?: [^\W\d_A-Z][\w'’-]{1,24}){1,2}"
_SAYS_WHO = re.compile(
    rf"\b(?:i'?m|i am|this is|it'?s|my (?:{_FAMILY}|{ROLE})) (?P<value>{_LOWER_NAME})|(?:^|\n|[,.] )(?P<self>{_LOWER_NAME}) here\b"
)
# In lower case, as in a chat: a common given name where somebody says who he is, signs, or speaks of his own.
_SMALL = re.compile(
    rf"(?:\b(?:i'?m|i am|this is|it'?s|it is|its|name'?s|name is|call me|ask for|my (?:{_FAMILY})|love|cheers|thanks|thx|regards|ta),? ?[-–]? ?|(?:^|\n) ?(?:[-–~] ?)?)(?P<value>[a-z]{{3,14}})(?= ?(?:[,.!(\n-]|\Z| here| speaking| again| from| btw| pls| ok| but| and i| signed| said| has| was| is| will| picked| took| got| ordered))",
    re.IGNORECASE,
)
_SMALL_SELF = re.compile(r"(?:^|\n|[,.!?] ?)(?P<value>[a-z]{3,14}) (?:here|speaking)\b", re.IGNORECASE)
_AT_WORK = re.compile(
    rf"(?:^|[.?!\n] ?)(?:Is|Was|Isn't|When is|When's|Where is|Where's) (?P<value>{_W}) (?:working|in today|in tomorrow|available|there today|back|off today|on shift|still with|the one who)"
)
_ON_FILE = re.compile(
    rf"\b(?:surname|forename|(?:last|first|family|given) name|name) (?:on|in|for) (?:the |my |your |our |this )?[a-z]{{2,14}}(?: [a-z]{{2,14}})? (?:is|was|should be|reads|says),? (?P<value>{_CASED})",
    re.IGNORECASE,
)
_FROM_YOURS = re.compile(
    rf"(?:^|[.!?\n,] ?)(?P<value>{_W}(?: {_W})?) (?:from|at|in|on) your (?:\w+ ){{0,2}}(?:shop|store|branch|team|office|support|department|desk|centre|center|chat|call)"
)
_SUBJECT = re.compile(
    rf"(?:^|[.!?\n] ?)(?P<value>{_W}) (?:shouted|said|told|asked|spent a|had given|gave me|is from|promised|replied|wrote|lives|works|called me|texted|emailed|is (?:a )?very)\b"
)
_DASH_SIGNED = re.compile(rf"(?:^|\n|[.!?] ?)\s?[-–—~]{{1,2}}\s?(?P<value>{_NAME})\s*$")
_SPEAKER = re.compile(rf"(?:^|\n)(?P<value>{_W}(?: {_W})?): ")
_RULES = (
    (_INTRODUCED, SHAPED), (_LOWER, LABELLED), (_FIELD, LABELLED), (_TITLED, LABELLED), (_GREETED, SHAPED), (_SIGNED, SHAPED), (_SELF, SHAPED), (_DASH_SIGNED, SHAPED),
    (_SUBJECT, LIKELY), (_AT_WORK, SHAPED), (_FROM_YOURS, SHAPED), (_ON_FILE, LABELLED),
)  # fmt: skip
_NO_PERSON = frozenset({"ORG", "FAC", "GPE", "LOC", "PRODUCT", "WORK_OF_ART", "EVENT", "NORP"})
_WEAKLY = re.compile(r"(?:this is|i am|i'm|it's|it is|called|under|attention|behalf of|care of)\b", re.IGNORECASE)
_ADJECTIVE = re.compile(r"(?:ish|ese|ian|gan|ful|less|able|ed|ing)$")
_PERSON_MEANT = re.compile(
    rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|name(?: is|'s|:)|named|spoke (?:to|with)|ask for|speak (?:to|with)|hi|hello|hey|dear|regards,|thanks,|cheers,|my (?:{_FAMILY}),?)[.,]?\s+$",
    re.IGNORECASE,
)
_END = Word(0, 0, "")
_PART_OF_NAME = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*")
_PLACE_BEFORE = re.compile(r"(?:\b(?:in|at|near|on|via|visit|of)|\d,?) $", re.IGNORECASE)
_NUMBER_NEAR = re.compile(r",? \d")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]{2}")
_WORD = re.compile(r"(?<![\w@.-])[^\W\d_][\w'’-]{2,24}(?![\w@])")
_PART = re.compile(r"[^\s]+")
_RUN = re.compile(rf"(?<![\w@./-]){_NAME}(?![\w@])")
_ANY_RUN = re.compile(r"(?<![\w@./-])[a-zà-ɏ'’-]{3,20}(?: [a-zà-ɏ]\.?)? [a-zà-ɏ'’-]{3,20}(?![\w@])")
_LIST = re.compile(rf"{_W}(?: {_W})?(?:, {_W}(?: {_W})?){{1,20}},? (?:and|or|&) {_W}(?: {_W})?")
_PART_OF_LIST = re.compile(rf"{_W}(?: {_W})?")
_PERSON_FOLLOWS = re.compile(
    r"(?:['’]s)? (?:is|was|has|had|said|says|told|shouted|asked|asks|promised|called|calls|wrote|writes|sent|gave|given|will|would|can|could|wants?|needs?|ordered|bought|paid|lives?|works?|from|and I|answered|replied|helped|never|didn't|did|doesn't|spent|shouted|began|lost|received|signed|picked|left|came|went|got|also|just|who)\b|[,!?:]| *$|\.(?: |$)"
)
_PERSON_BEFORE = re.compile(
    r"\b(?:to|with|by|from|for|and|named|called|calls? me|said|told|ask|asked|given?|gave|met|meet|see|tell|thank|thanks|hi|hello|hey|dear|kid|son|daughter|wife|husband|friend|brother|sister|mother|father|mom|dad|boss|colleague|neighbou?r|me|name\?|names?|is|of|against|love|about|like|at) $",
    re.IGNORECASE,
)


def find(text: str, reading: Reading) -> Iterator[Found]:
    if not _LATIN.search(text):
        return
    found = list(_candidates(text, reading))
    found += _beside(text, found, reading)
    yield from found
    yield from _repeated(text, found)


def _candidates(text: str, reading: Reading) -> Iterator[Found]:
    for entity in reading.entities:
        if entity.lang == "en" and entity.label == "PERSON" and _is_likely(text, entity, reading):
            yield from checked(text, entity.start, entity.end, LIKELY)
    for pattern, score in _RULES:
        for found in pattern.finditer(text):
            if pattern is not _INTRODUCED or _is_introduced(text, found, reading):
                yield from checked(text, *found.span("value"), score)
    for pattern in (_SMALL, _SMALL_SELF):
        for found in pattern.finditer(text):
            if found["value"].islower() and found["value"] in given_names():
                yield from checked(text, *found.span("value"), SHAPED)
    for pattern in (_MEANT, _SPOKEN_TO):
        for found in pattern.finditer(text):
            span = found.span("value")
            if _has_name(text, *span, reading) or (pattern is _MEANT and not _is_thing(reading, *span)):
                yield from checked(text, *span, SHAPED)
    for found in _SAYS_WHO.finditer(text):
        span = found.span(found.lastgroup or 0)
        if _all_names(text, *span, reading):
            yield from checked(text, *span, SHAPED)
    for found in _TICKET.finditer(text):
        yield Found(*found.span(found.lastgroup or 0), LABELLED)
    others = [(each.start, each.end) for each in reading.entities if each.lang == "en" and each.label in _NO_PERSON]
    for name in (*_by_list(text), *_unseen(text, reading)):
        if not any(
            start <= name.start and name.end <= end and (start, end) != (name.start, name.end) for start, end in others
        ):
            yield name


def _is_likely(text: str, entity: Entity, reading: Reading) -> bool:
    """The small model takes any capitalised word for a name: one of the words must be a name or unseen, or a person be meant."""
    return _has_name(text, entity.start, entity.end, reading) or bool(
        _PERSON_MEANT.search(text, max(0, entity.start - 24), entity.start)
    )


def _has_name(text: str, start: int, end: int, reading: Reading) -> bool:
    return any(_names_inside(text, start, end, reading))


def _names_inside(text: str, start: int, end: int, reading: Reading) -> list[bool]:
    """Of each word, whether it is a name or unseen."""
    first, behind = (bisect_left(reading.words, at, key=lambda word: word.start) for at in (start, end))
    return [word.tag == UNKNOWN or _is_listed(text[word.start : word.end]) for word in reading.words[first:behind]]


def _is_thing(reading: Reading, start: int, end: int) -> bool:
    return any(each.start < end and start < each.end for each in reading.entities if each.label in _NO_PERSON)


def _all_names(text: str, start: int, end: int, reading: Reading) -> bool:
    inside = _names_inside(text, start, end, reading)
    return bool(inside) and all(inside)


def _beside(text: str, found: list[Found], reading: Reading) -> Iterator[Found]:
    """ "Bronwyn Pryce and Idris": who stands beside somebody."""
    for each in found:
        other = _BESIDE.match(text, each.end)
        if other and _has_name(text, *other.span(other.lastgroup or 0), reading):
            yield from checked(text, *other.span(other.lastgroup or 0), LIKELY)


def _is_listed(word: str) -> bool:
    return word.lower() in given_names() or word.lower() in surnames()


def _is_introduced(text: str, found: re.Match[str], reading: Reading) -> bool:
    """ "I'm Scottish", "This is Urgent": where anything may follow, one word must be a name or unseen."""
    if not _WEAKLY.match(found[0]) or " " in found["value"]:
        return True
    return not _ADJECTIVE.search(found["value"]) and _has_name(text, *found.span("value"), reading)


def _by_list(text: str) -> Iterator[Found]:
    """A common given name with a surname behind it, or alone where a person is meant; among others, in a list of names."""
    given = given_names()
    pattern = _ANY_RUN if text.islower() else _RUN
    for run in pattern.finditer(text):
        parts = list(_PART.finditer(run[0]))
        known = [place for place, part in enumerate(parts) if part[0].lower() in given]
        if not known:
            continue
        first = parts[known[0]]
        last = parts[min(known[0] + 3, len(parts) - 1)] if pattern is _RUN else parts[min(known[0] + 1, len(parts) - 1)]
        if first is last:
            is_meant = _PERSON_FOLLOWS.match(text, run.end()) or _PERSON_BEFORE.search(
                text, max(0, run.start() - 24), run.start() + first.start()
            )
            if pattern is _RUN and is_meant:
                yield from checked(text, run.start() + first.start(), run.end(), LIKELY)
        elif pattern is _RUN or last[0].lower() in surnames():
            yield from checked(
                text, run.start() + first.start(), run.start() + last.end(), LIKELY, lower=pattern is _ANY_RUN
            )
    for listed in _LIST.finditer(text):
        items = list(_PART_OF_LIST.finditer(listed[0]))
        if sum(item[0].partition(" ")[0].lower() in given for item in items) * 2 >= len(items):
            for item in items:
                yield from checked(text, listed.start() + item.start(), listed.start() + item.end(), LIKELY)


def _unseen(text: str, reading: Reading) -> Iterator[Found]:
    """Capitalised words in a row that the model has never seen, or that are names: a name from another language."""
    row: list[Word] = []
    for word in [*reading.words, _END]:
        joins = not row or text[row[-1].end : word.start] == " "
        if row and not (joins and _is_part(text, word)):
            if len(row) > 1 and any(part.tag == UNKNOWN for part in row) and not _is_place(text, row):
                yield from checked(text, row[0].start, row[-1].end, LIKELY)
            row = []
        if _is_part(text, word):
            row.append(word)


def _is_part(text: str, word: Word) -> bool:
    part = text[word.start : word.end]
    if not part[:1].isupper() or part.isupper() or not _PART_OF_NAME.fullmatch(part):
        return False
    return word.tag == UNKNOWN or _is_listed(part)


def _is_place(text: str, row: list[Word]) -> bool:
    return bool(
        _PLACE_BEFORE.search(text, max(0, row[0].start - 12), row[0].start) or _NUMBER_NEAR.match(text, row[-1].end)
    )


def _repeated(text: str, found: list[Found]) -> Iterator[Found]:
    """Who was named once is meant by the same word again."""
    named = {part for start, end, _ in found for part in re.findall(r"[^\W\d_][\w'’-]{2,}", text[start:end])}
    if not named:
        return
    for again in _WORD.finditer(text):
        if again[0] in named and again[0][0].isupper():
            yield from checked(text, *again.span(), LIKELY)
