"""Delivery: the first way that is open, once, at a decent hour; and never a silence about what became of it."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.outbound.channels import Address, ChannelName, Letter
from bot.outbound.channels.wecom import WeCom
from bot.outbound.delivery import LEASE, Delivered, Delivery
from storage import contacts, outbox, proxies
from storage.contacts import Contact, Subscription
from storage.database import Database
from storage.ids import OutboxId
from storage.outbox import Attempt, Call, Claim, ToCadre, ToHousehold
from storage.people import Account, Platform
from tests.outbound.conftest import TEMPLATE, MakeDelivery, Promising, row, spoke, sums
from tests.outbound.platform import APP_SEND, BIZSEND, CUSTOM_SEND, SMS, FakePlatform, Trouble
from tests.village import House, Village

NOTHING = Delivered(sent=0, fallback=0, deferred=0, failed=0, skipped=0, uncertain=0)


def done(**sums: int) -> Delivered:
    return Delivered(**{**NOTHING.as_json(), **sums})


async def accepted(store: Database, account: Account | None, now: datetime) -> None:
    assert account is not None
    async with store.writing() as session:
        await contacts.accept(session, account, TEMPLATE, now)


async def test_a_household_that_wrote_lately_gets_a_message(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now - timedelta(hours=47))
    await promising(ToHousehold(wang.id), "明天截止")

    assert await delivering().deliver(now) == done(sent=1)
    assert platform.texts(CUSTOM_SEND) == ["明天截止"]
    sent = await row(store)
    assert (sent.state, sent.channel, sent.settled_at) == ("sent", "customer_service", sent.settled_at)
    assert await delivering().deliver(now) == NOTHING
    assert len(platform.to(CUSTOM_SEND)) == 1


async def test_an_old_neighbour_is_told_through_the_proxy_and_by_name(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    gui = await people.household("王桂兰", bound=False)
    neighbour = Account(Platform.WECHAT, "o_neighbour")
    async with store.writing() as session:
        await proxies.grant(session, neighbour, gui.id, called="邻居", granted_by="cadre:1", now=now)
    await spoke(store, neighbour, now - timedelta(hours=1))
    await promising(ToHousehold(gui.id), "您家的高龄津贴明天截止")

    assert await delivering().deliver(now) == done(sent=1)
    assert platform.texts(CUSTOM_SEND) == ["（王桂兰家）您家的高龄津贴明天截止"]


async def test_outside_the_window_the_household_lands_on_its_cadres_call_list(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅", visits=[wang])
    await spoke(store, wang.account, now - timedelta(hours=48))
    await promising(ToHousehold(wang.id), "明天截止")

    assert await delivering().deliver(now) == done(fallback=1)
    assert platform.calls == []
    async with store.writing() as session:
        [call] = await outbox.open_calls(session, li.id)
        assert (call.household_id, call.text) == (wang.id, "明天截止")
        assert await outbox.call_made(session, call.id, li.id, now)
        assert await outbox.open_calls(session, li.id) == []
    assert (await sums(store)).fallback == 1


async def test_the_sixth_message_in_a_window_goes_another_way(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now - timedelta(hours=1))
    for number in range(6):
        await promising(ToHousehold(wang.id), f"第{number}条", key=f"k{number}")
        await delivering().deliver(now)
    assert len(platform.to(CUSTOM_SEND)) == 5
    assert (await row(store, "k5")).channel == "call_list"

    await spoke(store, wang.account, now + timedelta(minutes=1))
    await promising(ToHousehold(wang.id), "又一条", key="k6")
    assert await delivering().deliver(now + timedelta(minutes=2)) == done(sent=1)


async def test_an_accepted_notice_is_used_once(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await accepted(store, wang.account, now)
    await promising(ToHousehold(wang.id), kind="deadline", key="k1")
    await promising(ToHousehold(wang.id), kind="deadline", key="k2", due_at=now + timedelta(hours=1))

    assert await delivering().deliver(now) == done(sent=1)
    assert await delivering().deliver(now + timedelta(hours=1)) == done(fallback=1)
    [call] = platform.to(BIZSEND)
    assert call.body["template_id"] == TEMPLATE
    assert call.body["data"] == {
        "thing1": {"value": "补贴办理快到期了"},
        "time2": {"value": "2026年11月23日"},
        "thing3": {"value": "点开回复“什么时候截止”看详情"},
    }


async def test_a_notice_wechat_says_is_used_up_is_not_tried_again(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await accepted(store, wang.account, now)
    platform.answer(BIZSEND, 43101)
    await promising(ToHousehold(wang.id))
    assert await delivering().deliver(now) == done(fallback=1)
    async with store.reading() as session:
        assert (await session.scalars(select(Subscription.remaining))).all() == [0]


async def test_sms_comes_before_the_call_list(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国", bound=False)
    await promising(ToHousehold(wang.id), "明天截止")
    assert await delivering(sms=True).deliver(now) == done(sent=1)
    assert [call.body for call in platform.to(SMS)] == [{"phone": wang.phone, "text": "明天截止"}]


async def test_a_cadre_is_told_on_wecom_and_an_unreachable_one_goes_on_the_offices_list(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li, gone = await people.cadre("李梅"), await people.cadre("赵强")
    await promising(ToCadre(li.id), "请走访", key="k1")
    assert await delivering().deliver(now) == done(sent=1)
    assert platform.texts(APP_SEND) == ["请走访"]

    platform.answer(APP_SEND, 60111)
    await promising(ToCadre(gone.id), "请走访", key="k2")
    assert await delivering().deliver(now) == done(fallback=1)
    async with store.reading() as session:
        [call] = await session.scalars(select(Call))
        assert (call.cadre_id, call.household_id) == (None, None)


async def test_who_blocked_us_is_remembered(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now)
    platform.answer(CUSTOM_SEND, 43019)
    await promising(ToHousehold(wang.id), key="k1")
    assert await delivering().deliver(now) == done(fallback=1)
    async with store.reading() as session:
        [contact] = await session.scalars(select(Contact))
        assert (contact.account, contact.reachable) == (wang.account and wang.account.key, False)

    await promising(ToHousehold(wang.id), key="k2")
    assert await delivering().deliver(now) == done(fallback=1)
    assert len(platform.to(CUSTOM_SEND)) == 1


async def test_at_night_only_answers_and_cries_for_help_go_out(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    li = await people.cadre("李梅")
    night = now.replace(hour=21, minute=0)
    await spoke(store, wang.account, night)
    assert wang.account is not None
    await promising(wang.account, "您要的答案", kind="reply", key="reply:1")
    await promising(ToCadre(li.id), "有人求助", kind="urgent", key="urgent:1")
    await promising(ToCadre(li.id), "请走访", key="k")

    assert await delivering().deliver(night) == done(sent=2, deferred=1)
    assert platform.texts(CUSTOM_SEND) == ["您要的答案"]
    assert platform.texts(APP_SEND) == ["有人求助"]
    assert (await row(store)).due_at == now.replace(day=24, hour=8, minute=0)
    assert await delivering().deliver(now.replace(day=24, hour=7, minute=59)) == NOTHING
    assert await delivering().deliver(now.replace(day=24, hour=8, minute=0)) == done(sent=1)


async def test_a_late_reply_that_cannot_be_sent_has_failed(
    store: Database, delivering: MakeDelivery, promising: Promising, now: datetime
) -> None:
    await promising(Account(Platform.WECHAT, "o_stranger"), kind="reply")
    assert await delivering().deliver(now) == done(failed=1)
    assert (await row(store)).reason == "no_way"


async def test_a_busy_platform_is_asked_five_times_and_then_the_next_way_is_taken(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    platform.answer(APP_SEND, *[45033] * 5)
    await promising(ToCadre(li.id))
    delivery = delivering()
    for minutes in range(0, 8, 2):
        assert await delivery.deliver(now + timedelta(minutes=minutes)) == done(deferred=1)
        await sums(store)
    assert await delivery.deliver(now + timedelta(minutes=8)) == done(fallback=1)
    assert len(platform.to(APP_SEND)) == 5


async def test_a_mistake_of_ours_takes_the_next_way(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    platform.answer(APP_SEND, 301002)
    await promising(ToCadre(li.id), "请走访")
    assert await delivering(sms=True).deliver(now) == done(sent=1)
    assert platform.to(SMS)[0].body == {"phone": li.phone, "text": "请走访"}


async def test_a_deadline_that_may_have_arrived_is_said_once_more_with_a_note(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now)
    platform.answer(CUSTOM_SEND, Trouble.CUT)
    await promising(ToHousehold(wang.id), "明天截止", kind="deadline")

    assert await delivering().deliver(now) == done(deferred=1)
    assert await delivering().deliver(now + timedelta(minutes=6)) == done(sent=1)
    assert platform.texts(CUSTOM_SEND) == ["明天截止", "明天截止\n如已收到，请不用理会。"]
    assert (await row(store)).reason == "repeated"


async def test_a_deadline_is_not_said_a_third_time(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now)
    platform.answer(CUSTOM_SEND, Trouble.CUT, Trouble.HTML)
    await promising(ToHousehold(wang.id), "明天截止", kind="deadline")

    assert await delivering().deliver(now) == done(deferred=1)
    assert await delivering().deliver(now + timedelta(minutes=6)) == done(uncertain=1)
    assert await delivering().deliver(now + timedelta(hours=1)) == NOTHING
    assert (await sums(store)).uncertain == 1


async def test_a_digest_that_may_have_arrived_is_repeated_only_where_wecom_drops_duplicates(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    """The very same words, though the rendering would say something else by now."""
    li = await people.cadre("李梅")
    said = iter(["要走访：王建国、张三", "要走访：张三"])

    async def render(_session: object, _claimed: Claim, _now: datetime) -> str | None:
        return next(said)

    platform.answer(APP_SEND, Trouble.HTML)
    await promising(ToCadre(li.id), None, kind="visit_due")
    delivery = delivering(renders={"visit_due": render})
    assert await delivery.deliver(now) == done(deferred=1)
    assert await delivery.deliver(now + timedelta(minutes=6)) == done(sent=1)
    assert platform.to(APP_SEND)[0].raw == platform.to(APP_SEND)[1].raw


async def test_once_wecom_has_forgotten_the_first_call_a_digest_stays_uncertain(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    platform.answer(APP_SEND, Trouble.CUT)
    await promising(ToCadre(li.id), kind="visit_due")
    assert await delivering().deliver(now) == done(deferred=1)
    assert await delivering().deliver(now + timedelta(hours=4)) == done(uncertain=1)
    assert len(platform.to(APP_SEND)) == 1


async def test_a_digest_sent_by_another_way_is_not_repeated(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    platform.answer(APP_SEND, 60111)
    platform.answer(SMS, Trouble.CUT)
    await promising(ToCadre(li.id), kind="visit_due")
    assert await delivering(sms=True).deliver(now) == done(uncertain=1)
    assert await delivering(sms=True).deliver(now + timedelta(hours=1)) == NOTHING


async def test_what_is_done_meanwhile_is_not_said(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")

    async def render(_session: object, _claimed: Claim, _now: datetime) -> str | None:
        return None

    await promising(ToCadre(li.id), None, kind="visit_due")
    assert await delivering(renders={"visit_due": render}).deliver(now) == done(skipped=1)
    assert platform.calls == []
    assert ((await row(store)).state, (await row(store)).reason) == ("skipped", "done")


async def test_a_promise_that_keeps_failing_does_not_stop_the_rest(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")

    async def render(_session: object, claimed: Claim, _now: datetime) -> str | None:
        raise ValueError("a mistake of ours")

    await promising(ToCadre(li.id), None, kind="broken", key="broken", due_at=now - timedelta(hours=1))
    await promising(ToCadre(li.id), "请走访", key="good")
    delivery = delivering(renders={"broken": render})
    assert await delivery.deliver(now) == done(sent=1, deferred=1)
    for minutes in range(6, 24, 6):
        assert await delivery.deliver(now + timedelta(minutes=minutes)) == done(deferred=1)
    assert await delivery.deliver(now + timedelta(minutes=24)) == done(failed=1)
    assert (await row(store, "broken")).reason == "error"
    await sums(store)


async def test_several_deliverers_at_once_send_each_promise_once(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    for number in range(30):
        await promising(ToCadre(li.id), f"第{number}条", key=f"k{number}")
    one, two = await asyncio.gather(delivering().deliver(now), delivering().deliver(now))
    assert one.sent + two.sent == 30
    assert sorted(platform.texts(APP_SEND)) == sorted(f"第{number}条" for number in range(30))
    assert (await sums(store)).sent == 30


class Dies(WeCom):
    """A worker that dies in the middle of its call: nothing after the call is ever run."""

    async def send(self, address: Address, letter: Letter, now: datetime) -> None:
        await super().send(address, letter, now)
        raise asyncio.CancelledError


async def dies_sending(store: Database, delivery_of: WeCom, now: datetime) -> None:
    with pytest.raises(asyncio.CancelledError):
        await Delivery(store, [delivery_of], {}).deliver(now)


async def test_a_crash_after_the_call_is_found_and_told_again_only_where_that_does_no_harm(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    work: object,
    now: datetime,
) -> None:
    li = await people.cadre("李梅")
    await promising(ToCadre(li.id), "请走访", kind="visit_due")
    await dies_sending(store, Dies(work), now)  # type: ignore[arg-type]

    assert (await sums(store)).claimed == 1
    assert await delivering().deliver(now + LEASE / 2) == NOTHING
    assert await delivering().deliver(now + LEASE * 2) == done(deferred=1)
    assert await delivering().deliver(now + LEASE * 2 + timedelta(minutes=6)) == done(sent=1)
    assert platform.to(APP_SEND)[0].raw == platform.to(APP_SEND)[1].raw
    async with store.reading() as session:
        assert (await session.scalars(select(Attempt.outcome).order_by(Attempt.id))).all() == ["unknown", "sent"]


async def crashed(store: Database, house: House, now: datetime) -> OutboxId:
    """A worker wrote its attempt down and was never seen again."""
    async with store.writing() as session:
        [claimed] = await outbox.claim(session, now, lease=LEASE)
        attempt = await outbox.begin_attempt(
            session,
            claimed,
            channel=ChannelName.CUSTOMER_SERVICE,
            account=house.account,
            text="明天截止",
            now=now,
            lease=LEASE,
        )
        assert attempt is not None
        return claimed.id


async def test_a_crash_in_a_digest_by_another_way_is_uncertain_and_counted(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now)
    await promising(ToHousehold(wang.id), kind="visit_due")
    await crashed(store, wang, now)
    assert await delivering().deliver(now + LEASE * 2) == done(uncertain=1)
    assert (await row(store)).reason == "unanswered"
    assert platform.calls == []


async def test_a_crash_in_a_deadline_is_said_again_with_a_note(
    store: Database,
    people: Village,
    delivering: MakeDelivery,
    promising: Promising,
    platform: FakePlatform,
    now: datetime,
) -> None:
    wang = await people.household("王建国")
    await spoke(store, wang.account, now)
    await promising(ToHousehold(wang.id), "明天截止", kind="deadline")
    await crashed(store, wang, now)
    assert await delivering().deliver(now + LEASE * 2) == done(deferred=1)
    assert await delivering().deliver(now + LEASE * 4) == done(sent=1)
    assert platform.texts(CUSTOM_SEND) == ["明天截止\n如已收到，请不用理会。"]


async def test_a_worker_that_comes_back_too_late_changes_nothing(
    store: Database, people: Village, delivering: MakeDelivery, promising: Promising, now: datetime
) -> None:
    li = await people.cadre("李梅")
    await promising(ToCadre(li.id))
    async with store.writing() as session:
        [late] = await outbox.claim(session, now, lease=LEASE)
    assert await delivering().deliver(now + LEASE) == done(sent=1)
    async with store.writing() as session:
        assert not await outbox.settle(session, late, outbox.OutboxState.FAILED, now=now)
        assert not await outbox.put_off(session, late, due_at=now)
        begun = await outbox.begin_attempt(
            session, late, channel="wecom", account=None, text="请收", now=now, lease=LEASE
        )
        assert begun is None
    assert (await row(store)).state == "sent"


async def test_deliveries_standing_still_are_seen(
    store: Database, people: Village, promising: Promising, now: datetime
) -> None:
    li = await people.cadre("李梅")
    await promising(ToCadre(li.id))
    async with store.reading() as session:
        assert await outbox.overdue(session, now + timedelta(minutes=14)) == 0
        assert await outbox.overdue(session, now + timedelta(minutes=15)) == 1


async def test_a_delivery_that_is_closed_takes_nothing_up(
    store: Database, people: Village, delivering: MakeDelivery, promising: Promising, now: datetime
) -> None:
    li = await people.cadre("李梅")
    await promising(ToCadre(li.id))
    delivery = delivering()
    delivery.close()
    assert await delivery.deliver(now) == NOTHING
    assert (await sums(store)).waiting == 1
