"""Names in Japanese text: the name model, the dictionary's surnames and given names, and how people introduce themselves.

A hit must look like a name: honorifics are cut off, and what is a company, a place, a product or a role is left alone.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from app.adapters.pii.not_names import not_names
from app.adapters.pii.rule import LABELLED, LIKELY, SHAPED, UNKNOWN, Found, Reading, Word

_SURNAME, _GIVEN, _NAME = "人名-姓", "人名-名", "人名"
_HONORIFIC = re.compile(
    r" ?(?:さん|様|さま|氏|殿|くん|君|ちゃん|先生|先輩|部長|課長|係長|主任|店長|社長)(?![一-鿿]{2})(?!ー|板)"
)
# A role, a group or a thing that may carry an honorific or a name's tag, and is nobody.
_NOBODY = re.compile(
    r"(?:お|ご|御)?(?:ひらがな|カタカナ|漢字|ローマ字|英字|本名|旧姓|新姓|別名|仮名|匿名|ニックネーム|客|皆|みな|みんな|誰|だれ|どなた|どちら|何|担当者?|係員?|係の方|店員|スタッフ|業者|配達員|配送員|ドライバー|運転手|オペレーターズ?|管理人|大家|隣|近所|相手|主人|奥|嫁|旦那|夫|妻|母|父|祖母|祖父|兄|姉|弟|妹|息子|娘"
    r"|子供?|孫|友達|友人|知人|上司|部下|同僚|先生|医者|看護師|神|仏|王|女王|王子|お嬢|坊|赤|猫|犬|会員|ユーザー|利用者|契約者|購入者|代理人|本人|宛名|名義人?|貴|各位|関係者|事業主|法人|企業|会社|弊社|御社|貴社|当社|メーカー|サポート|カスタマー|センター|受付|窓口|事務局|営業|運営|外国人|外人|素人|玄人|職人|大工|親|両親|家族|世帯主|新郎|新婦|サイズ|仕様|同様|模様|多様|異様|有様|左様|上様|殿様|ママ|パパ|サンタ(?:クロース)?|ワン|わん|ニャン|にゃん|おばあ|おじい|おば|おじ|おねえ|おにい|ばあ|じい)"
    r"(?:様|さん|さま|方)?"
)
_BRANDS = not_names("japanese", "brands")
_COMPANY_BEFORE = re.compile(
    r"(?:株式会社|有限会社|合同会社|\(株\)|\(有\)|㈱|ブランド|メーカー|型番|商品名|品名|製品名|シリーズ|モデル|機種)の? ?[「『:]?$"
)
_COMPANY_AFTER = re.compile(
    r" ?(?:株式会社|有限会社|\(株\)|急便|運輸|電機|電器|電気|工務店|商店|商会|商事|製作所|製薬|銀行|証券|生命|建設|不動産|工業|産業|書店|薬局|医院|病院|クリニック|歯科|大学|高校|中学|小学校|駅|市|県|府|区|町|村|郡|島|川|山|港|空港|橋|坂|公園|温泉|神社|寺|城|店|本店|支店|営業所|倉庫|工場|製|社製|シリーズ|モデル|型|賞|杯|流|家電|百貨店|デパート|カード|ペイ|ポイント|カレー|ラーメン|牛|茶|城|トンネル|街道|通り|線|IC|ビル|マンション|ホール|ホテル|旅館|屋|園|堂|丁目|番地|課(?!長)|部(?!長)|グループ|チーム|天満宮|神宮|大社|稲荷|モデル|展(?![一-鿿])|の(?:店舗|支店|店(?![長員])|駅|図書館|美術館|全集|詩集|小説|漫画|絵本|映画|アルバム|CD|DVD|チケット|ライブ|コンサート|公演|展覧会|グッズ|カレンダー|写真集|曲|新曲|ぬいぐるみ|フィギュア|放送|番組)|という(?:記入)?例)"
)
_OF_A_PERSON = re.compile(
    r" ?(?:です(?:[。、.!\n]|が|けど|$)|でございます|と申|といい(?!ます?か)|に(?:(?:名義|名字|苗字|姓)が?)?変(?:更|わ)|名義|宛て?(?![先名])|で(?:登録|予約|契約)|本人|という(?:方|人|者)|宅(?!配)|夫妻|@|が(?:不在|担当|対応|伺|参り)|に代わ|や[。!\n])"
)
_BY_ENDEARMENT = re.compile(
    r"(?<![ぁ-ゖァ-ヺー一-鿿])(?P<value>[ぁ-ゖ]{2,5}|[ァ-ヺー]{2,6}|[一-鿿]{1,3})(?:ちゃん|くん)(?![ぁ-ゖァ-ヺ]{0,1}[こぽぷ])"
)
_PLACE = re.compile(
    r"(?:..屋$|(?:天満宮|神宮|大社|稲荷|八幡宮)$|半島|神社|[一-鿿]{2}郷|海岸|高原|諸島|温泉|渓谷|公園|空港)$"
)
# 福井に行きたい, 沖縄まで送料は: with what follows, a surname is a place.
_AS_A_PLACE = re.compile(
    r" ?(?:に(?:行|届|送|住|旅|観|泊|着|出|発|遊|は|も|[ \d])|へ(?:の|は|も|送|行|届|発|旅|遊|\d)|まで|から(?:近|\d|車|電|発|送)|方面|周辺|あたり|近辺|付近|旅行|観光|とか|や|ですと|、|。|$|\n)"
)
_LONGEST = 16
_OF_A_SENTENCE = ("助詞", "助動詞", "動詞", "形容詞", "代名詞", "副詞")
_LIKE_A_NAME = re.compile(r"[一-鿿々ぁ-ゖァ-ヺー・ヶ 　A-Za-z.'’\u3099\u309a=-]{1,30}")
_KATAKANA = re.compile(r"[ァ-ヺー・ ]{2,}")
_HIRAGANA = re.compile(r"[ぁ-ゖー ]+")
_LATIN = re.compile(r"[A-Z][A-Za-z.'’-]*(?: [A-Z][A-Za-z.'’-]*){0,3}")
_KANJI = re.compile(r"[一-鿿々]+")
_IN_TWO_PARTS = re.compile(r"[一-鿿々ヶ]{1,3}[ 　][一-鿿々ぁ-ゖァ-ヺー]{1,4}")  # of whom the model takes for a person
_GIVEN_IN_FIELD = re.compile(r"[ 　](?!様|殿|氏|君)[一-鿿々ぁ-ゖァ-ヺー]{1,3}(?=さん|様|[、。\n)(]|です|$)")
_GIVEN_BEHIND = re.compile(
    r"[ 　](?!様|殿|氏|君)[一-鿿々ぁ-ゖァ-ヺー]{1,4}?(?=さん|様|[、。\n)(]|[のがはをにとへ]|から|まで|です|$)"
)

_VALUE = (
    r"(?P<value>[一-鿿々ァ-ヺーA-Za-z][一-鿿々ぁ-ゖァ-ヺー・A-Za-z.'’ 　=-]{0,24}?|[ぁ-ゖ]{2,5}[ 　]?[ぁ-ゖ]{0,6}?)"
)
_INTRODUCED = re.compile(
    rf"(?<![一-鿿ァ-ヺーぁ-ゖA-Za-z]){_VALUE} ?(?:\([^()\n]{{1,20}}\) ?)?(?:と(?:申し|もうし|言い(?!換)|いいます|いう者|言う者|言います)|ともうします|と申す)"
)
_AFTER_SELF = re.compile(
    rf"(?:私|わたし|わたくし|あたし|ワイ|わい|僕|ぼく|ボク|俺|おれ|オレ|こちら|名前|氏名|本名|フルネーム|名義|名字|苗字|旧姓|新姓|宛名|受取人|差出人|契約者|申込者|注文者|依頼主|担当|送り主)(?:は|が|も|の)?[、, ]?{_VALUE}(?=です|っす|だよ|だけど|や[。、!\n]|やけど|でござい|と申|といい|と言|で(?:登録|予約|注文|お願い|申し込|契約|届)|に変|になり|から|に変更|なのに|では?なく|じゃなく|が正し|名義|[。\n]|$)"
)
_ROLE = (
    r"(?:運転|入居|申込|申請|同行|同伴|責任|介護|支援|契約|購入|使用|利用|相談|依頼|紹介|搭乗|宿泊|来場|参加|保護|被保険|扶養|配偶|連絡|担当)者|(?:連帯)?保証人|借主|貸主|申込人|受取人|乗客|旅客|講師|担任|主治医|医師|教授|看護師|受講生|児童|生徒|園児|学生|患者"
    r"|代表(?:取締役)?|院長|園長|校長|理事長|社長|部長|課長|係長|店長|主任|上司|部下|先輩|後輩|同僚|社員|秘書|友人|友達|知人|相続人|ケアマネ(?:ジャー)?|弊社|当社|ドライバー"
)
_RELATIVE = r"(?:妻|夫|娘|息子|母|父|兄|姉|弟|妹|孫|祖父|祖母|叔父|叔母|伯父|伯母|[長次三]男|[長次三]女|甥|姪|子ども|子供|うちの子)"
# Behind who somebody is, a proper noun is that person, though the dictionary has it for a place.
_OF_A_ROLE = re.compile(
    rf"(?:(?:{_ROLE}|{_RELATIVE})(?P<link>の|・|は|が|:| |(?=[一-鿿]))|\b(?:担当|責任者|名前|主治医|担任)(?P<short>は|が)){_VALUE}(?=[、。,\n]|です|先生|さん|様|$|[がはもとにから](?!ら|かけ)|の|より|という|といい|宛)"
)
_FIELD = re.compile(
    rf"(?:お名前|名前|氏名|ご氏名|フリガナ|ふりがな|フルネーム|契約者名?|ご契約者名?|申込者名?|受取人名?|注文者名?|宛名|お届け先名|名義人?|ご名義|口座名義|カード名義|会員名|代表者名?|担当者名?|差出人|発送者|来店者|予約名|署名|記入者|送信者|お客様名|ご本人|世帯主|姓名|(?<![一-鿿ァ-ヺー])[姓名](?=:)|セイ(?=:)|メイ(?=:)|{_ROLE})(?:氏?名|カナ|かな)?\d?(?:\([^()\n]{{1,10}}\))?(?:[ 　]?(?:[:=・]|は|が|→|->|\n)|[ 　]?(?=[A-Z]{{2,20}}[ /][A-Z]{{2,20}}|[一-鿿々]{{1,3}}[ 　][一-鿿々ぁ-ゖァ-ヺー]{{1,4}}(?![\d一-鿿])))[ 　「『]?{_VALUE}(?=です|でござい|で(?:す|登録)|様|さん|さま|殿|[、。,\n\r/|()「」『』;]|  | (?=[^\s:]{{1,6}}:)| ?\(|より|になり|と(?:なっ|なり|申|い)|に(?:変|して|な)|$|\s*(?:電話|TEL|住所|〒|\d))"
)
_OPENING = re.compile(
    rf"(?:^|\n|。|!|、)[ 　]*(?:(?:お世話になっ(?:て|ており)(?:い?ます|おります)|こんにちは|こんばんは|おはようございます|はじめまして|初めまして|いつもお世話になっております|もしもし|突然すみません|すみません|失礼します|先ほど(?:電話|連絡)した|昨日(?:電話|連絡)した)[。、!,. \n]{{1,2}})?{_VALUE}(?=です[。、.!\n]|でございます|です$|ですが|ですけど|だけど|と申)"
)
_SIGNED = re.compile(
    rf"(?:お願い(?:いた|致)?します|よろしくお願い(?:いたし|致し|し)ます|以上|敬具|草々|かしこ|ありがとうございます|失礼(?:いたし|し)ます|待ちしております)[。.!]?\s*\n+[ 　-]*{_VALUE}(?: ?(?:拝|より))?[ 　]*(?=\n|$)"
)
_RENAMED = re.compile(
    rf"(?:名前|氏名|名義|宛名|苗字|姓|受取人|差出人)を(?:[^\s。、をに]{{1,12}}から)?{_VALUE}(?=に(?:変|して|訂正|修正|直))"
)
_FAMILY = re.compile(
    rf"(?:妻|夫|娘|息子|母|父|兄|姉|弟|妹|孫|長男|次男|長女|次女|うちの|嫁|旦那|主人)の?[（(]?{_VALUE}(?=[がはのとをにも)）、・]|名義)"
)
_UNDER_COMPANY = re.compile(
    rf"(?:^|\n)[^\n。、]{{0,24}}(?:部|課|室|係|支店|営業所|センター|事務局|会社[^\s]{{0,12}}|店)[ 　]+{_VALUE}(?=[ 　]*(?:\n|$))"
)
_BOOKED = re.compile(
    rf"(?:予約|登録|名義|契約)(?:者)?(?:の)?(?:名|名前)は{_VALUE}(?=で(?:\d|[一二三四五六七八九十]|す|、|お|登|予|。))"
)
_INTRODUCTIONS = (
    (_RENAMED, LABELLED),
    (_FAMILY, SHAPED),
    (_UNDER_COMPANY, SHAPED),
    (_BOOKED, LABELLED),
    (_INTRODUCED, LABELLED),
    (_AFTER_SELF, SHAPED),
    (_FIELD, LABELLED),
    (_OPENING, SHAPED),
    (_SIGNED, SHAPED),
)
_FOREIGN = re.compile(
    r"(?<![ァ-ヺー・])(?P<value>[ァ-ヺー]{1,12}(?:[・=][ァ-ヺー]{1,12}){1,3})(?= ?(?:さん|様|さま|氏|くん|ちゃん|先生|です|と申|といい|と言い))"
)
_HINT = re.compile(
    r"母|父|妻|夫|娘|息子|兄|姉|弟|妹|孫|長|次男|次女|うち|嫁|旦那|主人|部|課|室|係|店|会社|申し|もうし|いい|言|です|名|でござい|様|私|わたし|僕|俺|こちら|担当|受取|宛|お願い|フリガナ|ふりがな|差出人|[者人客師任生徒児童司輩僚員秘友知甥姪姓セボオワ]|敬具|以上|世帯主|だけど|失礼|本人|送り主|苗字|旧姓|ありがとう"
)


def find(text: str, reading: Reading) -> Iterator[Found]:
    words = reading.words
    index = {word.start: place for place, word in enumerate(words)}
    found = list(_candidates(text, reading, index))
    yield from found
    yield from _again(text, found, words, index)


def _candidates(text: str, reading: Reading, index: dict[int, int]) -> Iterator[Found]:
    words = reading.words
    persons = {
        trimmed(text, entity.start, entity.end)
        for entity in reading.entities
        if entity.lang == "ja" and entity.label == "Person"
    }
    for start, end in persons:
        yield from _checked(text, start, end, words, index, LIKELY)
    yield from _by_dictionary(text, words, index)
    yield from _in_a_role(text, words, index, persons)
    for found in _FOREIGN.finditer(text):
        if found["value"] not in _BRANDS:
            yield Found(*found.span("value"), LABELLED)
    if _HINT.search(text):
        for pattern, score in _INTRODUCTIONS:
            for found in pattern.finditer(text):
                yield from _introduced(text, found, words, index, score)


def _in_a_role(
    text: str, words: Sequence[Word], index: dict[int, int], persons: set[tuple[int, int]]
) -> Iterator[Found]:
    """部長の能登が, 責任者は大迫、: a proper noun behind who somebody is; behind は only at the end of a clause."""
    for found in _OF_A_ROLE.finditer(text):
        start, end = trimmed(text, *found.span("value"))
        tags = [word.tag for word in _inside(words, index, start, end)]
        is_named = any(_NAME in tag for tag in tags) or (start, end) in persons
        ends = text[end : end + 1] in ("、", "。", "\n", ",", "") or text.startswith(
            ("です", "先生", "さん", "様"), end
        )
        is_proper = (start, end) in persons or (
            bool(tags) and all("固有名詞" in tag or tag.startswith("空白") for tag in tags)
        )
        may_be_place = text[end : end + 1] == "の" or (found["link"] not in ("の", "・") and not ends)
        if start in index and is_proper and (is_named or not may_be_place):
            yield from _checked(text, start, end, words, index, SHAPED, is_person=True)


def _again(text: str, found: Sequence[Found], words: Sequence[Word], index: dict[int, int]) -> Iterator[Found]:
    """Who was named once is meant by the same surname again, with another given name behind it or none."""
    surnames = {_surname(text, each, words, index) for each in found} - {""}
    for word in words:
        if text[word.start : word.end] in surnames and not _COMPANY_AFTER.match(text, word.end):
            given = _GIVEN_BEHIND.match(text, word.end)
            yield Found(word.start, given.end() if given else word.end, LIKELY)


def _surname(text: str, found: Found, words: Sequence[Word], index: dict[int, int]) -> str:
    first = next(iter(_inside(words, index, found.start, found.end)), None)
    if first is None or first.start != found.start or not _KANJI.fullmatch(text, first.start, first.end):
        return ""
    return text[first.start : first.end] if first.end - first.start > 1 and _NAME in first.tag else ""


def _by_dictionary(text: str, words: Sequence[Word], index: dict[int, int]) -> Iterator[Found]:
    """A surname and a given name, or any name with an honorific."""
    for place, word in enumerate(words):
        if _NAME not in word.tag:
            continue
        last = _last_of_name(text, words, place)
        end = words[last].end
        is_whole = word.tag.endswith(_SURNAME) and words[last].tag.endswith(_GIVEN)
        given = _GIVEN_IN_FIELD.match(text, word.end) if word.tag.endswith(_SURNAME) else None
        if given and _opens_field(text, word.start):
            yield from _checked(text, word.start, given.end(), words, index, SHAPED)
        if is_whole or _HONORIFIC.match(text, end) or (word.tag.endswith(_SURNAME) and _OF_A_PERSON.match(text, end)):
            yield from _checked(text, word.start, end, words, index, SHAPED)
    for found in _BY_ENDEARMENT.finditer(text):
        if found.start() in index and not _NOBODY.fullmatch(found["value"]) and found["value"] not in _BRANDS:
            yield Found(*found.span("value"), SHAPED)


def _last_of_name(text: str, words: Sequence[Word], place: int) -> int:
    last = place
    for following in range(place + 1, min(place + 4, len(words))):
        surface = text[words[following].start : words[following].end]
        if _NAME in words[following].tag:
            last = following
        elif surface not in (" ", "　", "・"):
            break
    return last


def _introduced(
    text: str, found: re.Match[str], words: Sequence[Word], index: dict[int, int], score: float
) -> Iterator[Found]:
    start, end = trimmed(text, *found.span("value"))
    value = text[start:end]
    if not value or _NOBODY.fullmatch(value) or not _LIKE_A_NAME.fullmatch(value):
        return
    tags = [word.tag for word in _inside(words, index, start, end)]
    is_named = any(_NAME in tag for tag in tags) and len(value) <= _LONGEST
    is_foreign = bool((_KATAKANA.fullmatch(value) and "・" in value) or (_LATIN.fullmatch(value) and " " in value))
    is_noun = not any(tag.startswith(_OF_A_SENTENCE) for tag in tags)
    if is_foreign or (is_noun and is_named) or (score >= LABELLED and _told(text, start, end, is_noun)):
        yield Found(start, end, score)


def _told(text: str, start: int, end: int, is_noun: bool) -> bool:
    """Whether what somebody calls himself may stand unseen: a short noun, or kana that begin the sentence."""
    value = text[start:end]
    if is_noun:
        return len(value) <= 8 and value not in _BRANDS and not _COMPANY_AFTER.match(text, end)
    return _opens_sentence(text, start) and bool(_HIRAGANA.fullmatch(value)) and 2 < len(value) <= 9


def _opens_field(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in "\n:、,(「"


def _opens_sentence(text: str, start: int) -> bool:
    return start == 0 or text[start - 1] in "。、,.!?\n 「"


def _checked(
    text: str, start: int, end: int, words: Sequence[Word], index: dict[int, int], score: float, is_person: bool = False
) -> Iterator[Found]:
    """The candidate, if it looks like a name where it stands."""
    value = text[start:end]
    if not value or not _LIKE_A_NAME.fullmatch(value) or _NOBODY.fullmatch(value) or value in _BRANDS:
        return
    if _COMPANY_BEFORE.search(text, max(0, start - 12), start) or _COMPANY_AFTER.match(text, end):
        return
    if _PLACE.search(value):
        return
    if is_person or _IN_TWO_PARTS.fullmatch(value):
        yield Found(start, end, score)
        return
    tags = [word.tag for word in _inside(words, index, start, end)]
    has_honorific = bool(_HONORIFIC.match(text, end))
    if any(_NAME in tag for tag in tags):
        is_name = has_honorific or len(value) > 2 or not _HIRAGANA.fullmatch(value)
    elif any("普通名詞" in tag for tag in tags):
        is_name = "・" in value and bool(_KATAKANA.fullmatch(value))
    else:
        is_place = any("地名" in tag for tag in tags)
        is_short = bool(_KANJI.fullmatch(value)) and 2 <= len(value) <= 6
        is_name = has_honorific or (is_short and (not is_place or bool(_OF_A_PERSON.match(text, end))))
    if is_name:
        yield Found(start, end, score)


def _inside(words: Sequence[Word], index: dict[int, int], start: int, end: int) -> list[Word]:
    place = index.get(start)
    if place is None:
        place = next((index[at] for at in range(start - 1, max(start - 8, -1), -1) if at in index), None)
    inside: list[Word] = []
    while place is not None and place < len(words) and words[place].start < end:
        inside.append(words[place])
        place += 1
    return inside


def is_nobody(text: str, start: int, end: int, reading: Reading) -> bool:
    """A role or a brand; or, where nothing behind it speaks of a person, what the dictionary knows for a thing of several
    kanji, for no noun, or for a place to go or send to."""
    value = text[start:end]
    if _NOBODY.fullmatch(value) or value in _BRANDS:
        return True
    if _HONORIFIC.match(text, end):
        return False
    first, behind = (bisect_left(reading.words, at, key=lambda word: word.start) for at in (start, end))
    inside = (word for word in reading.words[first:behind] if word.end <= end)
    tags = [word.tag for word in inside if word.tag not in ("", UNKNOWN)]  # those of the English model
    is_place = bool(tags) and all("地名" in tag for tag in tags) and bool(_AS_A_PLACE.match(text, end))
    is_thing = (
        len(tags) == 1 and tags[0].startswith("名詞-普通名詞") and bool(_KANJI.fullmatch(value)) and len(value) > 1
    )
    is_no_noun = bool(tags) and not any(tag.startswith(("名詞", "接頭辞", "記号", "補助記号")) for tag in tags)
    return is_thing or ((is_place or is_no_noun) and not _OF_A_PERSON.match(text, end))


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without honorific, spaces, and what follows a line break."""
    value = text[start:end].split("\n")[0]
    end = start + len(value)
    while start < end and text[start] in " 　・":
        start += 1
    honorific = re.search(
        r"(?:さん|様|さま|氏|殿|くん|ちゃん|先生|店長|部長|課長|社長|係長|主任)?[ 　・]*$", text[start:end]
    )
    return start, end - (len(honorific[0]) if honorific else 0)
