"""Whether a clause affirms or denies: the parity of its negations, after the turns of phrase that only look like one."""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from functools import lru_cache

from app.domain.facts.content import first_term, last_term
from app.domain.facts.plain import is_japanese

# Forms that hold a negative word and deny nothing, and forms that deny without one.
_NEUTRAL_JA = re.compile(
    r"(?:なけれ|なくて|なきゃ)(?:ば|は)?(?:なりません|ならない|ならず|いけません|いけない|だめ)|ないと(?:なりません|ならない|いけません|いけない)"
    r"|かも(?:しれません|しれない|知れません)|(?:では|じゃ)(?:ない|ありません)(?:です|でしょう)?か|ませんか|ないでしょうか"
    r"|だけ(?:で|では)なく|のみならず|に限らず|に?(?:も)?(?:かかわらず|関わらず|関係なく|よらず)|を?問わず|のいかんを問わず"
    r"|少な(?:い|く|め|くとも)|危な(?:い|く)|もったいな|とんでもな|間もなく|まもなく|ほどなく|ほかならない|やむを得(?:ない|ず)|やむなく|はかな|ぎこちな|さりげな|足りない分"
    r"|(?:問題|支障|心配|ご?心配|差(?:し)?支え|遠慮|ご?遠慮)(?:は|も)?(?:ありません|ない|なく|ございません|いりません|要りません|なさらず)|(?:構|かま)(?:い)?ません|(?:構|かま)わない"
    r"|(?:たた|経た|経過し|に満た)(?:ずに?|ない)|間違いな|違いない|もれなく|漏れなく|お手数|すみません|申し訳(?:ありません|ございません)|恐れ入りますが|つかない場合|なるべく|つない(?=で|だ)|(?:^|(?<=[。、]))まず(?=、)"
)
_ONLY_JA = re.compile(r"しか([^。、]{0,14}?)(?:でき(?:ません|ない)|ません|ない|なく|ず)")
_DENIAL_JA = re.compile(
    r"ません|(?<=[ぁ-ん一-鿿])(?<!少)(?<!は)ない(?!でくださ)|ではない|はない|もない|なかった|ないでくださ|(?<=[かさたなばまらわがえけせてねべめれげぜでしじちきぎみりびいできにこじ])(?:ずに|ず(?=[、。]|$))"
    r"|(?<=[ぁ-ん一-鿿])(?<!少)(?<!で)なく(?=[、。て]|な[りるっ]|$)|かね(?:ます|る|ま)|対象外|適用外|対応外|保証外|範囲外|圏外|(?<=[一-鿿])不可(?!欠)|不可(?!欠)|不能|禁止|厳禁|お断り|"
    r"(?:ご)?遠慮(?:いただ|くださ|願)|お控え|控えて|避けて|やめてくださ|おやめ|免除|除(?:く|き|いて|かれ)|以外|無効|非対応|未対応|なしで|なし(?=[。、]|$)|"
    r"できかね|受付停止|お受けでき(?:ず)|拒否|休診|休業|定休|お?休み(?:です|と|、|。|$)|休館|できず|いたしかね"
)
_LIST_JA = re.compile(r"(?:と|や|・|および|または|,)、?[^、。はがを]{1,14}(?:は|を|が|も)(?:で|いた|お)?$")
_NEUTRAL_EN = re.compile(
    r"\b(?:no|not) (?:later|earlier|more|less|fewer|longer than|greater|only|necessarily|matter|problem|worry|worries|doubt)\b|\bnot? (?:to )?exceed\b|\bdoes(?:n't| not) (?:exceed|matter)\b"
    r"|\bwhether or not\b|\bif not\b|\bwhy not\b|\bno problem\b|\bnothing (?:less|but)\b|\bi(?:'m| am) not sure\b|\bi (?:do n't|don't|do not|didn't|did n't) (?:know|have|think)\b(?: (?:much|that))?"
    r"|\bno\. ?\d|\bcan(?:'t| not|not) (?:believe|wait|help but|imagine)\b|\bnot? sure\b|^no ?,|\bhave(?:n't| not)\b(?= you)|\bif (?:you (?:do not|don't)|it does(?:n't| not)) mind\b|\bnot (?:just|merely)\b|\bno (?:more|less) than\b"
)
_DENIAL_EN = re.compile(
    r"n't\b|\bnot\b|\bcannot\b|\bno\b|\bnever\b|\bneither\b|\bnone\b|\bnobody\b|\bnothing\b|\bwithout\b|\bunable\b|\bimpossible\b|\binvalid\b|\bineligible\b|\bunavailable\b|\bnon-\w"
    r"|\bexcept\b(?! as)|\bexclud|\bprohibit|\bforbid|\bforbidden\b|\bban(?:s|ned)\b|\brefus|\breject|\bdeclin|\bunless\b|\bother than\b|\bfail(?:s|ed)? to\b|\bunsupported\b|\bincompatible\b|\bnot? longer\b"
    r"|\bavoid|\brather than\b|\binstead of\b|\black(?:s|ed|ing)?\b|\bnon(?:refundable|returnable|transferable)\b|\b(?:closed|shuts?)\b(?! by)|\bexempt|\bexcluded\b|\brefrain"
)


@lru_cache(maxsize=4096)
def denials(text: str) -> int:
    """How many negations stand in `text` (plain)."""
    return len(_found(text)[1])


@lru_cache(maxsize=4096)
def denied(text: str) -> tuple[frozenset[str], ...]:
    """What each negation of `text` (plain) denies: the terms of the word it stands at, none where that is left unsaid."""
    clean, places = _found(text)
    if is_japanese(text):
        words = (word for start, _ in places for word in _denied_ja(clean[max(0, start - 28) : start]))
    else:
        words = (first_term(re.split(r"[,.;]", clean[end : end + 40])[0]) for _, end in places)
        if places and not clean[places[-1][1] :].strip(" .;,"):
            return (frozenset(),)  # it does not: what the other clause said
    return tuple(word for word in words if word)


def _denied_ja(before: str) -> tuple[frozenset[str], ...]:
    """The word a negation stands at, and those it is listed with: 変更と払戻は (できません)."""
    listed = _LIST_JA.search(before)
    return (last_term(before[-10:]), *((last_term(before[: listed.start()]),) if listed else ()))


@lru_cache(maxsize=4096)
def _found(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """`text` without the phrases that only look like negations, and where its negations stand."""
    if is_japanese(text):
        clean, pattern = _ONLY_JA.sub(r"のみ\1ます", _NEUTRAL_JA.sub("◇", text)), _DENIAL_JA
    else:
        clean, pattern = _NEUTRAL_EN.sub("◇", text), _DENIAL_EN
    return clean, tuple(match.span() for match in pattern.finditer(clean))
