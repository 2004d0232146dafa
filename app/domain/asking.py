"""What a sentence of a customer's does: ask, want, tell of trouble, tell of what was tried. By its words."""

# ruff: noqa: E501 - a row of a table stays one line

import re

_TRIED = re.compile(
    r"(?:試|ため)し(?:た|て|まし|ても)|(?:やっ|やり)(?:た|て|まし|直)|入れ直し|(?:再起動|確認|掃除|交換|リセット|充電|電話|連絡|問い合わせ|問合せ|メール|再送|ログイン|追跡|検索|クリア|変更|申請|申し込み)(?:は|も|を)?(?:して|しま|した|済|しても|もう)"
    r"|(?:抜い|外し|差し直し|付け直し|押し|開け|閉め|洗っ|待っ|見|読ん|探し|調べ|送っ|かけ|替え|変え|減らし|つない|つなぎ直し|入れ替え|切っ|書い|言っ|伝え|頼ん)(?:て(?:も|は)?(?:み|い)?(?:まし|た|ます|る)?|た(?:の(?:に|です)|けど|が|り)|でも|ても)|(?:のに|ても|でも)[^。]{0,20}(?:直|治|変わ|だめ|ダメ|駄目|同じ|届か|来な|来ま|消え|動か|つか|入ら|でき)"
    r"|\b(?:i|we|i've|we've|i'd)\b[^.!?]{0,24}\b(?:tried|checked|cleaned|restarted|reset|replaced|unplugged|called|phoned|rang|e-?mailed|wrote|contacted|looked|searched|waited|followed|pulled|pressed|switched|turned|emptied|rinsed|washed|charged|reinstalled|updated|cleared|sent|asked|reported|filled|moved|read|swapped|registered|opened)\b"
    r"|\balready (?:tried|checked|cleaned|done|did|called|sent|reset|looked|asked|paid)\b|\b(?:tried|checked|cleaned|restarted|reset|unplugged|called|phoned)\b[^.!?]{0,60}\b(?:but|no|still|nothing|twice|again)\b|\b(?:no luck|did ?n[o']t help|makes no difference|to no avail)\b",
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
    wants, asks, trouble, tried = (bool(each.search(text)) for each in (_WANTS, _ASKS, _TROUBLE, _TRIED))
    return 2.0 * wants + 2.0 * asks + trouble - 2.0 * (tried and not asks)


def tells_of_trouble(text: str) -> bool:
    return bool(_TROUBLE.search(text))


def tells_of_a_try(text: str) -> bool:
    return bool(_TRIED.search(text))
