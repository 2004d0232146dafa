"""What looks like a name in English where it stands, and the census' lists of names."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from app.adapters.pii.not_names import not_names
from app.adapters.pii.rule import LIKELY, Found

ROLE = r"tutor|teacher|nanny|landlord|landlady|driver|courier|agent|advis[eo]r|rep(?:resentative)?|technician|engineer|nurse|doctor|dentist|midwife|gp|vet|child|student|pupil|carer|coach|lawyer|solicitor|accountant|cleaner|tenant|lodger|supervisor|coworker|co-worker|receptionist|secretary|instructor|stylist|therapist|consultant|plumber|electrician|builder|clerk|cashier|team ?mate|classmate|housemate|ex|spouse|grandson|granddaughter|beneficiary|executor|trustee|guardian|guest|patient|customer|client|passenger|traveller|witness|buyer|recipient|reviewer|assistant|intern|ceo|director|chef|host|owner"
_NO_NAME = not_names("english", "words")
_GROUP = not_names("english", "groups")
# Given names and surnames that are more often something else in a message.
_ORDINARY = not_names("english", "ordinary")
_ALSO_GIVEN = frozenset({"may", "will", "april", "june", "august"})
_BRANDS = not_names("english", "brands")
_BRANDS_ALONE = not_names("english", "brands_alone")
_TO_A_PLACE = re.compile(
    r"\b(?:original|com|arriv|return|born|flew|ship|deliver|send|sent|mov|travel|fly|go|going|driv|back|live|living|based|store|stores|branch|office|flight|trip|from)[a-z]* (?:\w+ )?(?:to|in|from|at|near) $",
    re.IGNORECASE,
)
_CUT_BEFORE = re.compile(
    rf"^(?:(?:{ROLE}|Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Hi|Hello|Hey|Dear|Thanks|Thank you|Regards|Name|Attn|From|To|Contact|Best|Cheers|Sincerely)\b[.:,]?\s*)+",
    re.IGNORECASE,
)
_CUT_AFTER = re.compile(
    r"(?:['’]s?|[\s.,:;!?()\"-]+|\s(?:here|speaking|and|or|but|from|at|on|in|Phone|Tel|Email|Address))+$"
)
_LIKE_A_NAME = re.compile(r"[^\W\d_][\w .'’,-]{0,59}")
_NOT_AFTER = re.compile(
    r"['’]?s?,? ?(?:Inc|LLC|Ltd|Corp|GmbH|Co\b|Street|St\b|Ave|Avenue|Road|Rd\b|University|Hospital|Airport|Station|Bank|Hotel|Park|Store|Electronics|Hall|Arena|Stadium|Theatre|Theater|Museum|School|College|Line|Dental|Clinic|tickets?|concert|tour|trip|residency|gift cards?|boots|shoes|jeans|jacket|bag|cups?|bottles?|mug|plan|app|recall|edition|box set|mixer|pods|paperback|hardback|novel|lease|soap|tea|rice|sauce|course|manual|sofa|desk|chair|lamp|mattress|shampoo|cream|polos?|shirts?|coupon|figure|lego|poster|cabinet|Motors|Airlines|Express|Mews|Close|Lane|Cottage|Gold|Blue|Edition|album|vinyl|dress|doll|perfume|aftershave|store|shop|branch|voucher|gift card|Card|Pay|Prime|Pro|Plus|Max|Mini|Air|Watch\b)|[A-Z]?\d| [A-Z]\d| \d+ ?(?:Pro|Plus|Max|Ultra|GB|TB|inch)"
)
_NOT_BEFORE = re.compile(
    r"(?:the|a|an|model|city of|in|near|brand|series|my|your|our|this|these|those) $", re.IGNORECASE
)
# A work, a show or a game, and who is in it.
_OF_A_WORK = re.compile(
    r"\b(?:tickets? (?:for|to)|copy of|edition of|episodes? of|season of|cast of|album by|songs? by|books? by|novels? by|watch(?:ed|ing)?|read(?:ing)?|listen(?:ed|ing)? to|stream(?:ed|ing)?|film|movie|song|series|concert by|sell|selling|stock|stocking|play(?:ed|ing)?|wear(?:ing)?) [\"'“‘]?$",
    re.IGNORECASE,
)
_BRAND_LIKE = re.compile(r"(?!(?:Mac|Mc|Fitz|De|Di|La|Le|Van|Von|Al|El|Du|O)[A-Z])[A-Za-z]*[a-z][A-Z]")


@cache
def given_names() -> frozenset[str]:
    """Names of the US census of 1990 that one person in 50,000 has, without those that are ordinary words."""
    return frozenset(_listed("dist.female.first", 0.002) | _listed("dist.male.first", 0.002)) - _ORDINARY


@cache
def surnames() -> frozenset[str]:
    return frozenset(_listed("dist.all.last", 0.001)) - _ORDINARY


def _listed(file: str, least: float) -> set[str]:
    """A line of the census: NAME, its share in per cent, the sum of shares, its rank."""
    lines = files("names").joinpath(file).read_text(encoding="ascii").splitlines()
    rows = (line.split() for line in lines)
    return {row[0].lower() for row in rows if len(row[0]) > 2 and float(row[1]) >= least}


def checked(text: str, start: int, end: int, score: float, lower: bool = False) -> Iterator[Found]:
    start, end = trimmed(text, start, end)
    value = text[start:end]
    if len(value) < 2 or not _LIKE_A_NAME.fullmatch(value) or _NOT_AFTER.match(text, end):
        return
    parts = [part for part in re.split(r"[\s.]+", value.lower()) if part]
    if (
        not parts
        or (parts[0] in _NO_NAME and not _is_also_given(parts, score))
        or parts[-1] in _NO_NAME
        or len(parts) > 5
        or _GROUP.intersection(parts)
        or " ".join(parts) in _BRANDS
    ):
        return
    if value.isupper() and len(parts) == 1 and len(value) <= 4:
        return
    if any(map(_BRAND_LIKE.match, value.split())):
        return
    if score == LIKELY and not lower:
        is_thing = (
            parts[0] in _BRANDS_ALONE
            or _NOT_BEFORE.search(text, max(0, start - 10), start)
            or _OF_A_WORK.search(text, max(0, start - 24), start)
            or (len(parts) == 1 and _TO_A_PLACE.search(text, max(0, start - 30), start))
        )
        if is_thing or not value[0].isupper():
            return
    yield Found(start, end, score)


def is_ordinary(value: str) -> bool:
    """A word alone that is a month, a place or a brand, or begins sentences."""
    return value.lower() in _NO_NAME or value.lower() in _BRANDS


def _is_also_given(parts: list[str], score: float) -> bool:
    """May Castellano, Will Brown: a name that is also a word, before a surname."""
    return parts[0] in _ALSO_GIVEN and len(parts) == 2 and (score > LIKELY or parts[1] in surnames())


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The first line, without title and without what belongs to the sentence."""
    value = text[start:end].split("\n")[0]
    end = start + len(value)
    before = _CUT_BEFORE.match(value)
    start += before.end() if before else 0
    value = text[start:end]
    after = _CUT_AFTER.search(value)
    cut = after.start() if after and not re.search(r" [A-Z]\.$", value) else len(value)
    return start, start + cut
