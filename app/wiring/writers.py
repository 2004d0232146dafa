"""What writes: quotes, and where a model is set its answers, standalone questions and summaries."""

import os
from dataclasses import dataclass

from app.answering.extractive import ExtractiveWriter
from app.answering.guard import Guard
from app.answering.model_condenser import PROMPTS as CONDENSER_PROMPTS
from app.answering.model_condenser import ModelCondenser
from app.answering.model_summary import PROMPTS as SUMMARY_PROMPTS
from app.answering.model_summary import ModelSummary
from app.answering.model_writer import PROMPTS as MODEL_PROMPTS
from app.answering.model_writer import TONES, ModelWriter
from app.answering.pipeline import PROMPTS
from app.answering.verify import Thresholds, Verifier
from app.domain.ports import ChatModel, Clock, Embedder, Writer
from app.domain.site import Site
from app.prompting import Prompts, load_prompts
from app.settings import ROOT, Settings
from app.wiring.models import open_chat_model


@dataclass(frozen=True, slots=True)
class Writers:
    """What all that write share; `model` is None where none is set."""

    model: ChatModel | None
    quotes: Writer
    verifier: Verifier
    embedder: Embedder
    prompts: Prompts
    guard: Guard
    seconds: float
    cores: int

    def writer(self, tone: str = "") -> ModelWriter | None:
        if self.model is None:
            return None
        parts = (self.model, self.quotes, self.verifier, self.embedder, self.prompts, self.seconds, self.cores)
        return ModelWriter(*parts, tone=tone)

    def summaries(self) -> ModelSummary | None:
        if self.model is None:
            return None
        return ModelSummary(self.model, self.verifier, self.guard, self.prompts, self.seconds)

    def condenser(self) -> ModelCondenser | None:
        return ModelCondenser(self.model, self.prompts, self.seconds) if self.model else None


def open_writers(
    settings: Settings, site: Site, embedder: Embedder, guard: Guard, clock: Clock, model: ChatModel | None = None
) -> Writers:
    """`model` writes instead of the one in the settings. Raises SettingsError."""
    return Writers(
        model=model or open_chat_model(settings, site, clock),
        quotes=ExtractiveWriter(),
        verifier=Verifier(Thresholds.load()),
        embedder=embedder,
        prompts=load_prompts(ROOT / "prompts", PROMPTS | MODEL_PROMPTS | TONES | CONDENSER_PROMPTS | SUMMARY_PROMPTS),
        guard=guard,
        seconds=settings.llm_seconds,
        cores=os.cpu_count() or 1,
    )
