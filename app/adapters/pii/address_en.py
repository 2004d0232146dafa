"""Addresses in Latin script: a house number and a street, in English or the usual European orders, to unit and town."""

import re
from collections.abc import Iterator

from app.adapters.pii.label import words
from app.adapters.pii.rule import LABELLED, LIKELY, SHAPED, Found, Reading

_U = r"[A-ZÀ-ÖØ-ÞĀ-ſΑ-ΩΆ-ΏА-Я]"
_W = rf"(?:{_U}[\wÀ-ɏ.'’-]{{0,24}})"
_ANY_WORD = r"(?:[^\W\d_][\wÀ-ɏ.'’-]{0,24})"
KIND = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|parkway|pkwy|circle|cir|highway|hwy|close|crescent|cres|gardens|grove"
    r"|mews|row|hill|walk|alley|plaza|trail|loop|route|bypass|bridge|turnpike|expressway|broadway|quay|wharf|embankment|green|rise|park|view|heights|point|crossing|ridge|run|path|esplanade|parade)"
)
_HOUSE = r"(?<![\w.,$£€#/-])(?:\d{1,6} )?\d{1,6}(?:[A-Za-z]|[-/]\d{1,5}[A-Za-z]?)?"
_STREET = re.compile(
    rf"{_HOUSE},?\s(?:{_ANY_WORD}\s){{1,5}}?(?:{KIND})\b\.?(?:\s\d{{1,2}}(?=\s?#|,? ?#|,? Singapore))?(?:\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    rf"{_HOUSE},?\s(?:[NSEW]\.?\s)?(?:\d{{1,3}}(?:st|nd|rd|th)|Broadway|{_W})\s(?:{KIND})\b\.?", re.IGNORECASE
)
# Streets that are one word (Hauptstraße, Kerkstraat, Storgatan) or begin with their kind (Rue, Via, Calle, ul.).
_SUFFIXED = r"[^\W\d_][\wÀ-ɏ.'’-]{1,24}(?:stra(?:ße|sse|at)|str\.|gatan|gata|gate|gade|vägen|vegen|vej|veien|väg|veg|vei|weg|laan|plein|gracht|kade|dijk|allee|gasse|platz|katu|tie|kuja|polku|utca|út|ulica|ulice|plads|torget|stien|straede|stræde|bakken|parken|brinken|vænget|gränd|stigen|gatvė|iela|tänav|dreef|singel|steeg|hof|damm|ring|ufer|markt|baan|rinne)"
_PREFIXED = (
    r"(?:rue|avenue|av\.|avda\.?|avenida|boulevard|bd|place|chemin|impasse|all[ée]e|quai|route|via|viale|piazza|corso|vicolo|strada|largo|contrada|calle|c/|plaza|paseo|camino|carrer|carretera"
    r"|ronda|glorieta|rua|travessa|ul\.|ulica|al\.|os\.|pl\.|strada|str\.|bulevardul|aleea|n[aá]m[eě]st[ií]|Rue|Óδός|Λεωφόρος|Οδός|улица|carrera|cra|jalan|estrada|R\.)"
)
_EUROPEAN = re.compile(
    rf"(?:(?<![\w.,$£€#/-])\d{{1,6}},?\s)?(?:(?<![\w]){_SUFFIXED}|(?<![\w]){_PREFIXED}\s(?:{_ANY_WORD}\s){{0,4}}?{_ANY_WORD}),?\s(?:n[°º.]? ?)?\d{{1,5}}(?:/\d{{1,4}})?[A-Za-z]?(?![\w%])"
    rf"|(?<![\w.,$£€#/-])\d{{1,6}},?\s(?:{_PREFIXED}\s(?:{_ANY_WORD}\s){{0,4}}?{_W}|{_SUFFIXED}(?![\wÀ-ɏ]))(?:,?\s\d{{1,5}}[A-Za-z]?(?!\w))?",
    re.IGNORECASE,
)
# Japanese, in Latin letters: 1-18-5 Kamiuma, Setagaya-ku.
_ROMANISED = re.compile(
    rf"(?<![\w.,$£€#/-])\d{{1,4}}(?:-\d{{1,4}}){{1,3}},? (?:{_W},? ){{0,3}}[A-Z][a-z]{{1,15}}-(?:ku|shi|cho|machi|gun|mura|son|chome)\b"
)
_BOX = re.compile(
    r"(?<!\w)(?:(?:G\.?)?P\.? ?O\.? ?Box|Post Office Box|Private Bag|Locked Bag|PSC|CMR|HC|RR|Box|USNS|USS|Postfach|Apartado|Unit(?=\s\d{1,6},? Box))\s(?:No\.? ?)?#?(?:[A-Z] ?)?\d{1,6}(?:,? Box \d{1,6})?",
    re.IGNORECASE,
)
_HOUSE_AND_NAME = re.compile(rf"{_HOUSE}\s(?:{_W}\s){{1,5}}\d{{1,5}}[A-Za-z]?(?![\w%])")
_UNIT = r"(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|bldg|building|block|no|level|lot|penthouse|ph|shop|studio|lvl|#)"
# Whatever the street is called: a number, words, and a flat; or words, a number, and a flat.
_BEFORE_UNIT = re.compile(
    r"(?<![\w.,$£€#/-])(?:\d{1,6},? )?(?:\d{1,6} )?(?:[^\W\d_][\w.'’-]{0,24} ){1,5}(?:\d{1,5}[A-Za-z]?\.?)?,?\s{1,3}(?=(?:apt|suite|ste|unit|flat)\.? #?\d)",
    re.IGNORECASE,
)
_FLAT_FIRST = re.compile(
    r"(?:\b(?:flat|apt|apartment|unit|suite|ste|room|rm|level|lvl|floor|shop|studio|lot|villa|block|blk)\.? (?:No\.? ?)?[A-Z\d-]{1,6}|#\d{1,3}(?:-\d{1,5})?|\b(?:ground|first|second|third|top|upper|lower|basement|\d(?:st|nd|rd|th))[ -]floor(?: flat)?|\b(?:top|basement|garden) flat)(?:,? at)?[,\s]{0,3}$",
    re.IGNORECASE,
)
# A building by its name: before the street, or in place of a number.
_PREMISES = rf"(?:(?:The |{_W} ){{0,1}}(?:{_W} ){{0,2}})(?:House|Cottages?|Lodge|Court|Farm(?:house)?|Barn|Mill|Hall|Villas?|Building|Towers?|Mansions|Apartments|Heights|Rectory|Vicarage|Gatehouse|Chambers|Bungalow|Manor|Grange|Annexe?|Arcade)"
_BUILDING_FIRST = re.compile(rf"(?<![\w'’]){_PREMISES}[,\s]{{1,3}}$")
_NAMED_HOUSE = re.compile(
    rf"(?<![\w'’])(?:\d{{1,5}}[A-Za-z]? )?{_PREMISES}[,\n] ?(?:\d{{1,5}}[A-Za-z]? )?(?:{_W} ){{1,4}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Close|Crescent|Gardens|Grove|Mews|Row|Hill|Walk|Way|Green|Terrace|Place|Square|Park|Quay|Parade)\b\.?"
)
_WORDED = re.compile(
    rf"\b(?:One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten|Number \d{{1,4}}),? (?:{_W} ){{1,3}}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Close|Crescent|Gardens|Grove|Mews|Row|Terrace|Place|Square|Court|Quay|Parade|Plaza)\b\.?"
)
# A number and capitalised words down to a postal code, or right behind words that say where somebody is: whatever the
# street is called.
_CODE = (
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]\d[\dW] ?[A-Z\d]{4}|\d{5}(?:-\d{4})?)(?![\w-])"
)
_CODED = re.compile(
    rf"(?<![\w.,$£€#/-])\d{{1,6}}[A-Za-z]?(?:[-/]\d{{1,5}})?,? (?:(?:{_W}|of|upon|on|the|de|la)(?:, ?| |,?\n)){{1,10}}?(?:[A-Z]{{2,3}},? )?(?={_CODE})"
)
_TOLD = re.compile(
    rf"(?:\baddress(?: is| to|:| -)?|\b(?:live|lives|living|based) (?:at|on)|\bmoved(?: to|:)|\b(?:deliver|delivered|ship|send|post|courier|bring)(?: it| them| this)? to|\b(?:I'm|I am|we're|we are) at|\bhome is) (?P<value>\d{{1,5}}[A-Za-z]?(?:/\d{{1,4}})? (?:{_W} ){{0,3}}{_W}(?=[,.;!\n]|\Z))",
)
_OF_A_STREET = re.compile(
    rf"(?<![\w.,$£€#/-])\d{{1,5}}[A-Za-z]?,? (?:{_W} ){{1,3}}(?:Approach|Yard|Paddocks?|Common|Fields?|Meadows?|Gate|End|Side|Promenade|Strand|Cove|Vale|Mount|Lea|Croft|Terr?|Villas|Mall|Drove|Wynd|Brae)\b\.?(?=[,;\n]|\Z)"
)
_WEAK_KIND = re.compile(
    r"(?:place|square|way|circle|row|hill|walk|plaza|trail|loop|route|bridge|green|rise|park|view|heights|point|crossing|ridge|run|path|broadway)\.?\Z",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r" (?!(?:in|and|near|please|for|at|is|from|but|with|by|which|where|not|or|if|on|to|apt|unit|flat|suite)\b)[a-z]{3,}"
)
_A_LINE = re.compile(r" (?:bus|buses|tram|trolley|coach)\b", re.IGNORECASE)  # the 5 Hill Road bus
_STRONG_KIND = re.compile(
    r"\d{1,5}[a-z]?,? (?:[a-z.'’]{2,20} ){1,3}?(?:street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|terrace|crescent|close|gardens|mews|parade|parkway|pkwy|highway|hwy)\Z"
)
_STATES_HOME = re.compile(
    r"\b(?:at|live (?:in|on|at)|to|in|from|address(?: is|:)?|is|i'?m|deliver|ship|not|moved|flat \w+,?|apt \w+,?|unit \w+,?),? \Z",
    re.IGNORECASE,
)
_BLOCK_FIRST = re.compile(r"\b(?:Blk|Block|No\.?|Lot|Plot) ?\Z", re.IGNORECASE)
_CORNER = re.compile(
    rf"(?:the )?corner of {_ANY_WORD}(?: {_ANY_WORD}){{0,3}}(?: \d{{1,5}})? and {_ANY_WORD}(?: {_ANY_WORD}){{0,2}}",
    re.IGNORECASE,
)
_MILITARY = re.compile(
    r"\b(?:PSC|CMR|Unit|USS|USNS|USNV|USCGC)\s[\w ,.'-]{1,40}\s(?:APO|FPO|DPO),?\s(?:AA|AE|AP)\s\d{5}(?:-\d{4})?",
    re.IGNORECASE,
)
# Lines or parts behind a street, down to the postal code.
_TO_CODE = re.compile(
    rf"(?:[\s,>]{{1,8}}(?:{_U}[^\n\d,@:;]{{0,30}})){{1,4}}?[\s,]{{1,4}}(?:[A-Z]{{2,3}}[ ,]{{1,2}})?\d{{4,6}}(?:-\d{{4}})?(?![\w-]|[.,]\d)"
)
_TO_CODE_LOWER = re.compile(r"(?:[\n,][ ,]{0,3}[^\n\d,@:;.]{1,30}){1,4}?[\s,]{1,4}\d{4,6}(?:-\d{4})?(?![\w-]|[.,]\d)")
_TAIL = re.compile(
    rf"(?:[\s,>]{{1,8}}(?:#\s?[A-Z]?\d{{1,3}}-\d{{1,5}}(?!\d)|{_UNIT}\.?\s?#?\s?[A-Z\d-]{{1,6}}(?![\w])|#\s?\d{{1,5}}[A-Z]?|\d{{1,3}}(?:st|nd|rd|th) floor)){{1,2}}",
    re.IGNORECASE,
)
_TOWN = re.compile(
    rf"[\s,]{{1,5}}(?:(?:[A-Z]{{1,3}}-)?\d{{4,6}}(?:-\d{{3,4}})?[\s,]{{1,3}})?{_U}(?:[^\W\d_]|['’.()-]){{1,24}}(?:[ -](?:(?:de|la|del|di|of|le|les|upon|on|am|an|der|den|den|do|da|dos|sur|en|el|al|v|i)[ -])?{_U}(?:[^\W\d_]|['’.()-]){{0,24}}){{0,3}}"
)
_ZIP = re.compile(
    r"[\s,]{1,4}(?:[A-Z]{2}\b[\s,]{1,3})?(?:\d{5}(?:-\d{4})?|\d{4,6}|\d{3} \d{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{2}-\d{3}|\d{3}-\d{4})(?![\w-]|[.,]\d)|[\s,]{1,4}(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]|AA|AE|AP)\b"
)
_DISTRICT = re.compile(r"(?<=Dublin) (?:\d{1,2}|6W)(?![\w:/.-])")
_NOT_A_TOWN = re.compile(
    r"[\s,.]{1,5}(?:I|I'm|We|My|The|Please|Thanks|Thank|Regards|It|He|She|They|You|Can|Could|Is|And|But|Or|If|When|What|Where|Phone|Tel|Email|Mobile|Contact|Also|This|That|Our|Your|Order|Best|Kind|Sincerely|Call|For|On|At|To|In|From|Not|No|Yes|Let|Do|There|Mr|Mrs|Ms|Dr|Fax|Name|Office|Bot|User)\b"
)
_AS_ADDRESS = words(
    "address",
    "live",
    "living",
    "lives",
    "deliver(?:y|ed)?",
    "ship(?:ped|ping)?",
    "sent?",
    "mail",
    "located",
    "moved?",
    "moving",
    "meet",
    "home",
    "office",
    "corner",
    "is",
    "at",
    "to",
    "on",
    "in",
    "住所",
    "届け先",
    "送り先",
)
_COUNTED = re.compile(
    r"\d+\s(?:(?:minutes?|hours?|days?|weeks?|months?|years?|items?|pieces?|orders?|people|times?|dollars?|euros?|pounds?|percent|points?|miles?|km|of|and|or|to|more|different|other|new|free|business|working|calendar|per|in|on|at|x|is|was|are|for|from|by)\b)",
    re.IGNORECASE,
)

_DATED = re.compile(
    r"\d{1,2} (?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? (?:19|20)?\d\d\b", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?:^|\n)[ >*-]*(?:(?:home|shipping|billing|delivery|mailing|postal|street|new|old|my) )?(?:address|addr\.?|ship to|deliver to)[ \t]*:[ \t]*(?P<value>[^\n:@]{4,120}(?:\n[^\n:@]{2,50}(?:\n[ ,\d]*)?(?<=\d))?)",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def find(text: str, reading: Reading) -> Iterator[Found]:
    done = 0
    to_code = _TO_CODE_LOWER if text.islower() else _TO_CODE
    for start, end, score in sorted(_streets(text), key=lambda found: (found.start, -found.end)):
        if end > done:
            first = _first(text, start, done)
            done = _end(text, end, to_code)
            yield Found(first, done, score)


def _first(text: str, start: int, floor: int) -> int:
    """Where an address begins whose street begins at `start`: at its flat, its building or its block, if those stand before."""
    block = _BLOCK_FIRST.search(text, max(floor, start - 8), start)
    start = block.start() if block else start
    for pattern in (_FLAT_FIRST, _BUILDING_FIRST, _FLAT_FIRST):
        before = text[max(floor, start - 60) : start]
        found = pattern.search(before)
        if found and not (pattern is _BUILDING_FIRST and _NOT_A_TOWN.match(" " + found[0])):
            start -= len(before) - found.start()
    return start


def _streets(text: str) -> Iterator[Found]:
    if not _DIGIT.search(text):
        return
    is_lower = text.islower()
    says_so = is_lower and "address" in text
    for pattern, score in ((_STREET, LABELLED), (_NUMBERED, LABELLED), (_EUROPEAN, LABELLED)):
        for found in pattern.finditer(text):
            if _A_LINE.match(text, found.end()) or (_WEAK_KIND.search(found[0]) and _GOES_ON.match(text, found.end())):
                continue
            if not _COUNTED.match(found[0]) and (
                any(map(str.isupper, found[0]))
                or says_so
                or _states_home(text, found.start(), found.end())
                or (is_lower and _TO_CODE_LOWER.match(text, found.end()))
            ):
                yield Found(found.start(), found.end(), score)
    for pattern, score in (
        (_BOX, SHAPED),
        (_ROMANISED, LABELLED),
        (_MILITARY, LABELLED),
        (_CORNER, LIKELY),
        (_BEFORE_UNIT, SHAPED),
        (_NAMED_HOUSE, LABELLED),
        (_WORDED, LABELLED),
    ):
        for found in pattern.finditer(text):
            yield Found(
                _without_sentence(text, found) if pattern is _BEFORE_UNIT else found.start(),
                len(found[0].rstrip()) + found.start(),
                score,
            )
    for found in _FIELD.finditer(text):
        if _DIGIT.search(found["value"]):
            yield Found(found.start("value"), found.start("value") + len(found["value"].rstrip()), LABELLED)
    for pattern in (_CODED, _OF_A_STREET):
        for found in pattern.finditer(text):
            if not _DATED.match(found[0]):
                yield Found(found.start(), found.start() + len(found[0].rstrip(" ,\n")), LABELLED)
    for found in _TOLD.finditer(text):
        yield Found(*found.span("value"), LABELLED)
    for found in _HOUSE_AND_NAME.finditer(text):
        if _DATED.match(found[0]):
            continue
        if _AS_ADDRESS.search(text, max(0, found.start() - 12), found.start()) or _ZIP.match(text, found.end()):
            yield Found(found.start(), found.end(), LIKELY)


def _states_home(text: str, start: int, end: int) -> bool:
    """Without capitals a street needs a word or a postal code that tells: here, the word right before it."""
    return bool(_STRONG_KIND.match(text[start:end])) and (
        start == 0 or bool(_STATES_HOME.search(text[max(0, start - 16) : start]))
    )


def _without_sentence(text: str, found: re.Match[str]) -> int:
    """Where the street begins: at the number in front, else at the first of the capitals before the number."""
    number = re.search(r"\d", found[0])
    if number and re.match(r"\d", found[0]):
        return found.start()
    capitals = re.search(rf"(?:{_U}[\w.'’-]*,? )*(?:\d\S*)?\W*$", found[0])
    inner = re.search(r"(?<!\w)\d{1,6} .*$", found[0], re.DOTALL)
    starts = [part.start() for part in (capitals, inner) if part and part[0].strip()]
    return found.start() + min(starts, default=0)


def _end(text: str, end: int, to_code: re.Pattern[str]) -> int:
    """Behind unit, town, state, country and code, as far as they follow."""
    tail = _TAIL.match(text, end)
    end = tail.end() if tail else end
    coded = to_code.match(text, end)
    if coded and not _NOT_A_TOWN.match(text, end):
        return coded.end()
    has_code = False
    for pattern in (_TOWN, _ZIP, _TOWN, _ZIP, _TOWN, _ZIP):
        if pattern is _TOWN and _NOT_A_TOWN.match(text, end):
            break
        found = pattern.match(text, end)
        if found is None or (has_code and _DIGIT.search(found[0])):
            continue
        has_code = has_code or bool(_DIGIT.search(found[0]))
        end = found.end()
        district = _DISTRICT.match(text, end)
        end = district.end() if district else end
    return end
