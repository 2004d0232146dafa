"""What was said before a sample's question, in whichever form a data set has it."""

from typing import Annotated, Any

from pydantic import BeforeValidator, TypeAdapter

from app.domain.conversation import Role, Turn

_TURNS = TypeAdapter(tuple[Turn, ...])
_ROLES = {"user": Role.CUSTOMER, "human": Role.CUSTOMER, "bot": Role.ASSISTANT}


def _turns(given: Any) -> Any:
    """A turn is an object with `role` and `text`, or a string: then the customer said it."""
    turns = [_turn(each) for each in given] if isinstance(given, list) else given
    return _TURNS.validate_python(() if turns is None else turns)


def _turn(given: Any) -> Any:
    if isinstance(given, str):
        return {"role": Role.CUSTOMER, "text": given}
    if isinstance(given, dict):
        role = given.get("role")
        return {"role": _ROLES.get(str(role), role), "text": given.get("text", given.get("content"))}
    return given


History = Annotated[tuple[Turn, ...], BeforeValidator(_turns)]
