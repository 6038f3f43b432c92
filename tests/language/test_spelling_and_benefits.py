import pytest

from bot.language.benefits import BENEFITS, benefit_of_file_word, find_benefit
from bot.language.spelling import fold, from_letters, mended


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("低宝", "低保"),
        ("取消题醒", "取消提醒"),
        ("危方", "危房"),
        ("ｙｙ１２", "yy12"),
        ("補貼發了沒", "补贴发了没"),
    ],
)
def test_what_is_typed_by_sound_or_in_other_writing_is_mended(said: str, meant: str) -> None:
    assert mended(said) == meant


@pytest.mark.parametrize("said", ["干不了活", "钱到了吗", "养老保险今年交多少", "低保怎么办"])
def test_everyday_words_are_left_alone(said: str) -> None:
    assert mended(said) == said


def test_folding_keeps_every_place() -> None:
    said = "賣咗３隻豬，得１２００元"
    assert len(fold(said)) == len(said)


def test_pinyin_letters_are_read_and_english_is_not() -> None:
    assert from_letters("dibao shenme") == "低保什么"
    assert from_letters("SELECT * FROM t") == "SELECT * FROM t"


@pytest.mark.parametrize(
    ("said", "benefit"),
    [
        ("底保钱到了没", "低保"),
        ("五保户有什么待遇", "特困供养"),
        ("合作医疗怎么交", "医保缴费"),
        ("合作医疗住院能报多少", "医保报销"),
        ("我是低保户，助学金有没有", "助学金"),
        ("今年的直补", "耕地地力补贴"),
        ("护林员工资", "公益性岗位"),
        ("二次报销怎么弄", "大病救助"),
        ("临时求助要什么材料", "临时救助"),
        ("孤儿每月的生活费", "困境儿童补贴"),
        ("独生子女父母的奖励扶助", "计划生育奖励扶助"),
        ("生三孩给不给补助", "育儿补贴"),
        ("我有残疾证，医保交多少", "医保缴费"),
        ("社保断了失业金还有吗", "失业保险"),
        ("那几亩地的补贴", "耕地地力补贴"),
        ("养了三头牛有补助吗", "产业奖补"),
        ("今天天气怎么样", None),
    ],
)
def test_a_benefit_is_known_by_whatever_people_call_it(said: str, benefit: str | None) -> None:
    assert find_benefit(said) == benefit


def test_every_canonical_name_finds_itself() -> None:
    assert [name for name in BENEFITS if find_benefit(name) != name] == []


@pytest.mark.parametrize(
    ("cell", "benefit"),
    [
        ("农村低保金", "低保"),
        ("耕地地力保护补贴", "耕地地力补贴"),
        ("重度残疾人护理补贴", "残疾人两项补贴"),
        ("其他", None),
    ],
)
def test_a_money_file_names_benefits_in_official_words(cell: str, benefit: str | None) -> None:
    assert benefit_of_file_word(cell) == benefit
