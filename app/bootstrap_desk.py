"""What drafts, macros and learning are made of; `app.bootstrap` calls it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.learning_files import LearningFiles
from app.answering.evidence import load_abstention
from app.answering.model_writer import ModelWriter
from app.answering.pipeline import AnswerPipeline
from app.answering.reply import SURE_ENOUGH, PipelineReplies
from app.answering.verify import Verifier
from app.desk.drafting import Drafting
from app.desk.drafts import Drafts
from app.desk.scrub import Scrubber
from app.domain.course import Courses
from app.domain.draft import Tone
from app.domain.draft_ports import DraftStore, MacroStore
from app.domain.look import Looks
from app.domain.ports import ChunkIndex, Clock, Embedder, PiiDetector, Vault

if TYPE_CHECKING:
    from sqlalchemy import Engine


def open_drafting(
    engine: "Engine",
    home: Path,
    pipeline: AnswerPipeline,
    tones: dict[Tone, ModelWriter],
    current_index: Callable[[], ChunkIndex],
    embedder: Embedder,
    verifier: Verifier,
    detector: PiiDetector,
    vault: Vault,
    clock: Clock,
) -> Drafting:
    """`tones` are the writers of other tones; none without a model."""
    from app.adapters.sql_drafts import SqlDrafts

    plain = pipeline.varied(threshold=SURE_ENOUGH)
    by_tone = {Tone.PLAIN: plain} | {tone: plain.varied(writer) for tone, writer in tones.items()}
    replies = PipelineReplies(by_tone, current_index, embedder, verifier, load_abstention().threshold)
    store, learnings, scrubber = SqlDrafts(engine), open_learnings(home), Scrubber(detector, vault)
    drafts = Drafts(replies, store, learnings, scrubber, clock)
    return Drafting(replies, drafts, store, open_macros(engine), learnings, scrubber, frozenset(by_tone))


def open_looks(engine: "Engine", clock: Clock) -> Looks:
    from app.adapters.sql_looks import SqlLooks

    return SqlLooks(engine, clock)


def open_courses(engine: "Engine") -> Courses:
    from app.adapters.sql_courses import SqlCourses

    return SqlCourses(engine)


def open_macros(engine: "Engine") -> MacroStore:
    from app.adapters.sql_macros import SqlMacros

    return SqlMacros(engine)


def open_drafts(engine: "Engine") -> DraftStore:
    from app.adapters.sql_drafts import SqlDrafts

    return SqlDrafts(engine)


def open_learnings(home: Path) -> LearningFiles:
    return LearningFiles(home)
