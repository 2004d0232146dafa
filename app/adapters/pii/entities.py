"""The names in a text, by spaCy's entity recogniser, whose moves are chosen here.

spaCy itself asks each of its moves at each word whether it is allowed, and takes the interpreter's lock for every one:
of GiNZA's 757 moves that made most of the work, and kept all other threads from theirs (docs/decisions/0012).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from spacy.tokens import Doc


class EntityReader:
    """Greedy decoding of B(egin), I(n), L(ast), U(nit) and O(ut) (Ratinov & Roth 2009), as `ner` would decode texts of
    which nothing is known before: the same names. `ner` is the recogniser of a spaCy pipeline, trained."""

    def __init__(self, ner: Any) -> None:
        self._vectors, self._features, scorer = (ner.model.get_ref(name) for name in ("tok2vec", "lower", "upper"))
        self._feature_bias = self._features.get_param("b")
        moves = [ner.moves.get_class_name(n) for n in range(ner.moves.n_moves)]
        numbers = {move: n for n, move in enumerate(moves)}
        self._labels = [move[2:] for move in moves if move.startswith("B-")]
        weights, bias = scorer.get_param("W"), scorer.get_param("b")
        groups = [[numbers[f"{move}-{label}"] for label in self._labels] for move in "BUIL"]
        begin, unit, inside, last = ((weights[group], bias[group]) for group in groups)
        out = weights[[numbers["O"]]], bias[[numbers["O"]]]
        self._outside = [np.concatenate(parts) for parts in zip(begin, unit, out, strict=True)]
        # An open name goes on or ends: which of the two is the sign of the difference.
        self._ends = [ends - goes_on for ends, goes_on in zip(last, inside, strict=True)]

    def read(self, doc: "Doc") -> Iterator[tuple[int, int, str]]:
        """First word, the word behind the last, and label of each name, in reading order."""
        if not len(doc):
            return
        # Row 0 stands for a word that is not there; of each word there are three: as the next one, as the first of the
        # open name, as the one before.
        features = self._features.predict(self._vectors.predict([doc]))
        moves = self._moves(features, [word.is_space for word in doc])
        n, count = 0, len(self._labels)
        while n < len(moves):
            start, label, move = n, int(moves[n]) % count, int(moves[n]) // count
            n += 1
            if move > 1:
                continue
            while move == 0 and n < len(moves):
                n += 1
                if n == len(moves) or self._is_last(features, start, n - 1, label):
                    break
            yield start, n, self._labels[label]

    def _moves(self, features: Any, is_space: list[bool]) -> Any:
        """The best move at each word while no name is open: begin by label, unit by label, out."""
        weights, bias = self._outside
        hidden = (features[1:, 0] + features[0, 1] + features[0, 2] + self._feature_bias).max(axis=-1)
        scores = hidden @ weights.T + bias
        scores[-1, : len(self._labels)] = -np.inf
        scores[is_space, :-1] = -np.inf
        return scores.argmax(axis=1)

    def _is_last(self, features: Any, start: int, word: int, label: int) -> bool:
        weights, bias = self._ends
        hidden = (features[word + 1, 0] + features[start + 1, 1] + features[word, 2] + self._feature_bias).max(axis=-1)
        return bool(hidden @ weights[label] + bias[label] > 0)
