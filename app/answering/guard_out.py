"""Step 7, beside the verifier: what no sentence of a model may say unless the passage it cites says it too.

Links and addresses, ways to reach somebody, promises, and the words of our own prompts. The verifier judges what is
stated; these are judged by the letter, since one wrong character sends a customer elsewhere.
"""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache

from app.domain.pseudonyms import TOKEN
from app.domain.text import fold

_LINK = re.compile(r"(?:https?://|www\.)[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII | re.IGNORECASE)
_SITE = re.compile(
    r"(?<![\w@./-])(?:[a-z0-9-]{2,}\.)+(?:com|net|org|io|jp|co|info|biz|dev|app|ly|example|shop|site|xyz|top|me|tv|cc)"
    r"(?![\w-])(?:/[!-~]*)?",
    re.ASCII | re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|\]\(|javascript:|data:\w+/", re.IGNORECASE)
_LINK_END = ".,;:!?)]}'\"、。"
_NUMBER = re.compile(r"(?<![\w.,¥$-])\(?\+?\d[\d()\- .]{7,}\d(?![\w,])", re.ASCII)
_DIGITS = (9, 16)  # of a telephone number, an account, a card
_ADDRESS = re.compile(
    r"〒?\d{3}-\d{4}(?!\d|-)|(?:東京都|北海道|(?:京都|大阪)府|[一-鿿]{2,3}県)[^\s、。,]{1,12}?[市区町村郡]"
    r"|\b\d{1,5} [A-Z][a-z]+ (?:Street|St|Avenue|Ave|Road|Rd|Lane|Drive|Boulevard)\b"
)
# A claim that says one of a kind needs a passage that says one of that kind, in either language.
_PROMISES = {
    "money": r"(?:全額|一部)?返金(?:いた)?(?:し|でき|され)|払い?戻|賠償|補償|弁償|慰謝料|差し上げ|進呈"
    r"|refund|reimburs|compensat|damages|cash ?back|pay you|give you",
    "free": r"無料|無償|[当弊]社が?負担"
    r"|free of charge|for free|at no (?:extra )?(?:cost|charge)|complimentary|our expense",
    "guarantee": r"保証(?:いた)?し|約束|確約|(?:必ず|絶対に?)(?![^。]{0,40}(?:ください|下さい))"
    r"|guarantee|promis|definitely|certainly|without fail|for sure|we ensure|always be",
    "law": r"法的|法律上|責任を(?:負|認)|過失|違法|合意|legal|liab|binding|entitle|lawful|at fault|negligen",
}
_PROMISE = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PROMISES.items()}
_SHARED = {"ja": 14, "en": 30}  # letters in a row that a sentence of ours and a claim have in common by chance no more
_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")


def objection(claim: str, source: str, instructions: Collection[str] = ()) -> str | None:
    """ "<what>: <which>" for the first thing `claim` must not say, both texts normalised; None when there is none.

    `source` is the cited chunk under its title and headings, `instructions` are our prompts. Tokens for personal data
    are the pipeline's own and are no markup.
    """
    claim = TOKEN.sub(" ", claim)
    return next(_objections(claim, source, instructions), None)


def _objections(claim: str, source: str, instructions: Collection[str]) -> Iterator[str]:
    known = _links(source)
    yield from (f"link: {link[:60]}" for link in sorted(_links(claim) - known))
    yield from (f"link: {found[0][:60]}" for found in _MARKUP.finditer(claim) if found[0] not in source)
    numbers = _numbers(source)
    yield from (f"contact: {number}" for number in _numbers(claim) if number not in numbers)
    there = "".join(source.split())
    yield from (f"address: {found[0]}" for found in _ADDRESS.finditer(claim) if "".join(found[0].split()) not in there)
    for kind, pattern in _PROMISE.items():
        if (promise := pattern.search(claim)) and not pattern.search(source):
            yield f"promise of {kind}: {promise[0]}"
    if any(_repeats(claim, ours, source) for ours in instructions):
        yield "our own prompt"


def _links(text: str) -> frozenset[str]:
    whole = {found[0].rstrip(_LINK_END).lower() for found in _LINK.finditer(text)}
    bare = {found[0].rstrip(_LINK_END).lower() for found in _SITE.finditer(_LINK.sub(" ", text))}
    return frozenset(whole | bare)


def _numbers(text: str) -> list[str]:
    digits = (re.sub(r"\D", "", found[0]) for found in _NUMBER.finditer(text))
    return [number for number in digits if _DIGITS[0] <= len(number) <= _DIGITS[1]]


def _repeats(claim: str, ours: str, source: str) -> bool:
    """A run of letters that is in both, and not in the source too, long enough not to be chance."""
    length = _SHARED["ja" if _JAPANESE.search(claim) else "en"]
    said, ours, source = _folded(claim), _folded(ours), _folded(source)
    runs = (said[n : n + length] for n in range(len(said) - length + 1))
    return any(run in ours and run not in source for run in runs)


@lru_cache(maxsize=256)
def _folded(text: str) -> str:
    return "".join(fold(text).split())
