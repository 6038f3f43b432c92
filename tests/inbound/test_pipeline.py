"""One turn: heard once, answered alike, written down whole or not at all."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import func, select

from bot.core.clock import MovableClock
from bot.core.errors import NotUnderstood, Refused
from bot.core.talk import Offers, Reply, Route, SwitchTo, Talk
from bot.inbound.pipeline import Pipeline
from bot.wechat.push import Push, parse
from policies.catalogue import load_county
from storage.contacts import Contact
from storage.database import Database
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.people import Account, Newcomer, Platform
from tests.conftest import SHANGHAI

ME = Account(Platform.WECHAT, "o_me")
_ids = count(1)


def said(text: str, sender: str = "o_me") -> tuple[Push, bytes]:
    """A text as WeChat pushes it, new each time."""
    payload = (
        f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>1780000000</CreateTime>"
        f"<MsgType>text</MsgType><Content>{text}</Content><MsgId>{next(_ids)}</MsgId></xml>"
    ).encode()
    return parse(payload), payload


async def count_up(talk: Talk[Newcomer]) -> Reply:
    """A talk that writes: how often it truly ran can be counted."""
    number = await talk.session.scalar(select(func.count()).select_from(Contact))
    talk.session.add(Contact(account=f"counted:{number}", reachable=True, changed_at=talk.now))
    await talk.session.flush()
    return Reply(f"第{(number or 0) + 1}次")


async def look(talk: Talk[Newcomer]) -> Reply:
    """A talk that only reads."""
    number = await talk.session.scalar(select(func.count()).select_from(Contact))
    return Reply(f"共{number}次")


async def ask_two(talk: Talk[Newcomer]) -> Reply:
    """A talk that writes too early, then asks: the write must be undone."""
    talk.session.add(Contact(account="early", reachable=True, changed_at=talk.now))
    await talk.session.flush()
    age = talk.ask("age", "几岁了？", read=_read_age)
    fruit = talk.choose("fruit", "要哪样？", ["苹果", "梨"], label=str, key=str)
    await talk.session.merge(Contact(account="final", reachable=True, changed_at=talk.now))
    return Reply(f"{age}岁，{fruit}")


def _read_age(answer: str) -> int:
    if not answer.isdigit():
        raise NotUnderstood("请只回数字。")
    return int(answer)


async def refuse(talk: Talk[Newcomer]) -> Reply:
    """A talk that writes and then refuses."""
    talk.session.add(Contact(account="refused", reachable=True, changed_at=talk.now))
    await talk.session.flush()
    raise Refused("这个不能看。")


async def break_down(talk: Talk[Newcomer]) -> Reply:
    """A talk with a fault of ours in it."""
    talk.session.add(Contact(account="broken", reachable=True, changed_at=talk.now))
    await talk.session.flush()
    raise ZeroDivisionError("王建国 13800000000")


async def offer(talk: Talk[Newcomer]) -> Reply:
    """A reply with numbers under it; the second number begins another talk."""
    opened = talk.opened("thing")
    if opened == "go":
        raise SwitchTo("count_up")
    offers = Offers("thing", ("first", "go"))
    return Reply("1 详情\n2 计数" if opened is None else f"打开了{opened}", offers)


async def show(talk: Talk[Newcomer]) -> Reply:
    """A reply that puts something on the screen; said again under it, it is about that."""
    return Reply(f"说的是{talk.about}" if talk.about else "看这个：苹果", about=None if talk.about else "苹果")


async def slow(talk: Talk[Newcomer]) -> Reply:
    """A talk that takes longer than WeChat waits."""
    await asyncio.sleep(0.5)
    return await look(talk)


async def slow_writing(talk: Talk[Newcomer]) -> Reply:
    """The same, with rows of its own."""
    await asyncio.sleep(0.5)
    return await count_up(talk)


async def help_menu(talk: Talk[Newcomer]) -> Reply:
    """The fallback."""
    return Reply("没听明白")


def _route(words: str, talk: Callable[..., object], *, writes: bool = True) -> Route:
    return Route(talk.__name__, (words,), object, talk, writes)  # type: ignore[arg-type]


ROUTES = (
    _route("计数", count_up),
    _route("看看", look, writes=False),
    _route("问我", ask_two),
    _route("拒绝", refuse),
    _route("出错", break_down),
    _route("给号", offer, writes=False),
    _route("看图", show, writes=False),
    _route("慢慢来", slow, writes=False),
    _route("慢慢写", slow_writing),
    _route("帮帮忙", help_menu, writes=False),
)


@pytest.fixture
def pipeline(store: Database) -> Pipeline:
    return new_pipeline(store)


def new_pipeline(store: Database, patience: float = 4.5) -> Pipeline:
    return Pipeline(
        store, MovableClock(SHANGHAI), load_county("wangcang"), ROUTES, patience=timedelta(seconds=patience)
    )


async def contacts(store: Database) -> list[str]:
    async with store.reading() as session:
        return list(await session.scalars(select(Contact.account).order_by(Contact.account)))


async def test_every_delivery_of_a_message_gets_the_reply_of_the_first(store: Database, pipeline: Pipeline) -> None:
    push, payload = said("计数")
    replies = await asyncio.gather(*(pipeline.hear(ME, push, payload) for _ in range(5)))
    assert replies == ["第1次"] * 5
    assert await pipeline.hear(ME, push, payload) == "第1次"
    assert await contacts(store) == ["counted:0"]


async def test_a_message_heard_before_a_restart_is_not_acted_on_again(store: Database, pipeline: Pipeline) -> None:
    push, payload = said("计数")
    assert await pipeline.hear(ME, push, payload) == "第1次"
    assert await new_pipeline(store).hear(ME, push, payload) == "第1次"
    assert await contacts(store) == ["counted:0"]


async def test_two_processes_that_hear_one_message_at_once_act_once(store: Database) -> None:
    for round_number in range(5):
        push, payload = said("计数")
        processes = [new_pipeline(store) for _ in range(3)]
        replies = await asyncio.gather(*(process.hear(ME, push, payload) for process in processes))
        assert replies == [f"第{round_number + 1}次"] * 3
    assert len(await contacts(store)) == 5


async def test_messages_of_one_person_are_heard_in_order(store: Database, pipeline: Pipeline) -> None:
    replies = await asyncio.gather(*(pipeline.hear(ME, *said("计数")) for _ in range(4)))
    assert replies == ["第1次", "第2次", "第3次", "第4次"]


async def test_a_talk_that_only_reads_is_remembered_too(store: Database, pipeline: Pipeline) -> None:
    push, payload = said("看看")
    assert await pipeline.hear(ME, push, payload) == "共0次"
    assert await pipeline.hear(ME, *said("计数")) == "第1次"
    assert await new_pipeline(store).hear(ME, push, payload) == "共0次"


async def test_a_question_undoes_what_was_written_before_it(store: Database, pipeline: Pipeline) -> None:
    assert await pipeline.hear(ME, *said("问我")) == "几岁了？"
    assert await contacts(store) == []
    assert await pipeline.hear(ME, *said("很大")) == "请只回数字。\n几岁了？"
    assert await new_pipeline(store).hear(ME, *said("70")) == "要哪样？\n1 苹果\n2 梨"
    assert await pipeline.hear(ME, *said("3")) == "请回复1到2之间的数字。\n要哪样？\n1 苹果\n2 梨"
    assert await pipeline.hear(ME, *said("第二个")) == "70岁，梨"
    assert await contacts(store) == ["early", "final"]


async def test_cancelling_always_leaves(store: Database, pipeline: Pipeline) -> None:
    assert await pipeline.hear(ME, *said("取消")) == "没有正在办的事。想办什么，直接说就行。"
    assert await pipeline.hear(ME, *said("问我")) == "几岁了？"
    assert await pipeline.hear(ME, *said("取消。")) == "好的，这件事先不办。想办什么，直接说就行。"
    assert await pipeline.hear(ME, *said("70")) == "没听明白"


STILL_WAITING = "刚才的“那件事”还没说完：几岁了？回复“继续”接着说，“取消”就不办了。"


async def test_the_certain_words_of_another_talk_change_the_subject(pipeline: Pipeline) -> None:
    assert await pipeline.hear(ME, *said("问我")) == "几岁了？"
    assert await pipeline.hear(ME, *said("计数")) == f"第1次\n{STILL_WAITING}"
    assert await pipeline.hear(ME, *said("70")) == "要哪样？\n1 苹果\n2 梨"


async def test_a_refusal_writes_nothing_and_is_remembered(store: Database, pipeline: Pipeline) -> None:
    push, payload = said("拒绝")
    assert await pipeline.hear(ME, push, payload) == "这个不能看。"
    assert await new_pipeline(store).hear(ME, push, payload) == "这个不能看。"
    assert await contacts(store) == []


async def test_our_fault_is_one_apology_with_a_reference_and_no_personal_data_in_the_log(
    store: Database, pipeline: Pipeline, capfd: pytest.CaptureFixture[str]
) -> None:
    push, payload = said("出错")
    reply = await pipeline.hear(ME, push, payload)
    assert reply is not None
    assert reply.startswith("对不起，刚才出了点问题，没有办成。")
    assert await new_pipeline(store).hear(ME, push, payload) == reply
    assert await contacts(store) == []
    logged = capfd.readouterr()
    assert "ZeroDivisionError" in logged.out + logged.err
    assert "王建国" not in logged.out + logged.err
    assert "o_me" not in logged.out + logged.err


async def test_numbers_under_a_reply_open_things_until_something_else_is_said(pipeline: Pipeline) -> None:
    assert await pipeline.hear(ME, *said("给号")) == "1 详情\n2 计数"
    assert await pipeline.hear(ME, *said("1")) == "打开了first"
    assert await pipeline.hear(ME, *said("２")) == "第1次"
    assert await pipeline.hear(ME, *said("1")) == "没听明白"


async def test_what_takes_too_long_is_answered_later_and_only_once(store: Database) -> None:
    impatient = new_pipeline(store, patience=0.05)
    push, payload = said("慢慢来")
    assert await impatient.hear(ME, push, payload) is None
    assert await impatient.hear(ME, push, payload) is None
    await impatient.close()
    async with store.reading() as session:
        [promised] = await session.scalars(select(Outbox))
        assert (promised.kind, promised.account) == ("reply", ME.key)
    assert await impatient.hear(ME, push, payload) == "共0次"


async def test_a_slow_talk_that_writes_writes_once_and_its_reply_is_not_lost(store: Database) -> None:
    impatient = new_pipeline(store, patience=0.05)
    push, payload = said("慢慢写")
    # SQLite lets one write at a time: there it cannot even be written down that the reply comes later.
    assert await impatient.hear(ME, push, payload) is None
    await impatient.close()
    assert await contacts(store) == ["counted:0"]
    async with store.reading() as session:
        [promised] = await session.scalars(select(Outbox))
    assert (promised.kind, promised.account) == ("reply", ME.key)
    assert await impatient.hear(ME, push, payload) == "第1次"


async def test_a_message_kept_for_later_survives_the_death_of_its_process(store: Database) -> None:
    dying = new_pipeline(store, patience=0.05)
    push, payload = said("慢慢来")
    assert await dying.hear(ME, push, payload) is None
    for flight in list(dying._flights._tasks.values()):
        flight.cancel()
    await dying.close()

    clock = MovableClock(SHANGHAI, timedelta(minutes=5))
    successor = Pipeline(store, clock, load_county("wangcang"), ROUTES)
    assert await successor.resume() == 1
    assert await successor.resume() == 0
    async with store.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Outbox)) == 1


async def test_a_store_that_is_away_gets_a_kind_word_and_the_next_delivery_is_heard(store: Database) -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:9/nothing", store.keyring)
    push, payload = said("计数")
    assert await new_pipeline(away).hear(ME, push, payload) == "对不起，系统正忙，暂时查不到。请过几分钟再发一次。"
    await away.close()
    assert await new_pipeline(store).hear(ME, push, payload) == "第1次"


async def test_what_the_store_keeps_of_a_message_is_sealed(store: Database, pipeline: Pipeline) -> None:
    await pipeline.hear(ME, *said("计数"))
    await pipeline.hear(ME, *said("问我"))
    async with store.reading() as session:
        replies = [sealed for sealed in await session.scalars(select(Inbox.reply_sealed)) if sealed]
    assert len(replies) == 2
    assert all("次".encode() not in sealed for sealed in replies)


def test_the_time_of_a_turn_is_the_countys(now: datetime) -> None:
    assert MovableClock(SHANGHAI).now().tzinfo is now.tzinfo


async def test_the_next_talk_knows_what_stood_on_the_screen_and_the_one_after_it_does_not(pipeline: Pipeline) -> None:
    replies = [await pipeline.hear(ME, *said("看图")) for _ in range(3)]
    assert replies == ["看这个：苹果", "说的是苹果", "看这个：苹果"]
