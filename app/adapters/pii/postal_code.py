"""Postal codes: 〒, a label or an address beside seven Japanese digits; UK and Canadian forms; others by the address they end."""

import re
from collections.abc import Iterator

from app.adapters.pii import address_en
from app.adapters.pii.again import and_again
from app.adapters.pii.label import OF_A_THING, labelled, named_after, says, words
from app.adapters.pii.rule import SHAPED, Found, Reading

_MARKED = re.compile(r"〒 ?(?P<value>\d{3}[- ]{0,2}\d{4})(?!\d)")
_SHAPED = re.compile(r"(?<![\dA-Za-z.#/-])(?<!\d )(?P<value>\d{3}-?\d{4})(?![\dA-Za-z]|-\d)")
_LABEL = r"郵便番号|郵便(?=[はが:])|ゆうびんばんごう|郵便コード|ポストコード|ジップコード|郵便No\.?|〒|\bpost(?:al)? ?code|\bzip(?:\+4| ?code)?(?! ?file)|\bPLZ\b|\beircode|\bc[oó]d(?:e|igo) postal"
_LABELLED = labelled(
    _LABEL,
    r"(?<![\dA-Za-z])(?:\d{3}[- の]?\d{4}|\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z][ -]?\d[A-Z]\d)(?![\dA-Za-z円])",
    filler=20,
)
_AFTER = named_after(r"(?<![\dA-Za-z.#-])(?:\d{3}-?\d{4}|\d{5}(?:-\d{4})?)(?!\d)", _LABEL)
# Where somebody lives; "do you ship to …?" asks about a place.
_SENT_TO = re.compile(
    r"\b(?:mov(?:ed?|ing)|liv(?:e|ing)|located|based|sen[dt](?:ing)?|mail(?:ed|ing)?|relocat(?:ed?|ing))(?: it| this| them)? (?:to|in|at|is) (?P<value>\d{5}-\d{4}(?!\d)|\d{5}(?![\d-])(?= ?(?:[?.,!)\n]|\Z|(?:last|next|this|and|by|with|from|for|on|now|area|too|or|at|please|instead|today|tomorrow)\b))|(?!\d)[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![A-Z\d]))",
    re.IGNORECASE,
)
# Before its town: D-10435 Berlin, "in 75011 Paris".
_BEFORE_TOWN = re.compile(
    r"(?:(?<![A-Za-z\d])(?:[A-Z]{1,2}-)|(?:^|[,\n]|\b(?:in|to|at|from|near)) ?)(?P<value>\d{5}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|\d{2}-\d{3})(?= [A-ZÄÖÜŁŚŻÅØČŠŽ][^\W\dA-Z_]{2})"
)
# At the end of an address, or before its town.
_OF_AN_ADDRESS = re.compile(
    rf"(?<=[A-Za-z.,\n-])[ \n]{{1,2}}(?P<value>\d{{4,6}}(?:-\d{{3,4}})?|\d{{3}} ?\d{{2,3}}|\d{{3}}-\d{{4}}|\d{{2}}-\d{{3}}|\d{{4}} ?[A-Z]{{2}}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?=\Z|\)|,? [^\W\d_])(?!(?: [^\W\d_]+){{1,3}} (?i:{address_en.KIND})\b)"
)
_OF_A_HOUSE = re.compile(
    r"(?:\b(?:no|nr|number|box|unit|suite|apt|flat|bag|room|lot|shop|level|floor|ste|blk|block)\.?|#)\s\Z",
    re.IGNORECASE,
)
_AUSTRALIA = re.compile(r"(?<=[A-Za-z,] )(?:NSW|VIC|QLD|TAS|ACT|nsw|vic|qld|tas),? (?P<value>\d{4})(?!\d)")
# Behind a town and a comma, "Hyderabad, PIN 500 033"; or behind a town and a dash, "Nerul East, Navi Mumbai - 400706".
_INDIA = re.compile(
    r"(?:(?<=[a-z], )(?i:pin(?: ?code)?)[ :-]{1,3}(?P<value>\d{3} ?\d{3})|, [A-Z][a-z]+(?: [A-Z][a-z]+)? [–-] ?(?P<dashed>\d{6}))(?!\d)"
)
_BEHIND_TOWN = re.compile(
    r"(?:str\.|straße|strasse|weg|platz|allee|ring|gasse|damm|ufer) \d{1,4}[a-z]?, [A-ZÄÖÜ][a-zäöüß]{2,20} (?P<value>\d{5})(?!\d)"
)
# A row of a list, numbered.
_IN_A_ROW = re.compile(r"^\d{1,2}[.)]? (?P<value>\d{3}-?\d{4})(?= ?[^\d\s]{1,6}[都道府県市区郡町村])", re.MULTILINE)
_LABELLED_OTHER = labelled(
    r"\bpost(?:al)? ?code|\bzip(?: ?code)?(?! ?file)",
    r"(?<![\dA-Za-z])(?:\d{4,6}|[A-Z]{1,2}-?\d{3,5}|\d{2,3}[- ]\d{2,3}|\d{4} [A-Z]{2})(?![\dA-Za-z])",
)
_HOME = words(
    "住所",
    "届け先",
    "送り先",
    "届先",
    "配送先",
    "宛先",
    "宛て",
    "自宅",
    "実家",
    "引っ?越",
    "転居",
    "〒",
    "郵便",
    "発送先",
    "送付先",
    "住まい",
    "お届け",
    "設置先",
    "address",
    "postal",
    "post ?code",
    "post",
    "zip",
    "勤務先",
    "新居",
)
_PHONE = re.compile(rf"{OF_A_THING.pattern}|電話|携帯|内線|TEL|FAX|phone|call|ext", re.IGNORECASE)
_PLACE_FOLLOWS = re.compile(
    r"[ \n、,)]{0,3}(?:住所:? ?)?[^\d\n]{0,4}?(?:東京都|北海道|大阪府|京都府|[^\d\s]{2,3}県|[^\d\s]{1,6}[市区郡町村])"
)
_STATES = "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY"
_US = re.compile(
    rf"(?:(?:(?<=[a-z] )|(?<=[A-Za-z],)|(?<=[A-Za-z], ))(?:{_STATES})|(?:Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New (?:Hampshire|Jersey|Mexico|York)|(?:North|South) (?:Carolina|Dakota)|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|Tennessee|Texas|Utah|Vermont|(?:West )?Virginia|Washington|Wisconsin|Wyoming)),?\s{{1,2}}(?P<value>\d{{5}}(?:-\d{{4}})?)(?!\d)"
)
_UK = re.compile(
    r"(?<![A-Za-z\d-])(?![A-Z]\d\d? ?\d[GT]B)(?:GIR ?0AA|(?:[A-PR-UWYZ]\d[\dA-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y]\d[\dABEHMNPRVWXY]?) ?\d[ABD-HJLNP-UW-Z]{2})(?![A-Za-z\d-])",
    re.IGNORECASE,
)
_CANADA = re.compile(r"(?<![A-Za-z\d-])[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z] ?\d[ABCEGHJ-NPRSTV-Z]\d(?![A-Za-z\d-])")

_IRELAND = re.compile(
    r"(?<![A-Za-z\d-])(?:[AC-FHKNPRTV-Y]\d\d|D6W) ?(?=[A-Z]{0,3}\d)(?=\d{0,3}[A-Z])[\dAC-FHKNPRTV-Y]{4}(?![A-Za-z\d-])"
)
_SINGAPORE = re.compile(r"\b(?:Singapore|S)[ (]{1,2}(?P<value>\d{6})(?!\d)")
_SAID = re.compile(rf"(?:{_LABEL})[^\d]*\Z", re.IGNORECASE)
_OF_A_THING_BEHIND = re.compile(
    rf" ?(?:の|という|って|が)?(?:{OF_A_THING.pattern}|在庫|サイズ|色違い|[円件個人名台点枚回話号型番%])", re.IGNORECASE
)
_IN_JAPANESE = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_TOLD = (
    _MARKED, _LABELLED, _LABELLED_OTHER, _AFTER, _SENT_TO, _BEFORE_TOWN, _BEHIND_TOWN, _AUSTRALIA, _INDIA, _SINGAPORE, _US, _IN_A_ROW,
)  # fmt: skip
_INSIDE = 0.95  # above an address, of which it may be the end


def find(text: str, reading: Reading) -> Iterator[Found]:
    yield from and_again(text, _told(text))
    for address in address_en.find(text, reading):
        place = text[address.start : address.end]
        for found in _OF_AN_ADDRESS.finditer(place):
            if not _OF_A_HOUSE.search(place[: found.start("value")]) and re.search("[a-z]{2}", place[: found.start()]):
                yield Found(address.start + found.start("value"), address.start + found.end("value"), _INSIDE)


def _told(text: str) -> Iterator[Found]:
    for pattern in _TOLD:
        for found in pattern.finditer(text):
            yield Found(*found.span(found.lastgroup or 0), _INSIDE)
    for found in _SHAPED.finditer(text):
        context = says(text, found.start(), _HOME, _PHONE)
        if _PLACE_FOLLOWS.match(text, found.end()) or (context > 0 and "-" in found[0]):
            yield Found(found.start(), found.end(), _INSIDE)
        elif (
            context == 0
            and "-" in found[0]
            and (_IN_JAPANESE.search(text) or text.strip() == found["value"])
            and not _OF_A_THING_BEHIND.match(text, found.end())
        ):
            yield Found(found.start(), found.end(), SHAPED)
    for pattern in (_UK, _CANADA, _IRELAND):
        for found in pattern.finditer(text):
            context = says(text, found.start(), _HOME)
            is_said = _SAID.search(text, max(0, found.start() - 60), found.start())
            if is_said or context > 0 or (context == 0 and " " in found[0]):
                yield Found(found.start(), found.end(), _INSIDE)
