"""What a clause of a visit note tells, learnt from clauses and asked of others."""

import pytest

from bot.language.clauses import tells
from bot.language.corpus import NOTES, clauses
from bot.language.model import mark_of, model_of
from bot.language.notes import read_note
from tests.language.test_notes import TODAY


def test_the_weights_are_those_of_the_clauses() -> None:
    assert model_of(NOTES).mark == mark_of(clauses()), "bangfu understand train"


@pytest.mark.parametrize("said", ["篱笆被牛踩倒一截", "奶羊只剩皮包骨", "小孙子掉了书没法复习", "药酒喝多了吐血"])
def test_trouble_no_list_of_words_has_is_heard(said: str) -> None:
    told = tells(said)
    assert told.trouble > 0.6 > told.help


@pytest.mark.parametrize("said", ["找木匠把楼梯钉牢", "替他跑了趟水务站", "喊人把牛抬上来", "教大娘用公交卡"])
def test_help_is_heard_by_what_is_done(said: str) -> None:
    told = tells(said)
    assert told.help > 0.6 > told.trouble


@pytest.mark.parametrize("said", ["女儿在杭州做会计", "一共走了四户", "院里晒着红辣椒", "他说下回请我喝茶"])
def test_what_is_neither_is_neither(said: str) -> None:
    told = tells(said)
    assert max(told.trouble, told.help) < 0.85


def test_what_is_said_is_kept_whole() -> None:
    [note] = read_note("走访李家，怕还不上贷款，羊死了两只", TODAY)
    assert note.problems == ("怕还不上贷款", "羊死了两只")


def test_what_each_of_several_got_is_no_name() -> None:
    notes = read_note("每家一袋米一桶油，送了丁家、庄家、祝家，都挺好", TODAY)
    assert [[item.name + item.quantity for item in note.items] for note in notes] == [["米1袋", "油1桶"]] * 3


def test_a_colleague_is_no_household() -> None:
    [note] = read_note("跟镇上的小雷一起到卜家，膝盖积水", TODAY)
    assert note.household in ("卜", "卜家")


def test_two_subjects_are_two_steps() -> None:
    [note] = read_note("走访李家，宣传医保、养老知识", TODAY)
    assert note.measures == ("宣传医保", "宣传养老知识")
