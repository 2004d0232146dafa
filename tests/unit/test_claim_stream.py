"""Claims are read out of a reply as it arrives, however it is cut into pieces."""

import pytest

from app.answering.claim_stream import Written, claim_stream
from app.domain.chat import Form

TWO = '{"claims": [{"text": "A \\"b\\" {c}.", "passage": 1}, {"text": "二文目です。", "passage": 2}]}'


def read(form: Form, text: str, piece: int) -> tuple[list[Written], bool]:
    stream = claim_stream(form)
    pieces = [text[start : start + piece] for start in range(0, len(text), piece)]
    found = [written for part in pieces for written in stream.feed(part)]
    return [*found, *stream.end()], stream.is_readable


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 1000])
@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "Sure! Here you are:\n{}", '<think>{{"x": 1}} hm</think>\n{}']
)
def test_json_is_read_whatever_stands_around_it(around: str, piece: int) -> None:
    said, readable = read(Form.JSON_SCHEMA, around.format(TWO), piece)
    assert said == [Written('A "b" {c}.', 1), Written("二文目です。", 2)]
    assert readable


def test_a_claim_is_given_as_soon_as_it_is_closed() -> None:
    stream = claim_stream(Form.TOOLS)
    begun, rest = TWO[: TWO.index("}, {") + 1], TWO[TWO.index("}, {") + 1 :]
    assert [said.passage for said in stream.feed(begun)] == [1]
    assert [said.passage for said in stream.feed(rest)] == [2]


@pytest.mark.parametrize(
    ("text", "said", "readable"),
    [
        ('{"claims": []}', [], True),
        ("", [], False),
        ("Returns take 14 days.", [], False),
        ('{"claims": [{"text": "A.", "passage": 1}, {"text": "B', [Written("A.", 1)], True),
        ('{"claims": [{"text": "A."}]}', [Written("A.", None)], True),
        ('{"claims": [{"text": "A.", "passage": "2"}]}', [Written("A.", 2)], True),
        ('{"claims": [{"text": "A.", "passage": true}]}', [Written("A.", None)], True),
        ('{"claims": [{"text": 5, "passage": 1}]}', [], True),
        ("{" * 3000 + "}" * 3000, [], False),
        ("[" * 3000, [], False),
    ],
)
def test_wrong_json_gives_what_can_be_read_of_it(text: str, said: list[Written], readable: bool) -> None:
    assert read(Form.JSON_OBJECT, text, 7) == (said, readable)


@pytest.mark.parametrize("piece", [1, 4, 1000])
@pytest.mark.parametrize(
    ("text", "said", "readable"),
    [
        ("A b. [1]\nC d. [2]\n", [Written("A b.", 1), Written("C d.", 2)], True),
        ("- 一文目です。［1］\n・二文目です。【2】", [Written("一文目です。", 1), Written("二文目です。", 2)], True),
        ("A b. [1][2]", [Written("A b.", 1)], True),
        ("Hello!\nA b. [1]\nBye.", [Written("Hello!", None), Written("A b.", 1), Written("Bye.", None)], True),
        ("[0]", [], True),
        ("A b.", [Written("A b.", None)], False),
        ("<think>X y. [3]</think>A b. [1]", [Written("A b.", 1)], True),
        ("  ", [], False),
    ],
)
def test_lines_end_with_the_number_of_their_passage(text: str, said: list[Written], readable: bool, piece: int) -> None:
    assert read(Form.TEXT, text, piece) == (said, readable)
