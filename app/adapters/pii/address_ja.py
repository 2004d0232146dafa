"""Japanese addresses down to a number, with building and room; a prefecture or a town alone is nobody's address."""

import re
from collections.abc import Iterator, Sequence

from app.adapters.pii.rule import LABELLED, SHAPED, Found, Reading, Word

_DIGITS = r"(?:\d{1,5}|[〇零一二三四五六七八九十百]{1,5})"
_BLOCK = rf"{_DIGITS} ?(?:丁目|番町|番地割|番地(?:の(?=[ \d〇一二三四五六七八九十]))?|地割|番|条通?|線|区画|街区|号(?![室棟館])|[-のノ](?=[ \d〇一二三四五六七八九十]))"
_SIDE = r"(?:[東西南北](?=[\d〇一二三四五六七八九十]))?"
_NUMBER = re.compile(
    rf"(?<![\d.,/〇一二三四五六七八九十-])(?P<blocks>(?:{_BLOCK} ?(?:[、,](?!0\d))?{_SIDE}){{1,5}}(?:{_DIGITS}(?![\d.]))?|\d{{1,5}}(?![\d.]))(?:号(?![室棟館]))?"
)
_COUNTED = re.compile(
    r" ?(?:[円年月日時分秒個件人名台回本点枚歳才階着箱割倍%店社校kKcmgGMWLVA]|[かヶカケヵ箇](?:所|国|月)|[都道府県市区町村](?!役)|番目|世帯|万|千|つ|[.,]\d|泊|号車|番線|番ホーム|番出口|番バス|丁目(?:に|で|は|の))"
)
_FLOOR = r"(?:(?:[A-Z]-?)?(?:\d{1,4}|[〇零一二三四五六七八九十百]{1,5}) ?(?:号室|号棟|号館|番館|階|棟|号|F(?![A-Za-z]))|[A-Z]-?\d{1,4}(?![\dA-Za-z])|(?!0\d{1,4}[-(]\d)\d{2,4}(?![\d円年月日時分%])|[〇一二三四五六七八九]{3,4}(?![一-鿿〇])|[東西南北本新A-Z]{1,2} ?[館棟])"
_NAME = r"[ァ-ヺー一-鿿々A-Za-z・&'.第]"
_KIND = r"(?:マンション|アパート|ハイツ|コーポ|荘|ビルディング|ビル|タワーズ?|レジデンス|ハウス|パレス|ヒルズ|コート|団地|寮|住宅|メゾン|ハイム|テラス|プラザ|ガーデン|シティ|ヴィラ|ドミール|館|スクエア|フラット|邸|苑|棟|公舎|社宅)"
_BUILDING = re.compile(
    rf"(?:[ 、,\n-]{{0,2}}(?:"
    rf"(?!{_FLOOR}){_NAME}(?:{_NAME}|[ぁ-ゖ ](?!す|ま)){{0,20}}?{_KIND}[ァ-ヺー一-鿿々A-Za-z]{{0,8}}?(?:[ 、,-]{{0,2}}{_FLOOR}){{0,3}}(?![ァ-ヺー])"
    rf"|(?!{_FLOOR}){_NAME}(?:{_NAME}|[ぁ-ゖ ]){{1,20}}?[ 、,-]{{0,2}}{_FLOOR}(?:[ 、,-]{{0,2}}{_FLOOR}){{0,2}}"
    rf"|{_FLOOR}(?:[ -]{{0,2}}{_FLOOR}){{0,2}}))"
)
_ROOM = re.compile(rf"[ 、,-]{{0,2}}[一-鿿ァ-ヺーA-Za-z]{{0,8}} ?{_FLOOR}")
_PARTS_OF_BUILDING = 3
_PREFECTURE = re.compile(
    r"北海道|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口"
    r"|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県|東京都|(?:大阪|京都)府"
)
_MUNICIPALITY = re.compile(r"[一-鿿々ァ-ヺーヶケノのつがさいきひたちなかむ]{1,6}?[市区郡町村](?![場立役民内外長営議])")
_PLACE_ONLY = re.compile(r"[一-鿿々ぁ-ゖァ-ヺー 　ケ]{0,40}")
_OUTSIDE = ("助詞", "助動詞", "動詞", "補助記号", "形容詞", "接続詞", "代名詞", "感動詞", "副詞", "連体詞", "名詞-数詞")
_TOWN_PARTICLES = frozenset("がのノツつ")
_NO_TOWN = re.compile(r"番号|電話|コード|伝票|型|品|No|内線|[線店駅]$")
_REACH = 48


def find(text: str, reading: Reading) -> Iterator[Found]:
    numbers = [found for found in _NUMBER.finditer(text) if found["blocks"]]
    by_end = {word.end: place for place, word in enumerate(reading.words)} if numbers else {}
    done = 0
    for found in numbers:
        start = _start(text, found, reading.words, by_end) if found.start() >= done else None
        if start is None or not _is_number(text, start, found):
            continue
        done = found.end()
        for _ in range(_PARTS_OF_BUILDING):
            building = _BUILDING.match(text, done) or _ROOM.match(text, done)
            done = building.end() if building else done
        yield Found(max(start, 0), done, LABELLED if _MUNICIPALITY.search(text, start, found.start()) else SHAPED)


def _start(text: str, number: re.Match[str], words: Sequence[Word], by_end: dict[int, int]) -> int | None:
    """Where the names of places that end at the number begin; None where none does."""
    end = number.start()
    while end > 0 and text[end - 1] in " \n":
        end -= 1
    floor = max(0, end - _REACH)
    prefecture = next(
        (at.start() for at in _PREFECTURE.finditer(text, floor, end) if _PLACE_ONLY.fullmatch(text, at.end(), end)),
        None,
    )
    first = _first_place(text, words, by_end, end, floor)
    return first if prefecture is None else prefecture


def _first_place(text: str, words: Sequence[Word], by_end: dict[int, int], end: int, floor: int) -> int | None:
    """Walks back over nouns; the first of them that names a place, or that ends as municipalities do."""
    place = by_end.get(end)
    first: int | None = None
    while place is not None and place >= 0 and words[place].start >= floor:
        word = words[place]
        surface = text[word.start : word.end]
        if word.tag.startswith(_OUTSIDE) and surface not in _TOWN_PARTICLES and surface not in " ":
            break
        if "地名" in word.tag or _MUNICIPALITY.fullmatch(surface):
            first = word.start
        elif surface in ("市", "区", "町", "村", "郡") and place:
            first = words[place - 1].start
        place -= 1
    return first


def _is_number(text: str, start: int, number: re.Match[str]) -> bool:
    """Several blocks, or one behind a municipality; not a count of something."""
    blocks = number["blocks"]
    if _COUNTED.match(text, number.end()) or _NO_TOWN.search(text, start, number.start()):
        return False
    if re.search(r"\d ?-|[-の]|番 ?\d", blocks) or re.search("丁目|番地|番町|条", blocks):
        return not re.fullmatch(r".{1,4}条", blocks)
    return bool(_MUNICIPALITY.search(text, start, number.start())) and number.start() - start >= 5
