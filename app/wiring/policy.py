"""What an answer is judged by: the guard, what a turn is understood with, and the table of escalation."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from app.answering.escalate import TABLE as ESCALATION
from app.answering.escalate import load_policy
from app.answering.escalator import Escalator
from app.answering.evidence import COEFFICIENTS
from app.answering.guard import RULES, Guard, Rules
from app.answering.guard_head import WEIGHTS, load_head
from app.answering.intent import Intents
from app.answering.sentiment import load_judge
from app.answering.topics import load_topics
from app.answering.understand import FILES as UNDERSTANDING
from app.answering.understand import Understanding
from app.answering.verify import THRESHOLDS
from app.desk.routes import ROUTES, load_routes, require_known
from app.domain.ports import Embedder
from app.domain.understanding import Route
from app.prompting import Prompts
from app.settings import Settings


def open_guard(settings: Settings, embedder: Embedder) -> Guard:
    """The guard's model reads vectors of the embedded model; with another one the rules judge alone."""
    return Guard(Rules.load(), load_head(embedder.fingerprint) if settings.embedding_model == "embedded" else None)


def open_understanding(settings: Settings, embedder: Embedder, routes: Sequence[Route] = ()) -> Understanding:
    """Its models read vectors of the embedded model; with another one the rules judge alone."""
    known = embedder.fingerprint if settings.embedding_model == "embedded" else None
    intents = Intents(routes, embedder) if routes and known else None
    return Understanding(load_judge(known), load_topics(known), intents)


def open_escalator(settings: Settings, embedder: Embedder, prompts: Prompts) -> Escalator:
    """Raises SettingsError for a table that is not whole, automates what must go to a person, or names no route."""
    routes, policy = load_routes(), load_policy(ESCALATION)
    for line in policy.topics.values():
        if line.route:
            require_known(line.route, routes, ESCALATION)
    return Escalator(open_understanding(settings, embedder, routes), policy, prompts, routes)


def policy_version() -> str:
    """Changes with any file that decides what is answered and what is shown."""
    rules: tuple[Path, ...] = (COEFFICIENTS, THRESHOLDS, RULES, WEIGHTS, *UNDERSTANDING, ESCALATION, ROUTES)
    return hashlib.sha256(b"".join(path.read_bytes() for path in rules)).hexdigest()[:12]
