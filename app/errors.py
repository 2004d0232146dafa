"""Every error Kotae raises on purpose.

KotaeError                      500  kotae could not do what was asked
├── SettingsError                    a setting is wrong; the start stops with the sentence
├── KnowledgeError                   a folder of articles cannot be used (CLI: exit 1)
├── IndexUnavailable            503  the index cannot be served
│   ├── NoIndex                      nothing was indexed yet
│   ├── DamagedIndex                 files of a version are missing or altered
│   └── ModelMismatch                the index was built with another embedding model
├── EvalError                        an evaluation cannot be run, compared or gated as asked (CLI: exit 2)
├── ModelError                  503  the embedding model cannot be made or loaded
├── ChatModelError              503  the language model that writes did not answer; the embedded writer does
│   └── FormRefused                  it does not understand the form it was asked in
├── DatabaseError               503  the database cannot be reached, or is not of this code's schema
├── FetchRefused                422  an address that may not be fetched: it leads inside, or is none
├── FetchFailed                 502  an address that could not be fetched, or not all of it, or not in time
├── NotSignedIn                 401  staff only, and nobody is signed in; or the name or password is wrong
├── Forbidden                   403  signed in, without the role that this takes
├── TooMany                     429  too much in too short a time
├── NotFound                    404  no such thing, or not yours
├── Unprocessable               422  the request was understood and cannot be accepted
└── Conflict                    409  the thing is not in a state that allows this
    ├── AgentOnlyText                a reply holds what is for staff, and nobody confirmed that it may go out
    ├── ConversationLocked           what its tokens stand for cannot be read: it can only be looked at
    ├── Impossible                   the conversation is not in a state for this move of the desk
    ├── Taken                        somebody else has the ticket
    └── WrittenMeanwhile             the customer wrote after what the agent had seen

Each message is one sentence that says what is wrong, where, and what to do. `key` names the same sentence in
the page catalogue where a customer or the desk may see it, and `values` what is put into it; an error without a key is
told to customers as `server_error`.
"""

from collections.abc import Mapping
from types import MappingProxyType


class KotaeError(Exception):
    status = 500
    title = "Kotae could not do this"
    key = "server_error"
    values: Mapping[str, str] = MappingProxyType({})


class SettingsError(KotaeError):
    title = "A setting is wrong"


class KnowledgeError(KotaeError):
    title = "The knowledge base cannot be used"


class EvalError(KotaeError):
    title = "The evaluation cannot be run"


class IndexUnavailable(KotaeError):
    status = 503
    title = "The index cannot be served"
    key = "no_index"


class NoIndex(IndexUnavailable):
    title = "Nothing is indexed yet"


class DamagedIndex(IndexUnavailable):
    title = "The index is damaged"


class ModelMismatch(IndexUnavailable):
    title = "The index was built with another model"


class ModelError(KotaeError):
    status = 503
    title = "The embedding model cannot be used"


class ChatModelError(KotaeError):
    """Never shown to customers. Its text goes into the trace: no key, no address, no words of the service's own.

    `is_passing`: another try may succeed, after `wait` seconds where the service named a time.
    """

    status = 503
    title = "The language model did not answer"

    def __init__(self, why: str, is_passing: bool = False, wait: float = 0.0) -> None:
        super().__init__(why)
        self.is_passing = is_passing
        self.wait = wait


class FormRefused(ChatModelError):
    title = "The language model does not understand the form of the request"


class DatabaseError(KotaeError):
    status = 503
    title = "The database cannot be used"


class FetchRefused(KotaeError):
    status = 422
    title = "This address may not be fetched"
    key = "fetch_refused"


class FetchFailed(KotaeError):
    status = 502
    title = "This address could not be fetched"
    key = "fetch_failed"


class NotSignedIn(KotaeError):
    """`form`: the fields of a form that was sent after the session had ended; its text is not to be lost."""

    status = 401
    title = "Not signed in"
    key = "not_signed_in"

    def __init__(self, message: str, form: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.form = form or {}


class Forbidden(KotaeError):
    status = 403
    title = "Not allowed"
    key = "forbidden"


class TooMany(KotaeError):
    """`seconds`: when the next try may come."""

    status = 429
    title = "Too many requests"
    key = "too_many"

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class NotFound(KotaeError):
    status = 404
    title = "Not found"
    key = "not_found"


class Unprocessable(KotaeError):
    status = 422
    title = "The request cannot be accepted"
    key = "unprocessable"


class Conflict(KotaeError):
    status = 409
    title = "Not possible now"
    key = "conflict"


class ConversationLocked(Conflict):
    title = "The conversation can only be read"
    key = "locked"


class Impossible(Conflict):
    def __init__(self, message: str, key: str = "conflict") -> None:
        super().__init__(message)
        self.key = key


class Taken(Conflict):
    title = "Somebody else has the ticket"
    key = "taken"

    def __init__(self, who: str) -> None:
        super().__init__(f"{who} has this ticket already.")
        self.values = {"name": who}


class WrittenMeanwhile(Conflict):
    title = "The customer wrote meanwhile"
    key = "written_meanwhile"


class AgentOnlyText(Conflict):
    title = "Text for staff only"
    key = "agent_only_text"
