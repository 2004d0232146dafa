"""Another model's similarities, laid where those of the embedded model lie.

What an answer is worth is judged by cosines (`app/answering/abstention.toml`, `thresholds.toml`), and the weights were
fitted on the embedded model's, which lie close together. Elsewhere .6 may be a perfect match: taken as it is, every
question would be declined. The order of what is found does not change.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.adapters.separate_sentences import without_tokens
from app.domain.ports import Embedder, Passage, PassageVectors, QuestionVectors, Vector

# A question and the passage that answers it, on twelve subjects; each passage but its own leaves a question unanswered.
PAIRS = (
    ("領収書は発行してもらえますか", "領収書は、購入履歴の画面からPDFでダウンロードできます。"),
    ("予約を取り消したい", "ご予約の取り消しは、前日の正午までお電話で承ります。"),
    ("駐車場はありますか", "店舗の裏に無料の駐車場が20台分ございます。"),
    ("暗証番号を忘れました", "暗証番号をお忘れの場合は、窓口で本人確認のうえ再設定します。"),
    ("アレルギーの表示を見たい", "各料理に使う材料と含まれるアレルゲンは、メニューの最後の頁にあります。"),
    ("子どもの料金はいくらですか", "小学生以下のお子さまは、大人料金の半額でご利用いただけます。"),
    ("Can I bring my dog?", "Dogs are welcome on the terrace, but not inside the restaurant."),
    ("How do I cancel my membership?", "You can end your membership at any time from the account page."),
    ("Which bus goes to the museum?", "Take bus number 12 from the central station and get off at the museum."),
    ("Is breakfast included?", "A buffet breakfast is part of every room rate and is served from seven."),
    ("My screen stays black", "If the display does not light up, hold the power button for ten seconds."),
    ("Where can I vote?", "Polling stations are open in every school of the district until eight in the evening."),
)
JAPANESE = 6  # the first of them
_NO_BAND = 0.02


@dataclass(frozen=True, slots=True)
class Band:
    """Mean cosines of a question with a passage of its language that does not answer it, and with one that does."""

    apart: float
    together: float


EMBEDDED = Band(0.780, 0.855)  # `band_of` the embedded model; a test measures it again


def band_of(embedder: Embedder) -> Band:
    questions = np.array([embedder.embed_query(question) for question, _ in PAIRS], dtype=np.float32)
    passages = np.array(embedder.embed_documents([passage for _, passage in PAIRS]), dtype=np.float32)
    cosines = questions @ passages.T
    is_ja = np.arange(len(PAIRS)) < JAPANESE
    is_apart = (is_ja[:, None] == is_ja[None, :]) & ~np.eye(len(PAIRS), dtype=bool)
    return Band(float(cosines[is_apart].mean()), float(np.diag(cosines).mean()))


class AlignedEmbedder:
    """The cosine of question and passage becomes `scale` times what it was, plus `lift`.

    Three coordinates are appended: one that all vectors have in common, one of questions, and one of passages.
    Token vectors are dropped. Safe to share between threads where `embedder` is.
    """

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def fingerprint(self) -> str:
        return f"{self._embedder.fingerprint}-aligned"

    @property
    def dimension(self) -> int:
        return self._embedder.dimension + 3

    def embed_query(self, text: str) -> list[float]:
        return [float(value) for value in self._question(self._embedder.embed_query(text))]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        rows = np.array(self._embedder.embed_documents(texts), dtype=np.float32)
        return [[float(value) for value in row] for row in self._passages(rows)]

    def embed_question(self, text: str) -> QuestionVectors:
        return without_tokens(self.embed_query(text))

    def embed_passages(self, passages: Sequence[Passage]) -> Iterator[tuple[int, PassageVectors]]:
        for position, vectors in self._embedder.embed_passages(passages):
            passage = self._passages(vectors.passage[None, :])[0]
            yield position, PassageVectors(passage, self._passages(vectors.sentences))

    @cached_property
    def _scale_and_lift(self) -> tuple[float, float]:
        """The bands meet at both ends or, where two vectors of length 1 could come to more than 1, at the lower one. A
        model that cannot tell a passage that answers from one that does not is left as it is."""
        own = band_of(self._embedder)
        if own.together - own.apart < _NO_BAND:
            return 1.0, 0.0
        to_both = (EMBEDDED.together - EMBEDDED.apart) / (own.together - own.apart)
        to_lower = (1.0 - EMBEDDED.apart) / (1.0 - own.apart)
        scale = min(to_both, to_lower, 1.0)
        return scale, max(0.0, EMBEDDED.apart - scale * own.apart)

    def _question(self, vector: list[float]) -> Vector:
        row: Vector = self._appended(np.array([vector], dtype=np.float32), of_question=1.0, of_passage=0.0)[0]
        return row

    def _passages(self, rows: Vector) -> Vector:
        return self._appended(rows, of_question=0.0, of_passage=1.0)

    def _appended(self, rows: Vector, of_question: float, of_passage: float) -> Vector:
        scale, lift = self._scale_and_lift
        rest = np.sqrt(max(0.0, 1.0 - scale - lift))
        ends = np.array([np.sqrt(lift), rest * of_question, rest * of_passage], dtype=np.float32)
        appended: Vector = np.hstack([np.sqrt(scale) * rows, np.tile(ends, (len(rows), 1))]).astype(np.float32)
        return appended
