"""What drafts, macros and learning are made of; `app.bootstrap` calls it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.adapters.learning_files import LearningFiles
from app.answering.evidence import load_abstention
from app.answering.pipeline import AnswerPipeline
from app.answering.reply import SURE_ENOUGH, PipelineReplies
from app.desk.drafting import Drafting
from app.desk.drafts import Drafts
from app.desk.scrub import Scrubber
from app.domain.course import Courses
from app.domain.draft import Tone
from app.domain.draft_ports import DraftStore, MacroStore
from app.domain.look import Looks
from app.domain.ports import ChunkIndex, Clock, PiiDetector, Vault
from app.wiring.writers import Writers

if TYPE_CHECKING:
    from sqlalchemy import Engine


def open_drafting(
    engine: "Engine",
    home: Path,
    pipeline: AnswerPipeline,
    writers: Writers,
    current_index: Callable[[], ChunkIndex],
    detector: PiiDetector,
    vault: Vault,
    clock: Clock,
) -> Drafting:
    plain = pipeline.varied(threshold=SURE_ENOUGH)
    by_tone = {Tone.PLAIN: plain}
    for tone in (Tone.SHORTER, Tone.WARMER):
        if writer := writers.writer(f"write_{tone}"):
            by_tone[tone] = plain.varied(writer)
    usual = load_abstention().threshold
    replies = PipelineReplies(by_tone, current_index, writers.embedder, writers.verifier, usual)
    store, learnings, scrubber = open_drafts(engine), open_learnings(home), Scrubber(detector, vault)
    drafts = Drafts(replies, store, learnings, scrubber, clock)
    macros, tones = open_macros(engine), frozenset(by_tone)
    return Drafting(replies, drafts, store, macros, learnings, scrubber, tones, writers.summaries())


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
