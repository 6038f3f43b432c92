"""个人信息: agreed to, seen, and taken back; and nothing of an account is left where it was."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import String, func, select

from bot.messages import binding as say_binding
from bot.messages import privacy as say
from storage import contacts, invitations, outbox, recordings
from storage.consents import Consent
from storage.database import Database
from storage.inbox import Inbox
from storage.members import Member
from storage.notices import RemindersOff
from storage.outbox import Attempt, Outbox
from storage.people import Account, Platform
from storage.schema import metadata
from tests.village import Helper, House, Village
from tests.wechat import TEMPLATE, Phone, WeChat

Phones = Callable[[House | Helper | str], Phone]

ERASED = (
    "注销好了，这个微信的东西都删了。\n以后想再用，重新绑定就行。也可以取消关注。要办事，村委会和帮扶干部照样给您办。"
)


async def agreed(database: Database) -> list[tuple[str, int | None, int | None, str, bool]]:
    """Every consent: by whom, for whom, to which notice, and whether it still stands."""
    async with database.reading() as session:
        rows = await session.scalars(select(Consent).order_by(Consent.id))
        return [(row.account, row.household_id, row.cadre_id, row.notice, row.withdrawn_at is None) for row in rows]


async def left_of(database: Database, account: Account) -> list[str]:
    """Every column of every table in which the account's name stands."""
    found = []
    async with database.reading() as session:
        for table in metadata.sorted_tables:
            for column in table.columns:
                if not isinstance(column.type, String):
                    continue
                there = column.contains(account.name, autoescape=True)
                if await session.scalar(select(func.count()).select_from(table).where(there)):
                    found.append(f"{table.name}.{column.name}")
    return found


@pytest.mark.parametrize("who", ["newcomer", "household", "cadre"])
async def test_anybody_sees_the_notice_at_any_time(phone: Phones, village: Village, who: str) -> None:
    wang = await village.household("王建国")
    people: dict[str, House | Helper | str] = {"newcomer": "o_new", "household": wang}
    speaking = people.get(who) or await village.cadre("李梅")
    assert await phone(speaking).says("隐私") == say.NOTICE
    assert await phone(speaking).says("个人信息") == say.NOTICE


def test_the_notice_fits_a_reply_and_says_all_it_must() -> None:
    """第十七条: who, what for, how long, the rights and how to use them; WeChat takes 2048 bytes."""
    assert len(say.NOTICE.encode()) < 2048
    for part in ("谁在存", "存什么", "做什么用", "谁能看", "存多久", "导出我的信息", "解绑", "注销", "12345", "14岁"):
        assert part in say.NOTICE


async def test_every_way_of_binding_writes_down_what_was_agreed_to(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang, chen = await village.household("王建国", bound=False), await village.household("陈大毛", bound=False)
    li = await village.cadre("李梅")
    database = wechat.bot.database
    async with database.writing() as session:
        of_home, _ = await invitations.make(session, household_id=chen.id, made_by=None, now=wechat.clock.now())
        of_cadre, _ = await invitations.make(session, cadre_id=li.id, made_by=None, now=wechat.clock.now())
    await phone("o_facts").says(f"{wang.phone[-4:]}，{wang.id_tail}，王建国")
    await phone("o_scan").scans(of_home)
    await phone("o_code").says(of_cadre)
    assert await agreed(database) == [
        ("wechat:o_facts", wang.id, None, say.VERSION, True),
        ("wechat:o_scan", chen.id, None, say.VERSION, True),
        ("wechat:o_code", None, li.id, say.VERSION, True),
    ]
    await phone("o_facts").says("解绑")
    await phone("o_facts").says("是")
    # Bound to another household, the first is no longer agreed to.
    await phone("o_scan").says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}")
    await phone("o_scan").says("是")
    assert await agreed(database) == [
        ("wechat:o_facts", wang.id, None, say.VERSION, False),
        ("wechat:o_scan", chen.id, None, say.VERSION, False),
        ("wechat:o_code", None, li.id, say.VERSION, True),
        ("wechat:o_scan", wang.id, None, say.VERSION, True),
    ]


@pytest.mark.parametrize(("born", "refused"), [("20121124", True), ("20121123", False)])
async def test_a_child_under_14_is_bound_by_a_code_of_the_grown_ups_only(
    phone: Phones, village: Village, wechat: WeChat, born: str, refused: bool
) -> None:
    wang = await village.household("王建国", bound=False, family=[("王小军", "之子", born)])
    database = wechat.bot.database
    async with database.writing() as session:
        sealed = await session.scalar(select(Member.id_number_sealed).where(Member.name == "王小军"))
        code, _ = await invitations.make(session, household_id=wang.id, made_by=None, now=wechat.clock.now())
    tail = (database.keyring.open_if(sealed, "member.id_number") or "")[-6:]
    child = phone("o_child")
    said = await child.says(f"绑定 王小军 {tail} {wang.phone[-4:]}")
    assert said == say.UNDER_14 if refused else said.startswith("绑定好了")
    if refused:
        assert await agreed(database) == []
        assert (await child.says(code)).startswith("绑定好了：户主王建国")


async def known_everywhere(phone: Phones, village: Village, wechat: WeChat) -> tuple[Phone, Account]:
    """Somebody of whom every table that knows accounts knows something."""
    wang = await village.household("王建国")
    gui = await village.household("王桂兰", bound=False)
    account, now = wang.account, wechat.clock.now()
    assert account is not None
    home = phone(wang)
    await home.follows()
    await home.platform.subscribe(home.account, TEMPLATE.id)
    async with wechat.bot.database.writing() as session:
        code, _ = await invitations.make_for_proxy(session, gui.id, called="侄子", now=now)
        for key in ("claimed", "waiting"):
            await outbox.promise(session, account, kind="notice", key=key, text="话", due_at=now, now=now)
        await recordings.keep(session, account, wang.id, kind="voice", media_id="medium", now=now)
        [claimed] = await outbox.claim(session, now, lease=timedelta(minutes=3))
        session.add(Attempt(outbox_id=claimed.id, channel="customer_service", account=account.key, started_at=now))
    await home.says(code)
    await home.says("帮助")
    before = {column.partition(".")[0] for column in await left_of(wechat.bot.database, account)}
    # Tries to bind are counted under a blind index; a table that is new is to be filled above, and emptied by us.
    assert before == {table.name for table in metadata.sorted_tables if "account" in table.columns} - {
        "binding_attempt"
    }
    return home, account


async def test_who_takes_everything_back_is_left_in_no_table(phone: Phones, village: Village, wechat: WeChat) -> None:
    home, account = await known_everywhere(phone, village, wechat)
    assert await home.says("注销") == (
        "注销这个微信：\n"
        "删掉：这个微信的绑定和同意，正在办的事，存着的问答，留的录音和图片，还没发出的消息，收提醒的方式。\n"
        "您也不能再替王桂兰家问了。\n"
        "您家没有别的微信绑定，以后也不再给您家发提醒。\n"
        "不删：您家的登记、补贴、走访这些台账，按规定要留存，您还能到村委会查。记录里谁看过、谁同意过，去掉微信号再存。\n"
        "删了找不回来。确定注销吗？请回复“是”或“不是”。"
    )
    assert await home.says("是") == ERASED
    assert await left_of(wechat.bot.database, account) == []
    assert await home.retries() == ERASED
    assert await left_of(wechat.bot.database, account) == []
    async with wechat.bot.database.reading() as session:
        promises = (await session.scalars(select(Outbox).where(Outbox.key.in_(["claimed", "waiting"])))).all()
        assert {(row.state, row.reason, row.text_sealed) for row in promises} == {("skipped", "left", None)}
        heard = (await session.scalars(select(Inbox).where(Inbox.account == "wechat:left"))).all()
        assert len([row for row in heard if row.reply_sealed is not None]) == 1, "only the answer to this very message"
    assert await home.says("我的补贴") == say_binding.BIND_FIRST


async def test_who_leaves_is_left_in_no_table(phone: Phones, village: Village, wechat: WeChat) -> None:
    """OA Receiving_event_pushes: on unsubscribe all of that user's information is to be deleted."""
    home, account = await known_everywhere(phone, village, wechat)
    await home.platform.unfollow(home.account)
    assert await left_of(wechat.bot.database, account) == []
    async with wechat.bot.database.reading() as session:
        # Who loses their telephone is reminded by other ways still.
        assert (await session.scalars(select(RemindersOff))).all() == []
    assert say_binding.BIND_FIRST in await home.follows()


async def test_the_last_of_a_household_takes_its_proxies_and_reminders_along(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    home, son, cadre = phone(wang), phone("o_son"), phone(await village.cadre("李梅", visits=[wang]))
    await home.says("代办人")
    await home.says("1")
    await son.says((await home.says("儿子")).removeprefix("代办码：")[:8])
    await home.says("代办人")
    await home.says("2")
    unused = (await home.says("女儿")).removeprefix("代办码：")[:8]
    by_cadre = (await cadre.says("给王建国家开代办码"), await cadre.says("村医"))[1].removeprefix("王建国家的代办码：")[
        :8
    ]
    assert "您家请的1个代办人，也不能再替您家问了。" in await home.says("注销")
    assert await home.says("是") == ERASED
    assert await son.says("我的干部") == say_binding.BIND_FIRST
    assert (await phone("o_daughter").says(unused)).startswith("这个绑定码没有用上")
    assert (await phone("o_doctor").says(by_cadre)).startswith("好了，您现在替王建国家问")
    # Bound again, the household hears why nothing reminds it.
    assert "您家的提醒现在是关着的，要收提醒，回复“重新提醒”。" in await home.says(
        f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}"
    )


async def test_who_is_not_the_last_leaves_the_others_as_they_are(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    home, son = phone(wang), phone("o_son")
    await son.says(f"绑定 王建国 {wang.id_tail} {wang.phone[-4:]}")
    await home.says("代办人")
    await home.says("1")
    await phone("o_doctor").says((await home.says("村医")).removeprefix("代办码：")[:8])
    said = await home.says("注销")
    assert "代办人" not in said
    assert "不再给您家发提醒" not in said
    await home.says("不是")
    assert (await home.says("我家信息")).startswith("您家登记的是：\n户主：王建国")
    await home.says("注销")
    assert await home.says("是") == ERASED
    assert (await son.says("我家信息")).startswith("您家登记的是：\n户主：王建国")
    assert (await phone("o_doctor").says("我家信息")).startswith("（王建国家）您家登记的是：")


async def test_a_cadre_sees_what_is_held_about_them_and_takes_it_back(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li = await village.cadre("李梅", visits=[wang])
    async with wechat.bot.database.writing() as session:
        code, _ = await invitations.make(session, cadre_id=li.id, made_by=None, now=wechat.clock.now())
    cadre = phone("o_li")
    await cadre.says(code)
    await cadre.says("走访王建国，送化肥2袋")
    assert await cadre.says("导出我的信息") == (
        "我们存着您这些：\n"
        "李梅，帮扶干部，县教育局，职级没有登记\n"
        f"电话：尾号{li.phone[-4:]}\n"
        "现在结对1户，记过走访1次\n"
        "绑定：微信，2026年11月23日起\n"
        "同意个人信息说明：2026年11月23日\n"
        "不对的，请县里更正干部名单。走访记录是工作台账，要留着。"
    )
    await cadre.says("注销")
    assert await cadre.says("是") == (
        "注销好了，这个账号的东西都删了。\n您还在县里的干部名单上。不做这项工作了，请县里更正名单。"
    )
    assert await left_of(wechat.bot.database, Account(Platform.WECHAT, "o_li")) == []
    assert await cadre.says("我的户") == say_binding.BIND_FIRST
    assert len(await village.visits_to(wang)) == 1


async def test_a_newcomer_may_see_and_take_back_as_well(phone: Phones, wechat: WeChat) -> None:
    newcomer = phone("o_new")
    await newcomer.says("低保怎么申请")
    assert await newcomer.says("导出我的信息") == say.NEWCOMER_HOLDS
    await newcomer.says("注销")
    assert await newcomer.says("是") == ERASED
    assert await left_of(wechat.bot.database, Account(Platform.WECHAT, "o_new")) == []


async def test_an_answer_that_fails_leaves_everything_as_it_was(
    phone: Phones, village: Village, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await village.household("王建国")
    home = phone(wang)
    await home.says("注销")

    async def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(contacts, "forget", fail)
    assert "出了点问题" in await home.says("是")
    monkeypatch.undo()
    assert (await home.says("我家信息")).startswith("您家登记的是：\n户主：王建国")
