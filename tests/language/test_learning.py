"""What was learnt belongs to the examples, can be learnt again, and holds for sentences no example was made from."""

import random
from itertools import pairwise

import pytest

from bot.language import evaluation, review
from bot.language.corpus import Example, examples, heard_by, read_additions
from bot.language.intents import understand
from bot.language.model import mark_of, model_of, pack, unpack
from bot.language.training import train, typed_by_ear

ROLES = ("household", "cadre")


@pytest.mark.parametrize("role", ROLES)
def test_the_weights_were_learnt_from_these_examples(role: str) -> None:
    told = "the examples changed: run `bangfu understand train` and commit bot/language/weights"
    assert model_of(role).mark == mark_of(heard_by(role, examples())), told


def test_the_same_examples_teach_the_same() -> None:
    few = [e for e in heard_by("household", examples()) if e.intent in ("thanks", "bind", "complaint")][:150]
    assert train("household", few) == train("household", few)


def test_what_is_packed_comes_out_again() -> None:
    model = unpack(pack(["thanks", "bind"], {"谢谢": [1.27, -0.5], "绑定": [-1.0, 1.0], "无": [0.0, 0.001]}, 0.8, "m"))
    assert (model.intents, model.temperature, model.mark) == (("thanks", "bind"), 0.8, "m")
    assert set(model.weights) == {"谢谢", "绑定"}


@pytest.mark.parametrize("role", ROLES)
def test_no_example_stands_there_twice_or_for_two_meanings(role: str) -> None:
    rows = heard_by(role, examples())
    assert review.repeated(rows) == []
    seen: dict[str, str] = {}
    for example in rows:
        assert seen.setdefault(example.text, example.intent) == example.intent, example.text


def test_kept_samples_are_no_examples() -> None:
    taught = {example.text for example in examples()}
    assert [sample.text for sample in review.kept_samples() if sample.text in taught] == []


def test_sentences_no_example_was_made_from_are_understood_without_harm() -> None:
    rows = [
        {"id": s.text, "text": s.text, "role": s.role, "intent": s.intent, "alt": s.alt} for s in review.kept_samples()
    ]
    figures = evaluation.evaluate(rows)
    assert figures.whole.lenient / figures.whole.rows >= 0.88
    assert figures.whole.first_three / figures.whole.rows >= 0.97
    assert figures.harmful == []


def test_typing_by_ear_changes_characters_but_not_sounds() -> None:
    chance = random.Random(1)
    said = "低保什么时候发到卡里，我家的还没有收到"
    assert any(typed_by_ear(said, chance) != said for _ in range(5))
    wrong = [typed_by_ear(said, chance) for _ in range(20)]
    right = [understand(other).intent for other in wrong]
    assert right.count("benefit_status") >= 18


@pytest.mark.parametrize(
    ("said", "role", "main", "also"),
    [
        ("我的低保到账没有，顺便问下医保几号截止", "household", "benefit_status", "deadline_query"),
        ("粮补打了没？我家的帮扶干部是谁？", "household", "benefit_status", "my_cadre"),
    ],
)
def test_further_asks_of_a_message_are_kept(said: str, role: str, main: str, also: str) -> None:
    heard = understand(said, role)
    assert heard.intent == main
    assert [ask.intent for ask in heard.also] == [also]
    assert all(ask.text in said for ask in heard.also)


def test_a_story_has_no_further_asks() -> None:
    told = "昨天去了周国平家，送了3袋化肥，屋顶漏水，他说低保还没到，准备下周联系施工队"
    assert understand(told, "cadre").also == ()


@pytest.mark.parametrize("said", ["周家是不是该去了？", "我卖猪的钱要上报吗", "怎么上报问题？", "走访要拍照吗"])
@pytest.mark.parametrize("role", ROLES)
def test_a_question_is_never_surely_something_to_write_down(said: str, role: str) -> None:
    heard = understand(said, role)
    assert not (heard.sure and heard.intent in ("visit_checkin", "issue_open", "benefit_record", "add_measure"))


def test_alternatives_come_best_first() -> None:
    for said in ("低保", "钱呢", "来了没", "能领啥"):
        heard = understand(said)
        shares = [heard.confidence, *(other.confidence for other in heard.alternatives)]
        assert all(one >= other for one, other in pairwise(shares[1:]))
        assert len({heard.intent, *(other.intent for other in heard.alternatives)}) == 4


def test_what_the_talk_is_about_is_heard_first() -> None:
    alone = understand("两千").intent
    assert understand("两千", expecting="income_report").intent == "income_report" != alone


def test_a_countys_words_and_examples_count_at_once() -> None:
    added = read_additions(
        {
            "words": {"低保": ["皇粮", "吃皇粮"]},
            "examples": {"household": {"request_help": "屋里头转不开身了\n# 一行说明\n"}},
        },
        "wangcang",
    )
    assert understand("吃皇粮要什么材料", additions=added).slots["benefit"] == "低保"
    before, now = understand("屋里头转不开身了"), understand("屋里头转不开身了", additions=added)
    assert before.intent != "request_help"
    assert now.intent == "request_help"
    assert any("转不开身" in reason for reason in now.reasons)


@pytest.mark.parametrize(
    "loaded",
    [[], {"word": {}}, {"words": ["低保"]}, {"words": {"低保": "皇粮"}}, {"examples": {"villager": {}}}],
)
def test_a_countys_file_that_cannot_be_used_says_why(loaded: object) -> None:
    with pytest.raises(ValueError, match=r"words|examples"):
        read_additions(loaded, "wangcang")


def test_clashes_and_repetitions_are_named() -> None:
    rows = [
        Example("查一下王建国家的低保", "household_lookup", "cadre", "one"),
        Example("查一下李秀英家的粮补！", "benefit_record", "cadre", "two"),
        Example("查一下 王建国家的低保。", "household_lookup", "cadre", "two"),
    ]
    assert [clash.other.intent for clash in review.clashes(rows)] == ["benefit_record"]
    assert [example.voice for example in review.repeated(rows)] == ["two"]
