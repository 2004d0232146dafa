"""What a turn leaves out, told by its words; no grammar is parsed.

A turn needs what was said before it where it points back ("それ", "it"), where it is a fragment ("沖縄だと?", "what about
Okinawa?"), or where no word says what it is about, once grammar and what can be asked of anything (price, deadline, way)
are taken away: "いくらですか", "how long does it take?".
"""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass
from enum import Enum, auto

from app.domain.outcome import Language
from app.domain.text import product_codes


class FollowUp(Enum):
    NONE = auto()  # complete as it is
    CASE = auto()  # the question before, in another case: "開封済みなら?", "the AP-50?"
    QUESTION = auto()  # another question on what the one before was about: "送料は?", "how much is it?"


_SWITCH = re.compile(
    r"ところで|話は?変わ|別件|(?:別|他|ほか)の(?:質問|件|こと|話)|それとは別"
    r"|\bby the way\b|\bbtw\b|\b(?:different|another|new|unrelated|separate) (?:question|topic|matter|thing|issue)\b|\bunrelated\b|\bsomething else\b",
    re.I,
)
_LEAD = re.compile(
    r"(?:(?:どうも|大変)?ありがとう(?:ございま(?:す|した))?|(?:分|わ)かりました|承知(?:し|いたし)ました|了解(?:です|しました)?|なるほど|(?:こんにちは|こんばんは|おはようございます)|そう(?:なん)?ですか|そうですね|すみません|すいません|はい|いいえ|うん|へえ"
    r"|(?:それ)?じゃあ?|(?:それ)?では(?!な)|でしたら|だったら|なら(?=[、,\s])|で(?=[、,])|あと(?=[、,は])は?|ところで|話は?変わ(?:ります|る)が|別の質問(?:です|なんです)が|それと|ちなみに|ついでに|また(?=[、,])|でも(?=[、,])"
    r"|by the way|(?:different|another) question|hello(?: there)?|hi(?: there)?|thank you(?: so much| very much)?|thanks(?: a lot)?|ok(?:ay)?|great|i see|got it|all ?right|sorry|and(?: also)?|but|so|also|or|then|well)"
    r"(?![a-z])(?:[\s、,。.:!！…]+|$|(?<=[ぁ-ゖ]))",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Signs:
    """`names_a_matter`: some word says what the turn is about; the others say what its form tells."""

    names_a_matter: bool
    points_back: bool
    is_fragment: bool
    asks: bool


def read_turn(turn: str, language: Language) -> FollowUp:
    """How much of what was said before is needed to understand `turn`."""
    text = without_lead(turn)
    signs = _japanese(text) if language == "ja" else _english(text)
    if not signs.points_back:
        if changes_topic(turn) or (signs.names_a_matter and not signs.is_fragment):
            return FollowUp.NONE
        if signs.is_fragment:
            return FollowUp.CASE
    return FollowUp.QUESTION if signs.asks else FollowUp.CASE


def changes_topic(turn: str) -> bool:
    """Whether the turn says so: "ところで", "by the way"."""
    return bool(_SWITCH.search(turn))


def without_lead(turn: str) -> str:
    """Without the courtesies and connectives it begins with; empty where there is nothing else."""
    text = turn.strip()
    while found := _LEAD.match(text):
        text = text[found.end() :]
    return text


_END = r"[\s?？!！。.…、,]*$"
_JA_BACK = re.compile(
    r"(?<![ァ-ヺーどか])(?:それ(?!ぞれ|とも)|その(?!まま|他|ほか|うち)|そこ(?!そこ)|そう(?:し(?:た|て)|する|なる|なっ|いう)|これ(?!から|まで)|この(?!間|前|度)|こちら(?=[はをも])|あれ(?=[はがをもの])|同じ(?:[はで]|です)|(?:さっき|先ほど)の)"
)
_JA_ASKS = re.compile(
    r"何|なに|なんで(?!す)|いくら|いつ|どこ|どれ|どの|どう|どちら|どっち|だれ|誰|なぜ|どんな|いくつ"
    rf"|か{_END}|(?:教えて|ください|下さい|知りたい|ほしい|欲しい)|(?:できる|れる|える|ける|める|てる|いい|ある|ない|する|の|よね){_END}"
)
_JA_MAIN = re.compile(
    r"いくら|いつ|どこ|どれ|どの|どういう|どんな|何|誰|だれ|なぜ|どうやって|どうすれば"
)  # a clause of its own
_JA_CLAUSE = re.compile(
    rf"(?:なら|だと|ですと|(?:だっ|でし)?たら|でも|場合は?|[のた](?:とき|時)は?|も|ても|とすると|れば){_END}"
)
_JA_NOUN_END = re.compile(rf"(?:(?<!に)は|って|は?(?:どう|いかが)(?:です(?:か|かね)?|でしょうか|なの)?){_END}")
_JA_DONE = r"(?:キャンセル|返品|返却|返送|交換|変更|修理|解約|解除|設定|設置|登録|申込|申請|購入|注文|予約|配送|発送|配達|返金|支払|受取|取消|追加|延長|利用|使用|併用|適用|処分|掃除|発行|選択|指定|再開|停止|郵送|持込|訪問)"
_JA_ATTRIBUTE = r"(?:料金|値段|価格|費用|金額|代金|手数料|送料|期限|期間|日数|時間|時期|頻度|方法|手順|仕方|手続き?|条件|理由|原因|場所|連絡先|電話番号|番号|名前|種類|色|重さ?|重量|寸法|高さ?|幅|奥行き?|サイズ|容量|範囲|上限|下限|寿命|対象外?|注意点?|詳細|例外|特典|差額|合計|意味|対応|対処法?)"
_JA_WORD = re.compile(
    rf"(?P<attribute>(?:{_JA_DONE}|有効|受付|最[短長大低])?{_JA_ATTRIBUTE}(?![々〆\u4e00-\u9fffァ-ヺー]))"
    rf"|(?P<done>{_JA_DONE}(?:中|後|前|済み?)?(?![々〆\u4e00-\u9fffァ-ヺー]))"
    r"|(?P<none>何[々\u4e00-\u9fff]*|教|願|方|場合)"
    r"|(?P<any>(?:必要|可能|不可|無料|有料|大丈夫|問題|説明|確認|連絡|質問|回答|自分|自身|本人|最初|最後|全部|両方|同時|一緒|別途|普通|通常|心配|今日|明日|当日|途中|本当|直接|以[内上下降前外後]))"
    r"|(?P<noun>[A-Za-z][A-Za-z0-9]*(?:[-‐−ー][A-Za-z0-9]+)*|[々〆\u4e00-\u9fffァ-ヺー]{2,}|\d[\d,.]*[\u4e00-\u9fff]*)"
    r"|(?P<kana>(?:^|[、。\s])(?!それ|これ|あれ|どれ|だれ|こと|もの|いつ|なに|どちら|どっち)(?:[ぁ-ゖ]{2,4}(?=[をが])|[ぁ-ゖ]{4,}(?=\s)))"
    r"|(?P<verb>[\u4e00-\u9fff](?:[りしけちいきえみせ][\u4e00-\u9fff])?)"
)
_JA_WEIGHTS = {"none": 0.0, "attribute": 0.5, "done": 0.5, "any": 0.5, "noun": 1.0, "kana": 1.0, "verb": 0.5}
_JA_SHORT = 15  # characters: few words are taken for a question of their own only where they are telling ones
_JA_MATTER, _JA_MATTER_SHORT = 1.5, 2.0
_JA_FULL = 2.5  # and above it also where it ends like a fragment
# 電話でも, 家族に, 出荷準備中なんですが: how, to whom, in which state – not what it is about
_JA_BESIDE = re.compile(
    r"(?:で|に|から|まで|へ|と)?も(?![らう])|(?:で|に|から|へ|と)(?:は)?(?![ぁ-ゖ]*の|い[うっ]|は)|(?:な[のん]|だ(?!け)|です|でし)|の(?:場合|とき|時|方|ほう)[はもにでだな]|[」』]?って(?:出|表示|言|書)"
)
_JA_VERB = re.compile(r"(?:は|が|を)?(?:でき|され|しても|していただ)")
_JA_AFTER_DONE = re.compile(r"(?:は|が|を)?(?:でき|す[るべ]|し[たてなま]|さ[れせ]|いただ|もら)|[はも]?[?？]?$")


def _japanese(text: str) -> Signs:
    found = list(_JA_WORD.finditer(text))
    kinds = [each.lastgroup or "" for each in found]
    weight = _ja_weight(found, len(text))
    asks = bool(_JA_ASKS.search(text))
    fragment = not _JA_MAIN.search(text) and bool(_JA_CLAUSE.search(text)) and weight <= _JA_FULL
    if not fragment and not _JA_MAIN.search(text) and _JA_NOUN_END.search(text):
        # 料金は? asks it about what was said before; ポイントの有効期限は? names what it asks about; 北海道は? only names it
        fragment = weight < _JA_FULL and kinds[-1:] != ["attribute"]
        asks = not fragment
    bare = (
        len(kinds) - kinds.count("none") == 1
        and bool(product_codes(text.casefold()))
        and bool(re.fullmatch(rf"\S{{2,12}}?(?:の(?:方|ほう))?(?:です)?{_END}", text))
    )
    back = _JA_BACK.search(text)
    return Signs(
        names_a_matter=any(map(_is_ja_matter, found))
        or weight >= (_JA_MATTER if len(text) > _JA_SHORT else _JA_MATTER_SHORT),
        points_back=back is not None and (fragment or _ja_weight(found, back.start()) < 1),
        is_fragment=fragment or bare,
        asks=asks,
    )


def _ja_weight(words: list[re.Match[str]], before: int) -> float:
    return sum(_JA_WEIGHTS[each.lastgroup or ""] for each in words if each.end() <= before)


def _is_ja_matter(found: re.Match[str]) -> bool:
    """Whether the word alone says what a turn is about."""
    after = found.string[found.end() :]
    if _JA_BESIDE.match(after) or found.group()[0].isdigit():
        return False
    if found.lastgroup == "done":
        return not _JA_AFTER_DONE.match(after)
    return found.lastgroup in {"noun", "kana"} and not _JA_VERB.match(after)


_EN_WORD = re.compile(r"[A-Za-z][A-Za-z']*(?:-?[A-Za-z0-9]+)*")
_EN_BACK = re.compile(
    r"\b(?:it|its|it's|they|them|their|those|these|this|mine)\b|\bthe same (?:for|if|with)\b|\b(?:new|old|other|another|bigger|smaller|that|second|first) ones?\b"
    r"|(?:^|\b(?:is|was|does|do|did|for|about|after|before|of|with|like|can|will|would|to|at|on|in|if|and|get|mean|use|than|without|from|during|by|until) )that\b"
    r"|(?<!is )(?<!are )(?<!was )(?<!be )\bthere\b(?!'s| (?:is|are|was|will|an?)\b)|\b(?:still|otherwise|in that case)\b",
    re.I,
)
_EN_EXPLETIVE = re.compile(
    r"\b(?:is|was|would|will|if) it(?:'s)? (?:be |is )?(?:possible|ok|okay|true|necessary|allowed|safe|normal|fine|worth|better|enough)\b|\bit(?:'s| is) (?:possible|true)\b"
    r"|\bit (?:take|cost)s?\b(?= (?:\w+ ){0,3}to )|\bthis (?:\w+ )?(?:week|month|year|morning|weekend)\b",
    re.I,
)
_EN_ASKS = re.compile(
    r"^(?:(?:for|until|till|by|since|to|from|at|in|on|with|after|before|within) )?(?:how|what|what's|when|where|who|whom|whose|why|which)\b"
    r"|^(?:do|does|did|don't|can|can't|could|will|won't|would|is|isn't|are|aren't|am|was|were|should|shall|may|might|must|has|have|had)\b"
    r"|\btell me\b|\w\W+(?:how|what|where|who|why|which)\b|[,.] (?:when|do|does|can|could|will|is|are)\b",
    re.I,
)
_EN_CASE = re.compile(
    r"^(?:(?:what|how) about|what if|(?:even |only |not )*(?:if|when|with|without|for|in|on|at|to|from|after|before|during|as))\b"
    r"|\b(?:too|as well|either|instead)\W*$",
    re.I,
)
_EN_FRAGMENT = 5  # words: with a question mark and without a verb in front, a fragment
_EN_SHORT = 7  # words
_EN_GRAMMAR = frozenset(
    "a an the i i'm i've i'd me my mine we us our you your he she it it's its they them their this that that's these those there here who whom whose which what what's when where why how is isn't am are aren't was wasn't were be been being do does doesn't don't do did didn't done have has had having can can't cannot could will won't would should shall may might must to of in on at by for from with without about after before during until till since as into over under out off up down and or but if then than so not no nor yes too also either well even only just still already again else ever never now later soon really actually please any some all both each every one ones other another same such more less most many much long often quickly far early like maybe sure "
    "get gets got go goes take takes took use uses used need needs want know tell say says said mean means make let give show see find have keep put come comes came try happen happens happened work works worked allowed supposed "
    "cost costs price prices fee fees charge charges charged pay pays paid money free extra deadline limit day days week weeks month months year years hour hours minute minutes time times date wait waiting way thing things kind person people anyone someone something anything nothing myself "
    "shipping postage colour colours color colors size weight heavy wide tall high deep number name reason steps details option options valid apply applies difference different back once twice last next new possible necessary required enough left instead anyway today tomorrow tonight night good bad first own beforehand afterwards meanwhile meantime".split()
)
_EN_DONE = frozenset(
    "cancel cancelled return returned exchange change changed repair repaired fix order ordered buy bought install installed send sent ship shipped deliver delivered book booked register download wash washed clean replace replaced refund refunded track add remove choose start restart reset open opened stop expire expires lose lost collect undo email e-mail link receive arrive arrives".split()
)


_EN_CLAUSES = re.compile(r"[.,;:!?]\s|\s(?:and|but|when|if|because|so|while|after|before|until|since|or)\s", re.I)
_EN_FULL = 4  # words that say what it is about: what such a turn points at is in it


def _english(text: str) -> Signs:
    asks = bool(_EN_ASKS.search(text))
    opens = bool(re.match(r"(?:what|how) (?:about|if)\b", text, re.I))
    is_short = len(text.split()) <= _EN_FRAGMENT and text.rstrip().endswith("?")
    matters = _en_matters(text)
    return Signs(
        names_a_matter=bool(matters) and not _is_spoken_of(matters, text),
        points_back=_en_points_back(text),
        is_fragment=opens or (not asks and bool(is_short or _EN_CASE.search(text))),
        asks=asks and not opens,
    )


def _is_spoken_of(matters: set[str], text: str) -> bool:
    """In a short turn "the link" is one that was spoken of; another word would say which. A code says it itself."""
    if re.match(r"how (?:many|much) \w+\W*$", text, re.I):
        return True
    if len(matters) > 1 or len(text.split()) > _EN_SHORT:
        return False
    return any(re.search(rf"\bthe (?:\w+ )?{word}\b", text, re.I) for word in matters if word.isalpha())


def _en_points_back(text: str) -> bool:
    """What it points at is not in an earlier clause of the same turn."""
    plain = _EN_EXPLETIVE.sub(lambda found: " " * len(found[0]), text)
    back = _EN_BACK.search(plain)
    if back is None or len(_en_matters(text)) >= _EN_FULL:
        return False
    *earlier, same = _EN_CLAUSES.split(text[: back.start()])
    return not any(map(_en_matters, [*earlier, same] if back[0].casefold() in {"its", "their"} else earlier))


def _en_matters(text: str) -> set[str]:
    """The words that say what it is about; one thing that can be done with anything (cancel, return) is none."""
    words = {word.casefold() for word in _EN_WORD.findall(text)} - _EN_GRAMMAR
    done = words & _EN_DONE
    return words if len(done) > 1 else words - done
