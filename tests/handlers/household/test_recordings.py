"""录音和图片: kept for the cadre where the household agrees, opened by nobody else, and gone after a month."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from aiohttp import ClientSession
from sqlalchemy import select

from bot.app import purge, ring
from bot.simulator.platform import SOUND, Medium
from storage.audit import AuditEntry
from storage.recordings import Recording
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine, WeChat

Phones = Callable[[House | Helper | str], Phone]


async def only(wechat: WeChat) -> Recording:
    async with wechat.bot.database.reading() as session:
        return (await session.scalars(select(Recording))).one()


async def opened(wechat: WeChat, li: Phone) -> str:
    """The address of the first recording, as the cadre gets it."""
    await li.says("录音")
    return wechat.page((await li.says("1")).split("\n")[-1])


async def test_a_recording_is_kept_for_the_cadre_once_the_household_agrees(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    li_helper = await village.cadre("李梅", visits=[wang])
    li = phone(li_helper)
    assert await phone(wang).sends_voice() == (
        "对不起，我听不懂录音。请打字，或者按住输入法上的话筒说话，它会帮您变成字。\n"
        f"要不要把录音留给帮扶干部李梅（电话{li_helper.phone}）？只有他能打开，30天后删掉。\n"
        "回复1留，回复2不留，以后都照这样。"
    )
    assert await phone(wang).says("1") == (
        "好的，这录音留给李梅了，30天后删掉。他看到了会找您。\n"
        f"我自己看不懂，着急的事请打字，或者打他电话{li_helper.phone}。"
    )
    await ring(wechat.bot)
    told = (
        "应用消息：青山村王建国户发来一段录音，留给您。回复“录音”就能打开，30天后删掉。"
        f"也可以打电话（{wang.phone}）问他。"
    )
    assert told in li.chat()
    assert await li.says("录音") == "群众留给您的：\n1 11月23日 青山村王建国户，录音\n回复数字打开一个。"
    url = await opened(wechat, li)
    async with ClientSession() as http:
        async with http.get(url) as page:
            html = await page.text()
        async with http.get(url.replace("/h5/recordings?", "/h5/recordings/content?")) as sound:
            assert await sound.read() == SOUND
            assert sound.headers["Content-Disposition"].startswith("attachment")
    assert "<h1>王建国户留的录音</h1>" in html
    assert "11月23日收到，30天后删掉" in html
    assert "AMR" in html
    assert "下载录音" in html
    async with wechat.bot.database.reading() as session:
        actions = list(await session.scalars(select(AuditEntry.action)))
    assert actions.count("recording.opened") == 2
    assert (await phone(wang).sends_picture()).startswith("好的，这图片留给李梅了"), "it is asked once"


async def test_nobody_else_opens_it_and_a_link_runs_out(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine
) -> None:
    wang, zhao = await village.household("王建国"), await village.household("赵四")
    li, other = phone(await village.cadre("李梅", visits=[wang])), phone(await village.cadre("张华", visits=[zhao]))
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    await ring(wechat.bot)
    assert await other.says("录音") == "现在没有群众留给您的录音和图片。"
    url = await opened(wechat, li)
    async with ClientSession() as http:
        for wrong in (f"{url}x", url.split("?")[0], url[:-4]):
            async with http.get(wrong) as page:
                assert page.status == 403
        time_machine.move_to(time_machine.now() + timedelta(minutes=16))
        async with http.get(url) as page:
            assert page.status == 410


async def test_who_says_no_is_not_asked_again_and_can_change_their_mind(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await phone(wang).sends_voice()
    assert (await phone(wang).says("不要")).startswith("好的，录音没有留。")
    assert (await phone(wang).sends_voice()).endswith("录音没有留，您以前说过不留。想改成留给他，回复1。")
    async with wechat.bot.database.reading() as session:
        assert (await session.scalars(select(Recording))).all() == []
    assert (await phone(wang).says("1")).startswith("好的，这录音留给李梅了")
    assert (await only(wechat)).state == "waiting"


async def test_what_wechat_has_no_more_is_said_honestly(phone: Phones, village: Village, wechat: WeChat) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    wechat.platform.media.clear()
    await ring(wechat.bot)
    assert (await only(wechat)).state == "lost"
    assert (
        "应用消息：青山村王建国户11月23日发来一段录音，我们没能从微信取到，打不开了。"
        f"请打电话（{wang.phone}）问问他要说什么。"
    ) in li.chat()


@pytest.mark.parametrize(
    "content", [b"<html>", b"MZ" + b"\0" * 99, b"#!AMR\n" + b"\0" * 5_000_001], ids=["page", "program", "too_large"]
)
async def test_what_is_no_recording_is_not_kept(
    phone: Phones, village: Village, wechat: WeChat, content: bytes
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    for name, medium in wechat.platform.media.items():
        wechat.platform.media[name] = Medium(content, "audio/amr", medium.sent_at)
    await ring(wechat.bot)
    found = await only(wechat)
    assert (found.state, found.content_sealed) == ("lost", None)


async def test_it_is_tried_again_while_wechat_does_not_answer_and_only_for_three_days(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    kept = dict(wechat.platform.media)
    base, wechat.bot.ways.wechat._api.base = wechat.bot.ways.wechat._api.base, "http://127.0.0.1:9"  # type: ignore[union-attr]
    await ring(wechat.bot)
    await ring(wechat.bot)
    found = await only(wechat)
    assert (found.state, found.tries) == ("waiting", 1)
    time_machine.move_to(time_machine.now() + timedelta(minutes=10))
    wechat.bot.ways.wechat._api.base = base  # type: ignore[union-attr]
    assert kept == wechat.platform.media
    await ring(wechat.bot)
    assert (await only(wechat)).state == "kept"


async def test_after_thirty_days_it_is_gone(
    phone: Phones, village: Village, wechat: WeChat, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    await ring(wechat.bot)
    sealed = (await only(wechat)).content_sealed
    assert sealed is not None
    assert SOUND not in sealed
    time_machine.move_to(time_machine.now() + timedelta(days=31))
    await purge(wechat.bot)
    found = await only(wechat)
    assert (found.state, found.content_sealed) == ("removed", None)
    assert await li.says("录音") == "现在没有群众留给您的录音和图片。"


class Ear:
    """A speech service that hears one sentence in everything."""

    async def words_of(self, content: bytes, content_type: str) -> str | None:
        """The words."""
        assert content.startswith(b"#!AMR")
        return "我的干部是谁" if content_type == "audio/amr" else None


async def test_where_a_speech_service_hears_the_words_they_are_answered_as_if_typed(
    phone: Phones, village: Village, wechat: WeChat
) -> None:
    wang = await village.household("王建国")
    await village.cadre("李梅", visits=[wang])
    await wechat.stop_bot()
    wechat.listener = Ear()
    await wechat.start_bot()
    await phone(wang).sends_voice()
    await phone(wang).says("1")
    await ring(wechat.bot)
    await ring(wechat.bot)
    answers = [message for message in phone(wang).chat() if "您家的帮扶干部是李梅" in message]
    assert len(answers) == 1


async def test_who_has_no_cadre_hears_what_to_do_instead(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    assert await phone(wang).sends_picture() == "对不起，我看不懂图片。请打字说一声是什么事。"
    assert await phone("o_new").sends_voice() == (
        "对不起，我听不懂录音。请打字，或者按住输入法上的话筒说话，它会帮您变成字。"
    )


async def test_a_picture_does_not_end_what_was_under_way(phone: Phones, village: Village) -> None:
    wang = await village.household("王建国")
    await phone(wang).says("我要投诉")
    assert "刚才的“反映问题”还没说完：您要反映什么事？" in await phone(wang).sends_picture()
