"""Many visit notes in many voices, with what officials would write down of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.language.evaluation import Figures, evaluate

NOTES = Path(__file__).parent / "visit_notes"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (NOTES / name).read_text(encoding="utf-8").splitlines()]


def figures(name: str) -> Figures:
    return evaluate(rows(name))


@pytest.mark.parametrize("name", ["seen.jsonl", "unseen.jsonl"])
def test_who_was_visited_when_and_with_what_is_read(name: str) -> None:
    notes = figures(name).notes
    for field, least in (
        ("household", 0.95),
        ("visit_date", 0.95),
        ("items", 0.9),
        ("amounts", 0.9),
        ("visit_type", 0.95),
    ):
        assert notes[field].f1 >= least, field


@pytest.mark.parametrize(("name", "problems", "measures"), [("seen.jsonl", 0.75, 0.8), ("unseen.jsonl", 0.65, 0.77)])
def test_most_troubles_and_steps_of_help_are_read(name: str, problems: float, measures: float) -> None:
    notes = figures(name).notes
    assert notes["problems"].f1 >= problems
    assert notes["measures"].f1 >= measures
