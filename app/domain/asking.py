"""What a sentence of a customer's does: ask, want, tell of trouble, tell of what was tried. By its words."""

# ruff: noqa: E501 - a row of a table stays one line

import re

_TRIED_HARD = re.compile(
    r"試|ためし|やり直し|入れ直し|差し直し|付け直し|つなぎ直し|再起動|(?:て|で)も(?:みた|みまし|みたん)|(?:て|で)(?:みた|みまし|みたん)|(?:しても|ても|でも|のに)[^。]{0,20}(?:直|治|変わ|だめ|ダメ|駄目|同じ|届か|来な|来ま|消え|動か|つか|入ら|でき)"
    r"|(?:もう|すでに|既に|全部|何度も|\d+回)[^。]{0,24}(?:た|まし|ました)(?:。|が|けど|$)|してあり|済み"
    r"|\b(?:tried|already|twice|several times|times|again and again|no luck|did ?n[o']t help|makes no difference|to no avail)\b|\b(?:but|still)\b[^.!?]{0,40}\b(?:same|came back|not|n't|nothing|nobody|no)\b",
    re.IGNORECASE,
)
_ACTED = re.compile(
    r"(?:[いきしちにみりえけせてべめれ見]|替え|出し)(?:てい?)?(?:ました|まし(?=て|た)|てあり(?:ます)?|ています|てます)|(?:し|っ|い|ん|え|け|め|べ|見|れ)(?:た|だ)(?:の(?:に|です)|んです|けど|が|り)|(?:てみ|でみ)た"
    r"|\b(?:i|we|i've|we've|i'd)\b(?: \w+ly| already| even| also| just| have| then)? (?:\w{2,}ed|put|rang|wrote|sent|took|pulled|read|looked|rinse|clean|reset|held|left|kept|went|spoke|told|gave|made|did|ran|let)\b"
    r"|\b(?:is|are) (?:already )?(?:set to|switched (?:on|off)|turned|plugged)",
    re.IGNORECASE,
)
_NO_TRY = re.compile(
    r"届き|来まし|なりまし|変わりまし|壊れ|割れ|止まりまし|消えまし|思い|買い(?:まし|た)|買っ|注文し|購入し|もらい|あり(?:まし|がと)|経ち|経って|経ってしま|分かり|わかり|助かり|失礼|忘れ|なくし|なくなり|決まっ|引っ越|聞きまし|聞いて|届いた|請求され|なってしま|しまい|ていません|てません|ありません|出てます|出ています|出て(?:い)?まし|鳴り|住んで|使ってる|持っ"
    r"|\b(?:ordered|bought|wanted|needed|noticed|received|missed|purchased|decided|changed my mind|i'm|used to|supposed|relocat\w+|forgot|typed the wrong|i was|i've got|closed|deserve|live)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|(?:ます|です|ません|でしょう|よう|たの|ない(?:の)?|られる|できる)か(?:。|$|ね|な)|(?:教えて|知りたい|どう(?:すれば|したら|やって)|いつ|いくら|どこ|どれ|なぜ|何[をがで日円時])"
    r"|\b(?:how|what|when|where|which|why|who|can|could|do|does|is|are|will|would|may|should)\b[^.!]{0,120}\?",
    re.IGNORECASE,
)
_WANTS = re.compile(
    r"(?:たい(?:です|の|んです|と|が|けど)?|ほしい|欲しい|て(?:ください|下さい|もらえ|いただけ|くれ)|お願い(?:したい|でき)|希望)"
    r"|\b(?:i(?:'d| would) like|i want|i need|i wish|please|we need|we want|looking to|trying to|hoping)\b",
    re.IGNORECASE,
)
_TROUBLE = re.compile(
    r"(?:ない(?:です|ん|の|。|$|まま)|ません|ませんでした|なく(?:なり|なっ)|壊れ|故障|割れ|間違|違う|違って|違い|遅|届か|エラー|異音|におい|煙|漏れ|止ま|切れ|おかし|変な|表示|請求|忘れ|なくし|紛失|出ます|出て)"
    r"|\b(?:not|n't|never|no|broken|damaged|wrong|missing|late|error|fault|faulty|cracked|stuck|stopped|leak\w*|smell\w*|smoke|noise|refused|rejected|declined|lost|forgot\w*|locked|charged|failed|fails|won't|keeps?)\b",
    re.IGNORECASE,
)


def asking(text: str) -> float:
    """How clearly it says what is wanted: above 0 it asks, wants or tells of trouble."""
    wants, asks, trouble = (bool(each.search(text)) for each in (_WANTS, _ASKS, _TROUBLE))
    return 2.0 * wants + 2.0 * asks + trouble - 2.0 * (trying(text) > 0 and not asks)


def trying(text: str) -> float:
    """How clearly it tells what the customer has done about it; 0 where it does not."""
    if _ASKS.search(text):
        return 0.0
    tried, acted = bool(_TRIED_HARD.search(text)), bool(_ACTED.search(text))
    return 2.0 * (tried and acted) + acted - 4.0 * bool(_NO_TRY.search(text)) + 0.5 * tried


def tells_of_trouble(text: str) -> bool:
    return bool(_TROUBLE.search(text))
