"""`bangfu understand` for those who keep the examples: why a sentence was read so, and what a change does."""

from pathlib import Path

import pytest

from bot.commands import understand as command
from bot.language.corpus import Additions, Example, examples
from bot.language.model import unpack
from tests.commands.conftest import Bangfu


def test_a_reading_is_explained_in_plain_words(bangfu: Bangfu) -> None:
    said = bangfu("understand", "我爸的高龄钱咋还没到账，顺便问下医保几号截止", "--explain")
    assert said.status == 0
    lines = said.out.splitlines()
    assert lines[0].startswith("读作：问自己的钱到没到（benefit_status），把握")
    assert lines[1].startswith("凭的是：")
    assert any(line.startswith("像例句：「") for line in lines)
    assert any(line.startswith("也可能是：") for line in lines)
    assert "还问了：问什么时候截止（deadline_query）「医保几号截止」" in lines


def test_further_asks_are_printed_for_programs(bangfu: Bangfu) -> None:
    document = bangfu("understand", "我的低保到账没有，顺便问下医保几号截止").document
    assert [(ask["intent"], ask["text"]) for ask in document["also"]] == [("deadline_query", "医保几号截止")]


def test_unchanged_examples_change_nothing(bangfu: Bangfu) -> None:
    said = bangfu("understand", "check")
    assert said.status == 0
    assert "留作核对的句子，读法都和以前一样。" in said.out
    assert "机器人用的就是现在这些例句。" in said.out


def test_what_a_countys_own_examples_change_is_named(bangfu: Bangfu, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = Example("大哥忙着呢", "complaint", "household", "here")
    monkeypatch.setattr(command, "language_of", lambda _: Additions((wrong, wrong)))
    said = bangfu("understand", "check", "--county", "wangcang")
    assert "重复：「大哥忙着呢」投诉、举报（complaint），在 here 里又写了一遍，可以删。" in said.out
    assert "变错了：「大哥忙着呢」原来读作打招呼（greeting），现在读作投诉、举报（complaint）。" in said.out


def test_a_county_that_is_not_there_is_named(bangfu: Bangfu) -> None:
    said = bangfu("understand", "低保", "--county", "nowhere")
    assert (said.status, said.sentence) == (1, "没有这个县的政策包。请核对名字。")


def test_learning_writes_a_file_for_each_role(bangfu: Bangfu, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    few = tuple(e for e in examples() if e.intent in ("thanks", "greeting"))
    monkeypatch.setattr(command, "examples", lambda: few)
    monkeypatch.setattr(command, "model_file", lambda role: tmp_path / f"{role}.bin")
    said = bangfu("understand", "train")
    assert said.status == 0
    assert unpack((tmp_path / "household.bin").read_bytes()).intents == ("greeting", "thanks")
    assert unpack((tmp_path / "cadre.bin").read_bytes()).intents == ("greeting", "thanks")
