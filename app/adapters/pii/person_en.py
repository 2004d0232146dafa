"""Names in English text: the name model, and how people introduce, address and sign themselves."""

import re
from collections.abc import Iterator

from app.adapters.pii.rule import LABELLED, LIKELY, SHAPED, Found, Reading

_U = r"[A-ZÀ-ÖØ-ÞĀ-ſ]"
_W = rf"(?:{_U}[\wÀ-ɏ'’-]{{0,24}}|{_U}\.)"
_PARTICLE = r"(?:van|von|der|den|de|da|di|del|dos|la|le|bin|ibn|al|el|ten|ter|du|af|zu)"
_NAME = rf"{_W}(?:[ ](?:{_PARTICLE} ){{0,2}}{_W}){{0,3}}"
_ANY = r"[^\W\d_][\wÀ-ɏ'’.-]{0,24}(?: [^\W\d_][\wÀ-ɏ'’.-]{0,24}){0,3}"
_CASED = r"(?-i:" + _NAME + ")"
_INTRODUCED = re.compile(
    rf"\b(?:my (?:full |first |last |legal |maiden )?name(?: is|'s|:)|name(?:'s)? is|i am called|called me|people call me|call me|goes by|this is|i am|i'm|it's|it is|speaking with|spoke (?:to|with)|talked (?:to|with)|ask for|attn:?|attention:?|c/o|on behalf of|under the name(?: of)?|registered to|registered under|booked under|made out to|payable to|signed by|in the name of|under|named|behalf of|regards to|correct it to|my (?:husband|wife|son|daughter|mother|father|brother|sister|boss|colleague|friend|partner|neighbou?r|manager|assistant|roommate|cousin|aunt|uncle|grandmother|grandfather|girlfriend|boyfriend|mom|mum|dad)(?: is)?),? (?P<value>{_CASED})",
    re.IGNORECASE,
)
_LOWER = re.compile(
    rf"\b(?:my (?:full )?name(?: is|'s)|name:|i am called) (?P<value>{_ANY}?)(?=[.,;!?\n]|$| and | but | i | from | my | here| with | - )",
    re.IGNORECASE,
)
_FIELD = re.compile(
    rf"(?:^|\n|[;,|] ?)[ >*-]{{0,4}}(?:full |first |last |customer |contact |cardholder |account |billing |recipient |sender |passenger |guest |patient |your )?(?:name|recipient|sender|attn|contact person|contact|account holder|cardholder|signed|from|to)(?: \([^()\n]{{1,15}}\))?[ \t]?[:=][ \t]{{0,8}}(?P<value>{_CASED})",
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
_DASH_SIGNED = re.compile(rf"(?:\n|[.!?] ?)\s?[-–—~]{{1,2}}\s?(?P<value>{_NAME})\s*$")
_SPEAKER = re.compile(rf"(?:^|\n)(?P<value>{_W}(?: {_W})?): ")
_RULES = (
    (_INTRODUCED, SHAPED), (_LOWER, LABELLED), (_FIELD, LABELLED), (_TITLED, LABELLED), (_GREETED, SHAPED), (_SIGNED, SHAPED), (_SELF, SHAPED), (_DASH_SIGNED, SHAPED),
)  # fmt: skip
_NO_NAME = frozenset(
    """a an the i im i'm my your our his her their its it this that these those there here who what when where which why how yes no not ok okay please thanks thank hi hello hey dear
    sir madam team support customer service all everyone folks guys sorry sure very so just still also really trying having looking waiting writing calling contacting interested using
    going getting unable able new old happy unhappy glad sad angry disappointed frustrated afraid aware wondering not currently now today tomorrow yesterday monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november december in on at to from for of with by as and or but if then
    is are was were be been am do does did will would can could should must mr mrs ms dr miss prof english japanese japan american british french german chinese korean usa us uk eu
    amazon google apple microsoft paypal visa mastercard amex facebook twitter instagram whatsapp netflix spotify youtube line zoom slack android iphone ipad windows mac macbook alexa
    siri cortana bluetooth wifi wi-fi usb hdmi tv pc ios gmail outlook yahoo chrome safari firefox edge order account invoice payment delivery refund return shipping address email
    phone number card name bank bot user agent operator assistant chatbot chat black friday cyber christmas easter halloween thanksgiving father mother tokyo osaka kyoto london paris
    new york city street manager someone somebody nobody anyone urgent important note question help again good great fine done right wrong correct only both each another more most
    expired locked broken stuck missing lost back home away out up down off over under about after before since because while until unless although though however
    model product item version update error code password username login top-up atm pin iban swift sepa cvv id vat ceo cto faq kotae aoba monday's""".split()
)
_CUT_BEFORE = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Hi|Hello|Hey|Dear|Thanks|Thank you|Regards|Name|Attn|From|To|Contact|Best|Cheers|Sincerely)\b[.:,]?\s*)+",
    re.IGNORECASE,
)
_CUT_AFTER = re.compile(
    r"(?:['’]s?|[\s.,:;!?()\"-]+|\s(?:here|speaking|and|or|but|from|at|on|in|Phone|Tel|Email|Address))+$"
)
_LIKE_A_NAME = re.compile(r"[^\W\d_][\w .'’,-]{0,59}")
_NOT_AFTER = re.compile(
    r"['’]?s?,? ?(?:Inc|LLC|Ltd|Corp|GmbH|Co\b|Street|St\b|Ave|Avenue|Road|Rd\b|University|Hospital|Airport|Station|Bank|Hotel|Park|Store|Electronics|Card|Pay|Prime|Pro|Plus|Max|Mini|Air|Watch|[A-Z]?\d)"
)
_NOT_BEFORE = re.compile(
    r"(?:the|a|an|model|city of|in|near|from|to|via|brand|series|my|your|our|this|these|those) $", re.IGNORECASE
)


def find(text: str, reading: Reading) -> Iterator[Found]:
    for entity in reading.entities:
        if entity.lang == "en" and entity.label == "PERSON":
            yield from _checked(text, entity.start, entity.end, LIKELY)
    for pattern, score in _RULES:
        for found in pattern.finditer(text):
            yield from _checked(text, *found.span("value"), score, told=pattern is _LOWER)


def _checked(text: str, start: int, end: int, score: float, told: bool = False) -> Iterator[Found]:
    start, end = _trimmed(text, start, end)
    value = text[start:end]
    if len(value) < 2 or not _LIKE_A_NAME.fullmatch(value) or _NOT_AFTER.match(text, end):
        return
    parts = [part for part in re.split(r"[\s.]+", value.lower()) if part]
    if not parts or parts[0] in _NO_NAME or parts[-1] in _NO_NAME or len(parts) > 5:
        return
    if value.isupper() and len(parts) == 1 and len(value) <= 4:
        return
    if score == LIKELY and (not value[0].isupper() or _NOT_BEFORE.search(text, max(0, start - 10), start)):
        return
    yield Found(start, end, score)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The first line, without title and without what belongs to the sentence."""
    value = text[start:end].split("\n")[0]
    end = start + len(value)
    before = _CUT_BEFORE.match(value)
    start += before.end() if before else 0
    value = text[start:end]
    after = _CUT_AFTER.search(value)
    cut = after.start() if after and not re.search(r" [A-Z]\.$", value) else len(value)
    return start, start + cut
