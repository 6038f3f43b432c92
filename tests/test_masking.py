"""遮掩: one place says how much of a number or name is seen."""

import ast
from pathlib import Path

import pytest

from bot.messages import masking

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "storage", "reminders", "policies")
ENDS = range(-8, -2)
"""So many characters cut from the end are the end of a number that names a person."""

OTHER_THINGS = {
    "bot/language/notes.py": "the words before an amount",
    "bot/core/telemetry.py": "the last lines of a traceback",
    "bot/simulator/demonstration.py": "what a made-up household types to bind; the simulator is never in a real county",
}


@pytest.mark.parametrize(
    ("whole", "shown"),
    [
        ("13812341234", "…1234"),
        ("99010019700101001X", "…001X"),
        ("6217000012345678901", "…8901"),
        ("1234", "…"),
        ("", "…"),
        (None, None),
    ],
)
def test_a_number_shows_its_end_and_one_too_short_shows_nothing(whole: str | None, shown: str | None) -> None:
    assert masking.number(whole) == shown


def test_a_sentence_gets_the_end_alone() -> None:
    assert masking.last_digits("13812341234") == "1234"
    assert masking.last_digits("1234") is None


def test_an_account_shows_its_platform_and_its_end() -> None:
    assert masking.account("wechat:oABCD1234x7Qw") == "wechat:…x7Qw"
    assert masking.account("wecom:li") == "wecom:…"


def test_a_long_number_in_a_free_text_shows_its_end() -> None:
    assert masking.in_text("卡6217000012345678901，欠320元") == "卡…8901，欠320元"


@pytest.mark.parametrize(
    ("whole", "shown"), [("王建国", "王*国"), ("李梅", "李*"), ("欧阳小雪", "欧**雪"), ("王", "王")]
)
def test_a_public_list_shows_the_ends_of_a_name(whole: str, shown: str) -> None:
    assert masking.name(whole) == shown


def test_no_other_module_cuts_the_end_off_a_number() -> None:
    cutting = []
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Slice) and _constant(node.lower) in ENDS:
                    cutting.append(str(path.relative_to(ROOT)))
    assert sorted(set(cutting)) == sorted(OTHER_THINGS)


def _constant(node: ast.expr | None) -> int | None:
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    return None
