"""What a passage must hold before it can answer: the codes a question names, and a value of the kind it asks for.

A passage about another product, or without any amount when an amount is asked, may be as near to the question as the
right one. The patterns of questions are narrow on purpose: a kind that is wrongly asked for rules the right passage out,
one that is overlooked only leaves things as they are.
"""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import re
from dataclasses import dataclass, replace
from typing import Self

from app.answering.passage import whole
from app.domain.knowledge import Chunk
from app.domain.ports import ChunkIndex
from app.domain.retrieval import Retrieval
from app.domain.text import fold, product_codes

_NUMBER = r"(?:\d|[一二三四五六七八九十百千半数]|\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|half|once|twice)\b)"
_PERIOD = r"(?:日|時間?|分|週|か月|年|営業日|月|秒|回|day|week|month|year|hour|minute|second|business|working|h(?![a-z])|min(?![a-z])|a\.?m|p\.?m)"
_WHAT = r"(?:は(?:いくら|ど[のれ]|何|$|\?)|って(?:いくら|$|\?)|を?教えて|を知りたい|の目安|いくら|$|\?)"  # 料金は? 料金を教えて
_COUNTED = "回人台個枚点件本畳名社店冊箱"
# (how the question asks, what a sentence that answers holds); both sides folded.
_KINDS = tuple(
    (re.compile(asks), re.compile(answers))
    for asks, answers in (
        (  # money
            rf"いくら(?!でも|以上)|何円|(?:料|料金|値段|価格|費用|金額|代|代金|運賃|単価) ?{_WHAT}"
            r"|how much (?:is|are|was|does|do|did|will|would|for|to|money|should|must|can i get)\b"
            r"|what(?:'s| is| are| does| will| would)[^?]{0,40}\b(?:price|cost|fee|charge)|^(?:price|cost|fee)s?\b",
            r"\d ?(?:円|万円|yen|jpy|usd|ドル|元|%|ポイント|point)|[¥$€] ?\d|jpy ?\d|無料|無償|かかりません|負担|\bfree\b|no (?:extra )?(?:charge|cost|fee)",
        ),
        (  # period, deadline
            rf"何(?:日|時間|分|週|か月|年|営業日|秒)|いつ(?:まで|から)|(?:期限|期間|日数|寿命|頻度){_WHAT}"
            r"|(?:どの|どれ)[くぐ]らい(?:で|の時間|の期間|の日数|かか|待|持|も[つち])"
            r"|how (?:soon|quickly|often|many (?:business |working )?(?:days|weeks|months|years|hours|minutes|seconds))\b"
            r"|how long (?:does|do|will|did|can|may|must|should|have|has|before|until|am|are|would|for)\b"
            r"|\b(?:until|by|since) when\b|^when (?:do|does|did|will|can|is|are|should|must|would|may)\b|deadline",
            rf"{_NUMBER} ?{_PERIOD}|\d:\d\d|毎[日週月年]|当日|翌|即|直ちに|すぐ|随時|いつでも|無期限|自動"
            r"|immediate|instant|at once|same day|next|every|daily|weekly|monthly|yearly|annual|until|times|on arrival|by the time|as soon as"
            r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
        ),
        (
            r"何時(?!間)|営業時間|受付時間|what time\b|opening hours|open(?:ing)? (?:on|at|until)",
            r"\d:\d\d|\d ?時|[ap]\.?m(?![a-z])|24",
        ),
        (r"(?:電話|fax|ファックス)の?番号|(?:phone|telephone|fax) number", r"\d{2,4}-\d{2,4}|\d{5,}"),
        (r"何(?:%|パーセント)|効率(?:は|って|$|を)|what percent|percentage of", r"\d ?(?:%|パーセント|percent)"),
        (
            r"何(?:キロ|kg|グラム)(?!ワット|w)|(?:重さ|重量)(?:は|って|$| )|how heavy|\bweigh\b|kilograms?\b",
            r"\d ?(?:kg|キロ|g(?![a-z])|グラム|lb)",
        ),
        (
            r"何(?:ワット|w(?![a-z]))|消費電力|how many watts|wattage|power consumption",
            r"\d ?k?(?:w(?![a-z])|ワット|watt)",
        ),
        (r"デシベル|何db(?![a-z])|decibels?|noise level", r"\d ?(?:db|デシベル|decibel)"),
        (r"何リットル|how many lit(?:re|er)s", r"\d ?(?:l(?![a-z])|リットル|lit(?:re|er)|ml)"),
        (
            r"何(?:センチ|cm|ミリ|mm|メートル)|(?:寸法|高さ|奥行き?|横幅)(?:は|って|$|を教)|dimensions"
            r"|how (?:wide|tall|high|deep)\b|how long is the (?:\w+ ){0,2}(?:hose|cord|cable|lead)",
            r"\d ?(?:cm|mm|m(?![a-z])|センチ|ミリ|メートル|metres?|meters?|inch)|\d×",
        ),
        (r"何度(?:まで|で洗|くらい)|温度(?:は|って|$)|what temperature|how many degrees", r"\d ?(?:度|℃|°|degree)"),
        (r"何歳|年齢制限|how old\b|minimum age", r"\d ?(?:歳|才|years old|years of age)|未成年|成人|adult|minor|18|20"),
        (
            r"何色|色は(?:何|ど)|色の種類|(?:what|which|how many) colou?rs?|come in (?:red|blue|black|white|green|pink|gr[ae]y|silver)",
            r"色|ホワイト|ブラック|シルバ|白|黒|colou?r|white|black|\bred\b|blue|gr[ae]y|silver",
        ),
        (
            r"何(?:gb|mb|tb|kb)(?![a-z])|how many (?:gb|mb|megabytes|gigabytes)",
            r"\d ?(?:[gmkt]i?b(?![a-z])|ギガ|メガ|bytes?)",
        ),
        (
            rf"何(?:[{_COUNTED}]|種類|文字|ポイント)",
            rf"{_NUMBER} ?(?:[{_COUNTED}つ種]|文字|ポイント|まで|以[下内上])|上限",
        ),
    )
)
_HOW_MANY = re.compile(r"how many (?!business|working)([a-z]{3,})")
_TIMES = frozenset("days weeks months years hours minutes seconds times watts litres liters kilograms degrees".split())


@dataclass(frozen=True, slots=True)
class Asked:
    """`codes` in the form of `product_codes`; a sentence that answers matches each of `values`."""

    codes: frozenset[str]
    values: tuple[re.Pattern[str], ...]

    @classmethod
    def by(cls, question: str) -> Self:
        folded = fold(question).strip()
        values = [answers for asks, answers in _KINDS if asks.search(folded)]
        for noun in _HOW_MANY.findall(folded):
            if noun not in _TIMES:
                stem = noun[: max(4, len(noun) - 1)]
                values.append(re.compile(rf"{_NUMBER}.{{0,40}}{stem}|{stem}.{{0,40}}{_NUMBER}"))
        return cls(frozenset(product_codes(folded)), tuple(values))

    def can_be_answered_by(self, position: int, index: ChunkIndex) -> bool:
        """Every code is in the passage, its title or headings; every value in one sentence of it, or of what follows."""
        if not self.codes and not self.values:
            return True
        chunks = [index.chunks[place] for place in whole(position, index)]
        if not self.codes <= frozenset().union(*map(codes_of, chunks)):
            return False
        return any(
            all(value.search(fold(chunk.sentence(n))) for value in self.values)
            for chunk in chunks
            for n in range(len(chunk.sentences))
        )

    def keyed_sentence(self, chunk: Chunk) -> int | None:
        """The first row whose first cell is a code of the question: "Code: E02 | Meaning: …"."""
        for n in range(len(chunk.sentences) if self.codes else 0):
            key, bar, _ = chunk.sentence(n).partition(" | ")
            if bar and _codes(key) & self.codes:
                return n
        return None

    def is_keyed(self, chunk: Chunk) -> bool:
        """Whether a row or the nearest heading is about a code of the question, not only mentions it."""
        heading = chunk.heading_path[-1] if self.codes and chunk.heading_path else ""
        return bool(_codes(heading) & self.codes) or self.keyed_sentence(chunk) is not None


def able_first(retrieval: Retrieval, index: ChunkIndex) -> Retrieval:
    """The same hits, those first that can answer; otherwise in their order."""
    asked = Asked.by(retrieval.words)
    hits = sorted(retrieval.hits, key=lambda hit: not asked.can_be_answered_by(hit.position, index))
    return replace(retrieval, hits=tuple(hits))


def codes_of(chunk: Chunk) -> frozenset[str]:
    """The codes in a passage, its title, its headings, and the question it answers."""
    return _codes(f"{chunk.context}\n{chunk.question or ''}\n{chunk.text}")


def _codes(text: str) -> frozenset[str]:
    return frozenset(product_codes(fold(text)))
