"""Talks over many messages: taken back, begun anew, left for something else, and gone on with, on any replica."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import app
from bot.core.clock import MovableClock
from bot.core.talk import Offers, Reply, Route, Talk, read_number
from bot.inbound.pipeline import Pipeline
from bot.messages import help as say_help
from policies.catalogue import load_county
from storage.conversations import Conversation
from storage.database import Database
from storage.people import Newcomer
from tests.conftest import SHANGHAI
from tests.inbound.test_pipeline import ME, said

FRUIT = "要哪样？\n1 苹果\n2 梨"
AND_THEN = "回复“继续”接着说，“取消”就不办了。"


async def order(talk: Talk[Newcomer]) -> Reply:
    """Three questions, each of its kind."""
    whom = talk.ask("whom", "给谁？", read=str.strip)
    fruit = talk.choose("fruit", "要哪样？", ["苹果", "梨"], label=str, key=str)
    sure = talk.confirm("sure", f"给{whom}一个{fruit}，对吗？")
    return Reply(f"{whom}，{fruit}" if sure else "没有订")


async def tell(talk: Talk[Newcomer]) -> Reply:
    """One question whose answer is a story."""
    return Reply(f"记下了：{talk.ask('story', '怎么回事？', read=str.strip, story=True)}")


async def visit_checkin(talk: Talk[Newcomer]) -> Reply:
    """One question whose answer is free, and which is known by a name."""
    return Reply(f"记下了：{talk.ask('found', '看到了什么？', read=str.strip)}")


async def policy_question(talk: Talk[Newcomer]) -> Reply:
    """A plain question, with numbers under its answer."""
    opened = talk.opened("thing")
    return Reply(f"打开了{opened}" if opened else "政策：\n1 低保", Offers("thing", ("低保",)))


async def help_menu(talk: Talk[Newcomer]) -> Reply:
    """The fallback."""
    return Reply(f"没听明白{talk.lost}", helpless=True)


def _route(words: tuple[str, ...], talk: Callable[..., object], *, writes: bool = False) -> Route:
    return Route(talk.__name__, words, object, talk, writes)  # type: ignore[arg-type]


ROUTES = (
    _route(("订",), order, writes=True),
    _route(("讲讲",), tell, writes=True),
    _route(("走访",), visit_checkin, writes=True),
    _route(("政策",), policy_question),
    _route(("帮帮忙",), help_menu),
)


class Line:
    """One person's messages, to whichever replica hears them."""

    def __init__(self, store: Database) -> None:
        self.store = store
        self.clock = MovableClock(SHANGHAI)

    async def says(self, text: str) -> str:
        """Give the reply of a process that has never heard of this person."""
        reply = await Pipeline(self.store, self.clock, load_county("wangcang"), ROUTES).hear(ME, *said(text))
        assert reply is not None
        return reply

    def waits(self, time: timedelta) -> None:
        """Let time pass."""
        self.clock.ahead += time


@pytest.fixture
def line(store: Database) -> Line:
    return Line(store)


async def test_back_takes_the_last_answer_back_and_asks_it_again(line: Line) -> None:
    assert await line.says("订") == "给谁？"
    assert await line.says("李梅") == FRUIT
    assert await line.says("1") == "给李梅一个苹果，对吗？"
    assert await line.says("返回") == FRUIT
    assert await line.says("上一步") == "给谁？"
    assert await line.says("王芳") == FRUIT
    assert await line.says("2") == "给王芳一个梨，对吗？"
    assert await line.says("对") == "王芳，梨"


async def test_at_the_first_question_back_says_so(line: Line) -> None:
    assert await line.says("订") == "给谁？"
    assert await line.says("返回") == "这已经是第一个问题，前面没有了。不想办就回复“取消”。\n给谁？"
    assert await line.says("李梅") == FRUIT


async def test_anew_begins_the_talk_from_its_first_question(line: Line) -> None:
    await line.says("订")
    await line.says("李梅")
    await line.says("1")
    assert await line.says("重来") == "好的，从头来。\n给谁？"
    assert await line.says("王芳") == FRUIT


async def test_words_about_the_talk_are_kind_where_there_is_none(line: Line) -> None:
    assert await line.says("返回") == "前面没有可以退回去的。想办什么，直接说就行。"
    assert await line.says("重新来") == "现在没有正在办的事，不用重来。想办什么，直接说就行。"
    assert await line.says("继续") == "没有没办完的事。想办什么，直接说就行。"
    assert await line.says("不弄了") == "没有正在办的事。想办什么，直接说就行。"


async def test_back_under_something_opened_shows_the_list_again(line: Line) -> None:
    assert await line.says("政策") == "政策：\n1 低保"
    assert await line.says("1") == "打开了低保"
    assert await line.says("返回") == "政策：\n1 低保"
    assert await line.says("1") == "打开了低保"


async def test_a_clear_other_request_is_answered_and_the_talk_waits(line: Line) -> None:
    await line.says("走访")
    reminded = f"政策：\n1 低保\n刚才的“记一次走访”还没说完：看到了什么？{AND_THEN}"
    assert await line.says("政策") == reminded
    assert await line.says("1") == (f"打开了低保\n刚才的“记一次走访”还没说完：看到了什么？{AND_THEN}"), (
        "the number belongs to the list shown last"
    )
    assert await line.says("继续") == "看到了什么？"
    assert await line.says("屋顶漏水") == "记下了：屋顶漏水"


async def test_after_the_reminder_the_answer_itself_goes_on_with_the_talk(line: Line) -> None:
    await line.says("走访")
    await line.says("政策")
    assert await line.says("屋顶漏水") == "记下了：屋顶漏水"


async def test_a_choice_that_waits_is_read_against_its_own_list(line: Line) -> None:
    await line.says("订")
    await line.says("李梅")
    assert await line.says("走访") == "看到了什么？"
    assert await line.says("屋顶漏水") == f"记下了：屋顶漏水\n刚才的“那件事”还没说完：要哪样？{AND_THEN}"
    assert await line.says("2") == "给李梅一个梨，对吗？"


async def test_leaving_leaves_everything(line: Line) -> None:
    await line.says("订")
    await line.says("走访")
    assert await line.says("算了") == "好的，这件事先不办。想办什么，直接说就行。"
    assert await line.says("屋顶漏水") == "没听明白0"
    assert await line.says("继续") == "没有没办完的事。想办什么，直接说就行。"


async def test_a_story_is_not_torn_apart_by_what_comes_up_in_it(line: Line) -> None:
    await line.says("讲讲")
    assert await line.says("低保政策是什么，多少钱一个月？") == "记下了：低保政策是什么，多少钱一个月？"


async def test_what_waited_too_long_is_let_go_with_a_kind_word(line: Line) -> None:
    await line.says("走访")
    await line.says("政策")
    line.waits(timedelta(hours=7))
    assert await line.says("继续") == "刚才那件事放得太久，我先放下了，什么都没有记。还要办的话，请从头再说一遍。"
    assert await line.says("继续") == "没有没办完的事。想办什么，直接说就行。"


async def test_of_what_waited_too_long_nothing_reminds(line: Line) -> None:
    await line.says("走访")
    line.waits(timedelta(hours=7))
    assert await line.says("政策") == "政策：\n1 低保"


async def test_answers_that_do_not_fit_are_not_asked_for_for_ever(line: Line) -> None:
    await line.says("订")
    await line.says("李梅")
    answers = [await line.says(word) for word in ("嘎叽", "叽嘎", "嘎嘎叽", "叽叽")]
    assert answers[0] == f"请回复前面的数字。\n{FRUIT}"
    assert answers[1] == f"还是没看懂您的回答，对不起。不想答了就回复“取消”，要找人就回复“人工”。\n{FRUIT}"
    assert len(set(answers)) == 4
    assert answers[3].startswith("没听明白3\n刚才的“那件事”还没说完：要哪样？")
    assert await line.says("2") == "给李梅一个梨，对吗？"


async def test_what_waits_stays_small(line: Line, store: Database) -> None:
    for _ in range(5):
        for word in ("订", "政策", "走访", "讲讲"):
            await line.says(word)
    async with store.reading() as session:
        [row] = await session.scalars(select(Conversation.state_sealed))
    assert len(row) < 2000


def test_numbers_are_read_as_people_write_them() -> None:
    assert [read_number(text) for text in ("２", "第二个", "2号", "二", "两袋")] == [2, 2, 2, 2, None]


def test_every_talk_that_may_be_left_half_finished_has_a_name_people_know() -> None:
    never_ask = {
        "thanks",
        *(f"message:{kind}" for kind in ("video", "shortvideo", "location", "link", "file", "unknown")),
    }
    intents = {route.intent for route in app.ROUTES if not route.intent.startswith("event:")}
    assert intents - never_ask - set(say_help.NAMES) == set()


async def test_a_number_that_is_not_on_the_list_is_said_to_be_none(line: Line) -> None:
    await line.says("政策")
    assert await line.says("4") == "这里只有1可以选。"
    assert await line.says("1") == "打开了低保"


@pytest.mark.parametrize("answer", ["不要", "是", "1"])
async def test_a_short_answer_to_a_question_out_of_sight_shows_the_question_again(line: Line, answer: str) -> None:
    await line.says("订")
    await line.says("李梅")
    replies = [await line.says("帮帮忙") for _ in range(3)]
    assert replies[2] == "没听明白2"
    assert await line.says(answer) == FRUIT
    assert await line.says("2") == "给李梅一个梨，对吗？"
