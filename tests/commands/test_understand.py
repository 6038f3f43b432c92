"""`bangfu understand`: one sentence, a file of them, and how well a labelled file is understood."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Bangfu
from tests.conftest import SHARED

WANTED = '每行要写成 {"text": "钱来了没", "role": "household", "today": "2026-11-22"} 这样的 JSON 对象。'
WANTED_LABELS = (
    '每行要写成 {"text": "钱来了没", "role": "household", "intent": "benefit_status", "slots": {}} 这样的 JSON 对象。'
)


def lines(path: Path, *rows: object) -> str:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def test_a_sentence_has_an_intent_slots_and_what_else_it_may_be(bangfu: Bangfu) -> None:
    said = bangfu("understand", "我家的低保钱来了没有")
    assert said.status == 0
    assert said.document.keys() == {"intent", "slots", "confidence", "alternatives"}
    assert said.document["intent"] == "benefit_status"
    assert said.document["slots"]["benefit"] == "低保"
    assert 0 <= said.document["confidence"] <= 1
    assert all(other.keys() == {"intent", "confidence"} for other in said.document["alternatives"])


def test_the_role_says_whose_words_they_are(bangfu: Bangfu) -> None:
    assert bangfu("understand", "还有谁没走访", "--role", "cadre").document["intent"] == "due_visits"


def test_a_file_is_answered_line_by_line_in_order(bangfu: Bangfu, bare: Path) -> None:
    note = "昨天去了周国平家，送了3袋化肥，屋顶漏水"
    rows = lines(
        bare / "rows.jsonl",
        {"text": "谢谢你", "role": "household"},
        {"text": note, "role": "cadre", "today": "2026-03-01"},
        {"text": "第一行\u2028第二行", "role": "any"},
        {"text": ""},
    )
    said = bangfu("understand", "--jsonl", rows)
    assert (said.status, said.err) == (0, "")
    answers: list[dict[str, Any]] = [json.loads(line) for line in said.out.splitlines()]
    assert [answer["intent"] for answer in answers[:2]] == ["thanks", "visit_checkin"]
    assert len(answers) == 4
    assert answers[1]["visits"] == [
        {
            "household": "周国平",
            "visit_date": "2026-02-28",
            "date_text": "昨天",
            "items": [{"name": "化肥", "quantity": "3袋"}],
            "problems": ["屋顶漏水"],
            "measures": [],
            "amounts": [],
            "not_home": False,
            "visit_type": "visit",
            "cancelled": False,
        }
    ]


def test_a_file_with_a_byte_order_mark_and_empty_lines_is_read(bangfu: Bangfu, bare: Path) -> None:
    (bare / "rows.jsonl").write_bytes(b"\xef\xbb\xbf" + '{"text": "谢谢"}\r\n\r\n'.encode())
    said = bangfu("understand", "--jsonl", "rows.jsonl")
    assert json.loads(said.out)["intent"] == "thanks"


@pytest.mark.parametrize(
    "row",
    [
        "not json",
        "[]",
        "7",
        '{"words": "钱来了没"}',
        '{"text": null}',
        '{"text": ["钱来了没"]}',
        '{"text": "好", "role": 7}',
        '{"text": "好", "today": "昨天"}',
        '{"text": "好", "today": 20261122}',
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named_before_anything_is_printed(bangfu: Bangfu, bare: Path, row: str) -> None:
    (bare / "rows.jsonl").write_text('{"text": "好"}\n' + row + "\n", encoding="utf-8")
    said = bangfu("understand", "--jsonl", "rows.jsonl")
    assert (said.status, said.sentence) == (1, f"第2行不对：{WANTED}")


@pytest.mark.parametrize(
    "row",
    [
        {"text": "好"},
        {"text": "好", "intent": 7},
        {"text": "好", "intent": "greeting", "slots": []},
        {"text": "好", "expect": []},
        {"text": "好", "today": "2026-11-22", "expect": {}},
        {"text": "好", "today": "2026-11-22", "expect": [{"household": "周国平"}]},
    ],
)
def test_a_line_without_its_label_is_named(bangfu: Bangfu, bare: Path, row: dict[str, object]) -> None:
    said = bangfu("understand", "evaluate", lines(bare / "rows.jsonl", row))
    assert (said.status, said.sentence) == (1, f"第1行不对：{WANTED_LABELS}")


def test_a_file_that_is_not_there_and_one_that_is_no_text_are_told_apart(bangfu: Bangfu, bare: Path) -> None:
    (bare / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    unreadable = "读不了。请确认它是 UTF-8 的文本文件，并且允许读取。"
    for way in (["--jsonl"], ["evaluate"]):
        assert bangfu("understand", *way, "none.jsonl").sentence == "找不到文件 none.jsonl。"
        assert bangfu("understand", *way, "photo.jpg").sentence == f"文件 photo.jpg {unreadable}"
        assert bangfu("understand", *way, str(bare)).sentence == f"文件 {bare} {unreadable}"


def test_labelled_sentences_and_notes_are_measured(bangfu: Bangfu, bare: Path) -> None:
    rows = lines(
        bare / "rows.jsonl",
        {"id": "1", "text": "谢谢你", "role": "household", "intent": "thanks", "slots": {}, "style": "plain"},
        {
            "id": "2",
            "text": "今天去了周国平家，送了3袋化肥",
            "today": "2026-11-22",
            "expect": [
                {
                    "household": "周国平",
                    "visit_date": "2026-11-22",
                    "items": ["3袋化肥"],
                    "problems": [],
                    "measures": [],
                    "amounts": [],
                }
            ],
        },
    )
    said = bangfu("understand", "evaluate", rows)
    assert said.status == 0
    assert said.document["whole"] == {
        "rows": 1,
        "strict": 1.0,
        "lenient": 1.0,
        "first_three": 1.0,
        "asked_back": 0.0,
        "score": 1.0,
    }
    assert (said.document["note_f1"]["household"], said.document["harmful"]) == (1.0, [])


@pytest.mark.skipif(not SHARED.exists(), reason="the samples of speech are not here")
@pytest.mark.parametrize("name", ["utterances-dev.jsonl", "checkins-dev.jsonl"])
def test_the_samples_of_speech_are_measured(bangfu: Bangfu, name: str) -> None:
    said = bangfu("understand", "evaluate", str(SHARED / "utterances" / name))
    assert said.status == 0
    assert {"whole", "role", "harmful", "core_slot_f1"} <= said.document.keys()
