"""Lies and honest sentences made of the articles' own, always the same ones from the same articles.

Every maker changes one thing that its sentence states: what comes out contradicts the source or goes beyond it. Where
another value of the source might make a changed sentence true, nothing is made of it.
"""

# ruff: noqa: E501 - a row of a table of patterns stays one line

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from app.domain.knowledge import Audience, Chunk
from app.domain.text import normalise, sentence_spans

PER_KIND = 30  # told of each kind in each language, as many as there are
_LENGTH = {"ja": range(10, 90), "en": range(25, 200)}  # characters of a sentence that is retold

Swaps = Sequence[tuple[str, str]]
_UNIT = r" ?(?:business |working )?(?:days?|hours?|minutes?|seconds?|weeks?|months?|years?|points?|percent|per cent|%|kg|cm|mm|kWh|V|W|L|°C|characters|yen)\b|円|日以内|日間|日前|営業日|分(?![かけ])|秒|時間|か月|年間|年以内|回|枚|ポイント|文字|%|℃|件|週間"
_AMOUNT = re.compile(
    rf"(?<![A-Za-z\d.,:/-])¥(?P<yen>\d[\d,]*)|(?<![A-Za-z\d.,:/-])(?!1[回日個件])(?P<n>\d[\d,]*)(?=(?:{_UNIT}))"
)
_UNITS: Swaps = (
    (r"(?<=\d) days?\b", " weeks"), (r"(?<=\d) hours?\b", " days"), (r"(?<=\d) minutes?\b", " hours"), (r"(?<=\d) months?\b", " years"),
    (r"(?<=\d) years?\b", " months"), (r"(?<=\d) seconds?\b", " minutes"), (r"(?<=\d) weeks?\b", " days"), (r"(?<=\d) cm\b", " mm"), (r"(?<=\d) kg\b", " g"),
    (r"¥(?=\d)", "$"), (r"(?<=\d)日間|(?<=\d)日(?=以内|前)", "週間"), (r"(?<=\d)営業日", "週間"), (r"(?<=\d)時間", "日"), (r"(?<=\d)分間|(?<=\d)分(?=以内|ほど|です|で|後|たつ)", "時間"),
    (r"(?<=\d)か月", "年"), (r"(?<=\d)年(?=以内|間|です|を)", "か月"), (r"(?<=\d)秒", "分"), (r"(?<=\d)円", "ドル"), (r"(?<=\d)cm", "mm"), (r"(?<=\d)kg", "g"),
)  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_DATES: Swaps = (
    *((rf"\b{month}\b(?= \d|,? 20)|(?<=\d ){month}\b", _MONTHS[n - 5]) for n, month in enumerate(_MONTHS)),
    *((rf"\b{day}(?=s?\b)", _DAYS[n - 4]) for n, day in enumerate(_DAYS)),
    *((rf"{day}曜", f"{'月火水木金土日'[n - 4]}曜") for n, day in enumerate("月火水木金土日")),
    *((rf"(?<!\d){hour}(?=:\d\d|時(?!間))", str(hour + 3 if hour < 19 else hour - 5)) for hour in range(6, 22)),
    *((rf"(?<!\d){month}(?=月\d)", str((month + 6) % 12 + 1)) for month in range(1, 13)),
    *((rf"(?<!\d){year}(?=年)|(?<= ){year}\b", str(year + 2)) for year in range(2023, 2030)),
)  # fmt: skip
_PRODUCTS: Swaps = (
    ("AW-80", "AW-120D"), ("AW-120D", "AW-80"), ("AP-30", "AP-50"), ("AP-50", "AP-30"), ("SI-40", "SI-55"), ("SI-55", "SI-40"), ("FP-30", "FP-50"),
    ("FP-50", "FP-30"), ("PB-500", "DH-60"), ("HB-65", "AH-120"), ("AH-120", "AW-80"), ("DH-60", "AP-30"),
    (r"(?<=[a-z] )washing machine", "air purifier"), (r"\b(?<=[a-z] )coupons?\b", "points"), (r"(?<=[a-z] )filters?\b", "remote control"),
    (r"(?<![一-鿿])洗濯機(?![一-鿿])", "空気清浄機"), (r"クーポン(?!コ)", "ギフト券"), (r"(?<![ァ-ヺー一-鿿])フィルター(?![ァ-ヺー一-鿿])", "リモコン"), ("蓄電池", "ヒーター"),
)  # fmt: skip
_NEGATIONS: Swaps = (
    (r"\bcannot\b", "can"), (r"\b([Dd]o|does|did|is|are|was|were|has|have|will|must|should) not\b", r"\1"), (r"\b([Dd]o|does|did|is|are|was|were)n't\b", r"\1"),
    (r"\bno longer\b", "still"), (r"\b[Nn]ever\b", "always"), (r"\bwithout\b", "with"), (r"\bunless\b", "if"), (r"\b(is|are|have|has) no\b", r"\1"), (r"(?<=, )no (?=[a-z]+s\b)", ""),
    (r"(?<=できる)こと(?:は|が)ありません", "ことがあります"), (r"ではありません", "です"), (r"はありません", "があります"), (r"(?<!ばな)(?<!はな)(?<!しれ)(?<!構い)(?<!り)ません(?=。|$|が、|ので)", "ます"),
    (r"不要(?=です)", "必要"), (r"対象外", "対象"), (r"しないで(?=ください)", "して"), (r"ずに(?=お)", "てから"),
)  # fmt: skip
_AFFIRMATIONS: Swaps = (
    (r"\bcan\b(?! not)", "cannot"), (r"\b(is|are|was|were|will|must)\b(?! no|n't)", r"\1 not"), (r"\bfree of charge\b", "for a fee"),
    (r"必要です(?=。|$)", "不要です"), (r"無料", "有料"), (r"(?<!ねがい)(?<!願い)(?<!願いし)(?<!ござい)(?<!があり)ます(?=。|$)", "ません"), (r"(?<=[一-鿿ァ-ヺー])です(?=。|$)", "ではありません"),
)  # fmt: skip
_PROMISES_EN = (
    ", and we add a ¥1,000 coupon for the trouble.", ", and you get your money back if you are not happy with it.", ", and a courier brings a replacement the same evening.",
    ", and the warranty is extended by one year at no cost.", ", and we answer within ten minutes at any hour.", ", and gold members are paid double.",
)  # fmt: skip
_PROMISES_JA = (
    "し、お詫びとして1,000円分のクーポンも差し上げます。", "し、ご満足いただけないときは全額を返金します。", "し、その日のうちに代わりの品をお持ちします。",
    "し、保証期間も1年延長されます。", "し、深夜でも10分以内にお返事します。", "し、ゴールド会員には2倍をお支払いします。",
)  # fmt: skip
_CONDITIONS: Swaps = (
    (r"^(?:If|When|Once|As long as|Until|After|Before) [^,]+, (?=(?:you|we|it|the|they|there|a|an|our|your) (?:[a-z]+ ){0,3}(?:is|are|can|cannot|will|may|costs?|receive|get|pay|refund|send|cancel|lend|repair|exchange)\b)", ""),
    (r"(?<=[a-z])(?<!even)(?<!only),? (?:if|unless|until|once(?! more)|when|provided that|as long as) [^,.;:]+(?=\.$)", ""),
    (r"^[^。、]*?(?:場合に限り|場合は|場合|ときは|とき|たあとは|前なら|なら|れば)、(?=[^。]*(?:ます|ません|です|でした)。$)", ""),
    (r"(?<=、)[^。、は「」]{2,16}?(?:以内|まで)(?:なら|に限り|であれば)、?(?=[^。]*(?:ます|ません|です)。$)", ""),
    (r"(?<=[、は])[^。、は「」]{2,16}?に限り(?!ます)、?(?=[^。]*(?:ます|ません|です)。$)", ""), (r"のみ(?=(?:です|可能))", ""),
)  # fmt: skip
_REWORDED: Swaps = (
    (r"\bcannot\b", "can't"), (r"\b([Dd]o|does|is|are) not\b", r"\1n't"), (r"\bvia\b", "through"), (r"¥([\d,]+)", r"\1 yen"), (r"\be-mail", "email"), (r"\b[Pp]hone us\b", "call us"),
    (r"(?<=\d),(?=\d{3}円)", ""), (r"できません(?=。|$)", "できかねます"), (r"(?<=[一-鿿が])できます(?=。|$)", "可能です"), (r"ください(?=。|$)", "くださいませ"), (r"(?<=[一-鿿ァ-ヺー])です(?=。|$)", "でございます"),
    (r"か月", "ヶ月"), (r"14日(?=以内)", "2週間"), (r"お客様", "お客さま"), (r"(?<=[い])たします(?=。|$)", "たしております"),
)  # fmt: skip
_ASIDE = re.compile(
    r"\b(?:if|when|while|that|which|who|until|once|because|as|where|whether|what|how|than)\b[^,;]*$|\([^)]*$",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"(?:You|We|It|They|There|This|These|The|An?|Your|Our|All|Only|Both|Two|Points|Orders|Coupons|Payments|Guests?|Repairs|Large|Opened|Unopened|Delivery|Filters)\b"
)
_STATED = re.compile(
    r"\b(?:is|are|was|can|cannot|will|may|must|costs?|gets?|receives?|apply|applies|takes?)\b|(?:ます|ません|です)。$"
)


@dataclass(frozen=True, slots=True)
class Retold:
    """`told`, of the sentence `source` of a chunk, which `question` finds."""

    kind: str
    lang: str
    source: str
    told: str
    question: str


def retold(chunks: Sequence[Chunk]) -> list[Retold]:
    """At most PER_KIND of each kind and language, the sentences spread over the articles by their hash."""
    sources = [(source, chunk) for chunk in chunks if chunk.audience is Audience.PUBLIC for source in _sources(chunk)]
    sources.sort(key=lambda pair: _hash(pair[0]))
    found: dict[tuple[str, str], dict[str, Retold]] = {}
    for source, chunk in sources:
        for kind, make in _MAKERS.items():
            same = found.setdefault((kind, chunk.lang), {})
            told = make(source, chunk) if len(same) < PER_KIND and source not in same else None
            if told and (kind == "honest_quote" or _is_one(told, chunk)):
                same[source] = Retold(kind, chunk.lang, source, told, f"{chunk.title} {source}")
    return [each for same in found.values() for each in same.values()]


def _sources(chunk: Chunk) -> Iterator[str]:
    """Whole sentences of running text: no rows, questions, headings or steps that only name a button."""
    end = {"ja": "。", "en": "."}[chunk.lang]
    for n in range(len(chunk.sentences)):
        sentence = re.sub(r"^(?:[•・*※-] ?|\d+[.)] )", "", chunk.sentence(n))
        if sentence.endswith(end) and len(sentence) in _LENGTH[chunk.lang] and not re.search(r"[|→?]|: ", sentence):
            yield sentence


def _is_one(told: str, chunk: Chunk) -> bool:
    """One sentence, which the chunk does not have."""
    own = {chunk.sentence(n) for n in range(len(chunk.sentences))}
    return told not in own and len(sentence_spans(normalise(told).text, chunk.lang)) == 1


def _hash(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def _swapped(swaps: Swaps, source: str, chunk: Chunk) -> str | None:
    """`source` with the first pattern that fits; what is put in must be new to the chunk and its title."""
    known = f"{chunk.context} {chunk.text}"
    for pattern, instead in swaps:
        match = re.search(pattern, source)
        if match and match.expand(instead).strip() not in known:
            return source[: match.start()] + match.expand(instead) + source[match.end() :]
    return None


def _turned(swaps: Swaps, source: str) -> str | None:
    """`source` with the first pattern that fits in its main clause."""
    for pattern, instead in swaps:
        for match in re.finditer(pattern, source):
            if not _ASIDE.search(source[: match.start()]):
                return source[: match.start()] + match.expand(instead) + source[match.end() :]
    return None


def _changed_number(source: str, chunk: Chunk) -> str | None:
    known = set(re.findall(r"\d[\d,.]*", f"{chunk.context} {chunk.text}"))
    for match in _AMOUNT.finditer(source):
        digits = match["yen"] or match["n"]
        for value in (int(digits.replace(",", "")) * factor for factor in (2, 3, 5)):
            told = f"{value:,}" if "," in digits else str(value)
            if told not in known:
                start = match.start("yen" if match["yen"] else "n")
                return source[:start] + told + source[start + len(digits) :]
    return None


def _flipped_negation(source: str, chunk: Chunk) -> str | None:
    return _turned(_NEGATIONS, source) or _turned(_AFFIRMATIONS, source)


def _added_promise(source: str, chunk: Chunk) -> str | None:
    promises = _PROMISES_EN if chunk.lang == "en" else _PROMISES_JA
    body = source[:-1]
    is_statement = body.endswith(("ます", "です")) if chunk.lang == "ja" else _STATEMENT.match(body)
    return body + promises[_hash(source) % len(promises)] if is_statement else None


def _dropped_condition(source: str, chunk: Chunk) -> str | None:
    told = _turned(_CONDITIONS, source)
    return told[0].upper() + told[1:] if told and len(told) in _LENGTH[chunk.lang] and _STATED.search(told) else None


def _invented_citation(source: str, chunk: Chunk) -> str | None:
    """True, and said from a passage that is not there."""
    return _honest_reworded(source, chunk)


def _honest_quote(source: str, chunk: Chunk) -> str | None:
    return source


def _honest_reworded(source: str, chunk: Chunk) -> str | None:
    """The same in other letters, and politely; what reads as a change of its sense is left alone."""
    told = source
    for pattern, instead in _REWORDED:
        told = re.sub(pattern, instead, told)
    if chunk.lang == "en" and _STATEMENT.match(source):
        told = f"Please note that {told[0].lower()}{told[1:]}"
    return told if told != source else None


_MAKERS: dict[str, Callable[[str, Chunk], str | None]] = {
    "changed_number": _changed_number,
    "flipped_negation": _flipped_negation,
    "added_promise": _added_promise,
    "swapped_unit": partial(_swapped, _UNITS),
    "swapped_date": partial(_swapped, _DATES),
    "swapped_product": partial(_swapped, _PRODUCTS),
    "dropped_condition": _dropped_condition,
    "invented_citation": _invented_citation,
    "honest_quote": _honest_quote,
    "honest_reworded": _honest_reworded,
}
