"""What commands print."""

import pytest
from typer.testing import CliRunner

from app.cli import app as kotae
from app.domain.outcome import Outcome
from tests.builders import citation, outcome


def test_an_answer_names_the_page_of_a_citation_that_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    cited = (citation().model_copy(update={"page": 3}), citation(2))

    async def answered(*_: object) -> Outcome:
        return outcome(citations=cited)

    monkeypatch.setattr("app.ask.ask_once", answered)
    monkeypatch.setattr("app.bootstrap.build_services", lambda _: None)
    lines = CliRunner().invoke(kotae, ["ask", "返品"]).stdout.splitlines()
    assert lines[-2:] == ["[1] 返品について, page 3  ja-returns:0-34", "[2] 返品について  ja-returns:0-34"]
