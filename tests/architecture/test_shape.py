"""Short functions, short files, annotated signatures, names that say something."""

import re

import pytest

from tests.architecture.sources import PACKAGES, Function, Source, sources

LONGEST_FUNCTION = 60
LONGEST_FILE = 350
USUAL_FUNCTION = 35  # nine in ten are no longer
EMPTY_FILES = re.compile(r"^(utils?|helpers?|managers?|common|misc|stuff)$|_(utils?|helpers?|manager)$")
EMPTY_VERBS = re.compile(r"^_?(do|process)_")
NAMED_BY_OTHERS = {"process_bind_param", "process_result_value", "do_POST"}  # SQLAlchemy and http.server call these
NAMED_BY_OTHERS |= {"process_text", "process_batch"}  # Presidio these

HOUSE = sources(*PACKAGES)
EVERYTHING = [*HOUSE, *sources("tests")]


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _missing_annotations(function: Function) -> list[str]:
    given = function.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    starred = [argument for argument in (given.vararg, given.kwarg) if argument]
    bare = [a.arg for a in [*named, *starred] if a.annotation is None and a.arg not in {"self", "cls"}]
    return bare if function.returns else [*bare, "return"]


def test_no_function_is_over_sixty_lines() -> None:
    long = [
        f"{source.path}:{function.lineno} {function.name}: {_length(function)} lines"
        for source in HOUSE
        for function in source.functions()
        if _length(function) > LONGEST_FUNCTION
    ]
    assert long == []


def test_nine_functions_in_ten_are_under_thirty_five_lines() -> None:
    lengths = [_length(function) for source in HOUSE for function in source.functions()]
    assert sum(length <= USUAL_FUNCTION for length in lengths) >= 0.9 * len(lengths)


@pytest.mark.parametrize("source", HOUSE, ids=lambda source: source.path)
def test_a_file_is_short_enough_to_read(source: Source) -> None:
    assert source.lines <= LONGEST_FILE


@pytest.mark.parametrize("source", EVERYTHING, ids=lambda source: source.path)
def test_every_signature_is_annotated(source: Source) -> None:
    bare = {f"{f.lineno} {f.name}": _missing_annotations(f) for f in source.functions() if _missing_annotations(f)}
    assert bare == {}


def test_names_say_what_a_thing_is() -> None:
    parts = [(source.path, part) for source in HOUSE for part in source.path.removesuffix(".py").split("/")]
    calls = [(source.path, f.name) for source in HOUSE for f in source.functions() if f.name not in NAMED_BY_OTHERS]
    empty = [found for found in parts if EMPTY_FILES.search(found[1])]
    assert empty + [found for found in calls if EMPTY_VERBS.search(found[1])] == []
