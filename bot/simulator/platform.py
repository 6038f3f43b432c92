"""平台: WeChat and 企业微信 as the bot meets them, with a phone for everyone who holds one.

What a phone does becomes a sealed push over real HTTP to the bot; what the bot answers, or sends through the
API (`bot.simulator.api`), lands in the phone's chat. Tests hold a Platform directly, the page by `mount`.
"""

import asyncio
import contextlib
import logging
import secrets
import string
import time
from base64 import b64decode
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import msgspec

from bot.simulator.accounts import NoticeTemplate, OfficialAccount, Side, WorkApp
from bot.simulator.chats import LONG_TERM, Choice, Form, Kind, Message, Phone, Touch
from bot.simulator.faults import Faults
from bot.simulator.tokens import TokenBook
from bot.simulator.wire import Answer, BadAnswer, Fields, Push, Wire

FAULT_NOTICE = "该公众号提供的服务出现故障，请稍后再试"
"""WeChat's own words where the bot gave no answer in time, or none that can be shown."""

HISTORY = 200
"""Messages kept in one chat."""

LOG = 300
"""Pushes and API calls kept for reading."""

_log = logging.getLogger(__name__)


class Clock(Protocol):
    """The demonstration's clock: the platform reads it, the page moves it, only ever ahead."""

    def now(self) -> datetime:
        """The present, aware, in the zone that chats and buttons show."""

    def advance_to(self, at: datetime, /) -> None:
        """Make that the present."""


class NotFollowing(Exception):
    """Only who follows the account can write to it."""


class Result(StrEnum):
    """What became of a push."""

    REPLIED = "replied"
    SILENT = "silent"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of a push: the answer as the user would see it, the deliveries it took, why it failed."""

    result: Result
    text: str = ""
    deliveries: int = 1
    reason: str = ""


@dataclass(frozen=True)
class Call:
    """One call of the bot to the API."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    errcode: int
    at: datetime


@dataclass(frozen=True)
class LogLine:
    """One exchange between platform and bot, for the page: a push to the bot, or a call to the API."""

    number: int
    way: str
    side: Side
    what: str
    result: str
    deliveries: int
    milliseconds: int
    at: datetime


@dataclass
class Kept:
    """What a second start finds again."""

    phones: list[Phone] = field(default_factory=list)
    menus: dict[Side, list[dict[str, Any]]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    numbered: int = 0


@dataclass(frozen=True)
class Medium:
    """A picture or a recording somebody sent, as the platform keeps it for a while."""

    content: bytes
    content_type: str
    sent_at: datetime


SOUND = b"#!AMR\n" + bytes.fromhex("3c9117166bab00801ff0") * 20
"""Some AMR frames; nobody plays them."""
PICTURE = b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
"""A picture of one point."""


class Platform:
    """WeChat on this machine. Give it the bot's address and two accounts; take phones from it.

    `answer_within` and `deliveries` are WeChat's five seconds and three tries (OA Passive_user_reply_message),
    and a test shortens the first. `store` is a JSON file that keeps chats, subscriptions, menus and faults.
    """

    def __init__(
        self,
        official: OfficialAccount,
        wecom: WorkApp,
        *,
        base_url: str,
        clock: Clock,
        templates: Sequence[NoticeTemplate] = (),
        store: Path | None = None,
        answer_within: float = 5.0,
        deliveries: int = 3,
    ) -> None:
        self.official = official
        self.wecom = wecom
        self.base_url = base_url.rstrip("/")
        self.clock = clock
        self.templates = {template.id: template for template in templates}
        self.official_tokens = TokenBook()
        self.stable_tokens = TokenBook()
        self.wecom_tokens = TokenBook()
        self.media: dict[str, Medium] = {}
        self.calls: list[Call] = []
        self.log: list[LogLine] = []
        self.version = 0
        self._wire = Wire(official, wecom)
        self._store = store
        self._answer_within = answer_within
        self._deliveries = deliveries
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._changed = asyncio.Event()
        self._saving: asyncio.TimerHandle | None = None
        self._last_push: dict[str, Push] = {}
        self._msg_id = 20_000_000_000_000_000 + secrets.randbelow(5 * 10**15)
        kept = _read(store)
        self._numbered = kept.numbered
        self.menus = kept.menus
        self.faults = kept.faults
        self._phones = {phone.account: phone for phone in kept.phones}

    # ---- phones

    def add_phone(self, side: Side, account: str, *, following: bool = True) -> Phone:
        """The phone of that account, made if it is new. An openid and a userid are never the same string."""
        phone = self._phones.get(account)
        if phone is None:
            phone = self._phones[account] = Phone(side, account, following=following)
            self._touch()
        if phone.side is not side:
            raise ValueError(f"{account} is an account of {phone.side}")
        return phone

    def new_phone(self, side: Side) -> Phone:
        """A newcomer's phone with a fresh account, not following yet."""
        letters = string.ascii_letters + string.digits
        if side is Side.OFFICIAL:
            account = "o" + "".join(secrets.choice(letters + "-_") for _ in range(27))
        else:
            account = "new" + "".join(secrets.choice(string.digits) for _ in range(6))
        return self.add_phone(side, account, following=False)

    def find(self, account: str) -> Phone | None:
        """The phone of that account, if there is one."""
        return self._phones.get(account)

    def phones(self, side: Side) -> list[Phone]:
        """All phones of one platform, the oldest first."""
        return [phone for phone in self._phones.values() if phone.side is side]

    def chat(self, account: str) -> list[Message]:
        """What stands in that account's chat, the oldest first."""
        return list(self._phones[account].messages)

    # ---- what a person does on a phone

    async def say(self, account: str, text: str, *, menu_id: str | None = None) -> Outcome:
        """Send a text. With `menu_id`: a tap on an entry of a msgmenu, which WeChat sends as this text."""
        phone = self._writer(account)
        self.land(phone, Kind.SAID, text)
        fields = {"MsgType": "text", "Content": text, "MsgId": self._next_msg_id()}
        if menu_id is not None:
            fields["bizmsgmenuid"] = menu_id
        return await self._speak(phone, fields, touch=Touch.MESSAGE if menu_id is None else Touch.TAP)

    async def send_image(self, account: str) -> Outcome:
        """Send a picture."""
        phone = self._writer(account)
        self.land(phone, Kind.SAID, "", form=Form.IMAGE)
        picture = f"{self.base_url}/simulator/static/picture.svg"
        media_id = self._kept_as(PICTURE, "image/png")
        fields = {"MsgType": "image", "PicUrl": picture, "MsgId": self._next_msg_id(), "MediaId": media_id}
        return await self._speak(phone, fields)

    async def send_voice(self, account: str, *, seconds: int = 3) -> Outcome:
        """Send a voice message. WeChat has recognised none since 2023-07: the words are not in the push."""
        phone = self._writer(account)
        self.land(phone, Kind.SAID, str(seconds), form=Form.VOICE)
        media_id = self._kept_as(SOUND, "voice/amr" if phone.side is Side.WECOM else "audio/amr")
        fields = {"MsgType": "voice", "MediaId": media_id, "Format": "amr", "MsgId": self._next_msg_id()}
        if phone.side is Side.OFFICIAL:
            fields |= {"MediaId16K": _media_id(), "Recognition": ""}
        return await self._speak(phone, fields)

    async def send_location(self, account: str, latitude: float, longitude: float, label: str) -> Outcome:
        """Send a place. Location_X is the latitude (GCJ-02)."""
        phone = self._writer(account)
        self.land(phone, Kind.SAID, label, form=Form.LOCATION)
        fields: dict[str, object] = {
            "MsgType": "location",
            "Location_X": f"{latitude:.6f}",
            "Location_Y": f"{longitude:.6f}",
            "Scale": "16",
            "Label": label,
            "MsgId": self._next_msg_id(),
        }
        if phone.side is Side.WECOM:
            fields["AppType"] = "wxwork"
        return await self._speak(phone, fields)

    async def tap_menu(self, account: str, key: str) -> Outcome:
        """Tap the menu entry with that key, or that url for a view entry."""
        phone = self._writer(account)
        entry = self._menu_entry(phone.side, key)
        view = entry.get("type") == "view"
        self._did(phone, "menu", str(entry.get("name") or key))
        event = "VIEW" if view else "CLICK"
        fields = {"Event": event if phone.side is Side.OFFICIAL else event.lower(), "EventKey": key}
        return await self._act(phone, fields, touch=None if view else Touch.TAP)

    async def tap_card(self, account: str, number: int, key: str) -> Outcome:
        """Tap a button of the 企业微信 template card with that message number."""
        phone = self._writer(account)
        [card] = [message for message in phone.messages if message.number == number]
        [choice] = [choice for choice in card.choices if choice.key == key]
        self._did(phone, "card", choice.text)
        fields = {
            "Event": "template_card_event",
            "EventKey": key,
            "TaskId": card.task_id,
            "CardType": "button_interaction",
            "ResponseCode": secrets.token_urlsafe(32),
        }
        return await self._act(phone, fields)

    async def follow(self, account: str) -> Outcome:
        """Follow the account, or become a member who sees the application."""
        phone = self._phones[account]
        phone.following = True
        self._did(phone, "follow")
        fields = {"Event": "subscribe", "EventKey": ""} if phone.side is Side.OFFICIAL else {"Event": "subscribe"}
        return await self._act(phone, fields, touch=Touch.FOLLOW)

    async def unfollow(self, account: str) -> Outcome:
        """Stop following. WeChat forgets the windows; accepted subscriptions stay."""
        phone = self._writer(account)
        phone.following = False
        phone.allowances.clear()
        self._did(phone, "unfollow")
        fields = {"Event": "unsubscribe", "EventKey": ""} if phone.side is Side.OFFICIAL else {"Event": "unsubscribe"}
        return await self._act(phone, fields, quiet=True)

    async def scan(self, account: str, scene: str) -> Outcome:
        """Scan a QR code with a scene: a SCAN for a follower; anyone else follows by it (qrscene_…)."""
        phone = self._phones[account]
        if phone.side is Side.WECOM:
            raise ValueError("企业微信 applications have no scene codes")
        new = not phone.following
        phone.following = True
        self._did(phone, "scan", scene)
        ticket = "gQ" + secrets.token_urlsafe(60)
        fields = (
            {"Event": "subscribe", "EventKey": f"qrscene_{scene}", "Ticket": ticket}
            if new
            else {"Event": "SCAN", "EventKey": scene, "Ticket": ticket}
        )
        return await self._act(phone, fields, touch=Touch.SCAN)

    async def subscribe(self, account: str, template_id: str, *, long_term: bool = False) -> Outcome:
        """Accept one notice of that template (一次性), or all that will come (长期)."""
        phone = self._writer(account)
        have = phone.subscriptions.get(template_id, 0)
        phone.subscriptions[template_id] = LONG_TERM if long_term or have == LONG_TERM else have + 1
        return await self._answer_popup(phone, template_id, "accept")

    async def refuse(self, account: str, template_id: str) -> Outcome:
        """Say no to notices of that template when asked."""
        return await self._answer_popup(self._writer(account), template_id, "reject")

    async def withdraw(self, account: str, template_id: str) -> Outcome:
        """Switch a template's notices off in the account's settings."""
        phone = self._phones[account]
        phone.subscriptions.pop(template_id, None)
        self._did(phone, "withdraw", self.title_of(template_id))
        entry = {"TemplateId": template_id, "SubscribeStatusString": "reject"}
        fields = {"Event": "subscribe_msg_change_event", "SubscribeMsgChangeEvent": {"List": [entry]}}
        return await self._act(phone, fields, quiet=True)

    def block(self, account: str, *, blocked: bool = True) -> None:
        """Refuse, or take again, what the account sends; the account is not told."""
        self._phones[account].blocked = blocked
        self._touch()

    async def redeliver_last(self, account: str) -> Outcome:
        """Post that account's last push again, the same bytes, timestamp and nonce, as a retry does.

        The answer is returned and not put into the chat: a user sees only one answer to one push.
        """
        return await self._deliver(self._last_push[account])

    def can_redeliver(self, account: str) -> bool:
        """Whether that account has pushed anything since the start."""
        return account in self._last_push

    async def verify(self, side: Side) -> bool:
        """Whether the bot proves itself at the callback address, as when it is entered in the console."""
        echo = secrets.token_hex(8)
        path, query = self._wire.verification(side, echo, at=int(self.clock.now().timestamp()))
        async with self._http().get(self.base_url + path, params=query, allow_redirects=False) as answer:
            return answer.status == 200 and await answer.text() == echo

    # ---- what the API does to a phone

    def land(self, phone: Phone, kind: Kind, text: str, **shown: Any) -> Message:
        """Put a message into the chat; `shown` are further fields of Message."""
        self._numbered += 1
        message = Message(self._numbered, kind, text, self.clock.now(), **shown)
        phone.messages.append(message)
        del phone.messages[:-HISTORY]
        if kind is not Kind.SAID and kind is not Kind.DID:
            phone.typing_until = None
        self._touch()
        return message

    def typing(self, phone: Phone, *, on: bool) -> None:
        """Show, or end, 对方正在输入."""
        phone.typing_until = self.clock.now() + timedelta(seconds=15) if on else None
        self._touch()

    def set_menu(self, side: Side, buttons: list[dict[str, Any]]) -> None:
        """Show this menu on every phone of that platform."""
        self.menus[side] = buttons
        self._touch()

    def title_of(self, template_id: str) -> str:
        """The title of a template, as the user sees it."""
        template = self.templates.get(template_id)
        return template.title if template else template_id

    def push_later(self, phone: Phone, fields: Fields) -> None:
        """Tell the bot of something that happened by itself, a send job's end for instance."""
        self.start(self._act(phone, fields, quiet=True))

    def note_call(self, side: Side, call: Call, milliseconds: int) -> None:
        """Remember one call to the API."""
        self.calls.append(call)
        del self.calls[:-LOG]
        self._note("call", side, call.path, str(call.errcode), 1, milliseconds)

    def expire_tokens(self) -> None:
        """Take back every access_token at once."""
        for book in (self.official_tokens, self.stable_tokens, self.wecom_tokens):
            book.revoke_all()

    def set_faults(self, faults: Faults) -> None:
        """Replace the troubles switched on."""
        self.faults = faults
        self._touch()

    def forget(self) -> None:
        """Empty every chat and switch every fault off; accounts, subscriptions and menus stay."""
        for phone in self._phones.values():
            phone.messages.clear()
        self.log.clear()
        self.faults = Faults()
        self._touch()

    # ---- life

    def start(self, work: Coroutine[Any, Any, object]) -> None:
        """Let something go on by itself; `settle` and `close` wait for it."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def settle(self) -> None:
        """Wait until everything under way has ended."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def changed(self, since: int, *, within: float) -> None:
        """Return when something has changed after version `since`, or after that many seconds."""
        if self.version == since:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), within)

    def wake(self) -> None:
        """Let everybody who waits for a change go: the page asks again at once."""
        self._touch()

    async def close(self) -> None:
        """Drop what is under way, write the state down and let the connections go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None
        self.save()

    def save(self) -> None:
        """Write the state to the file now."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        if self._store is None:
            return
        kept = Kept(list(self._phones.values()), self.menus, self.faults, self._numbered)
        self._store.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._store.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1))
        fresh.replace(self._store)

    # ---- inside

    def _writer(self, account: str) -> Phone:
        phone = self._phones[account]
        if not phone.following:
            raise NotFollowing(account)
        return phone

    def _did(self, phone: Phone, action: str, what: str = "") -> None:
        self.land(phone, Kind.DID, what, form=Form.ACTION, title=action)

    async def _answer_popup(self, phone: Phone, template_id: str, answer: str) -> Outcome:
        self._did(phone, answer, self.title_of(template_id))
        entry = {"TemplateId": template_id, "SubscribeStatusString": answer, "PopupScene": "2"}
        fields = {"Event": "subscribe_msg_popup_event", "SubscribeMsgPopupEvent": {"List": [entry]}}
        return await self._act(phone, fields, quiet=True)

    async def _speak(self, phone: Phone, fields: Mapping[str, object], *, touch: Touch = Touch.MESSAGE) -> Outcome:
        now = self.clock.now()
        if phone.side is Side.OFFICIAL:
            phone.touched(touch, now)
        return await self._push(phone, fields, at=int(now.timestamp()), quiet=False)

    async def _act(
        self, phone: Phone, fields: Mapping[str, object], *, touch: Touch | None = None, quiet: bool = False
    ) -> Outcome:
        now = self.clock.now()
        if touch is not None and phone.side is Side.OFFICIAL:
            phone.touched(touch, now)
        # Events have no id: two alike of one second would be one and the same. A hand is slower than that,
        # a stopped clock is not.
        phone.last_event = at = max(int(now.timestamp()), phone.last_event + 1)
        return await self._push(phone, {"MsgType": "event", **fields}, at=at, quiet=quiet)

    async def _push(self, phone: Phone, fields: Fields, *, at: int, quiet: bool) -> Outcome:
        what = str(fields["Event"] if fields["MsgType"] == "event" else fields["MsgType"])
        push = self._wire.seal(phone.side, phone.account, {"CreateTime": at, **fields}, at=at, what=what)
        if not quiet:
            self._last_push[phone.account] = push
        return await self._deliver(push, show=phone, quiet=quiet)

    async def _deliver(self, push: Push, *, show: Phone | None = None, quiet: bool = False) -> Outcome:
        """Deliver as WeChat does, again and again while no answer comes, and show what came to the user."""
        began = time.monotonic()
        outcome = Outcome(Result.FAILED)
        for delivery in range(1, self._deliveries + 1):
            try:
                async with asyncio.timeout(self._answer_within):
                    status, body = await self._post(push)
                    await asyncio.sleep(self.faults.answer_delay)
            except TimeoutError:
                outcome = Outcome(Result.FAILED, deliveries=delivery, reason="no answer in time")
                continue
            except aiohttp.ClientError as broken:
                outcome = Outcome(Result.FAILED, deliveries=delivery, reason=type(broken).__name__)
                continue
            if self.faults.take_lost_answer():
                outcome = Outcome(Result.FAILED, deliveries=delivery, reason="answer lost on the way")
                continue
            if status != 200:
                outcome = Outcome(Result.FAILED, deliveries=delivery, reason=f"HTTP {status}")
                continue
            outcome = self._opened(push, body, delivery, show)
            break
        if outcome.result is Result.FAILED and show is not None and not quiet:
            self.land(show, Kind.FAULT, FAULT_NOTICE)
        milliseconds = round((time.monotonic() - began) * 1000)
        self._note("push", push.side, push.what, outcome.reason or outcome.result, outcome.deliveries, milliseconds)
        return outcome

    def _opened(self, push: Push, body: bytes, delivery: int, show: Phone | None) -> Outcome:
        try:
            answer = self._wire.open(push, body)
        except BadAnswer as wrong:
            return Outcome(Result.FAILED, deliveries=delivery, reason=str(wrong))
        if answer is None:
            return Outcome(Result.SILENT, deliveries=delivery)
        if show is not None and show.following:
            self._show(show, answer)
        return Outcome(Result.REPLIED, text=answer.text, deliveries=delivery)

    def _show(self, phone: Phone, answer: Answer) -> None:
        for article in answer.articles:
            shown = {"form": Form.CARD, "title": article.title, "url": article.url}
            self.land(phone, Kind.REPLY, article.description, **shown)
        if answer.text:
            self.land(phone, Kind.REPLY, answer.text)
        elif answer.msg_type in ("image", "voice"):
            self.land(phone, Kind.REPLY, "", form=Form(answer.msg_type))

    async def _post(self, push: Push) -> tuple[int, bytes]:
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        request = self._http().post(
            self.base_url + push.path,
            params=push.query,
            data=push.body,
            headers=headers,
            allow_redirects=False,
        )
        async with request as answer:
            return answer.status, await answer.read()

    def _http(self) -> aiohttp.ClientSession:
        if self._session is None:
            # Every delivery is a connection of its own, so that cutting one touches no other.
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    def _menu_entry(self, side: Side, key: str) -> dict[str, Any]:
        for button in self.menus.get(side, []):
            for entry in button.get("sub_button") or [button]:
                if key in (entry.get("key"), entry.get("url")):
                    return dict(entry)
        return {}

    def _kept_as(self, content: bytes, content_type: str) -> str:
        """Keep what was sent; gives the id it is fetched by."""
        media_id = _media_id()
        self.media[media_id] = Medium(content, content_type, self.clock.now())
        return media_id

    def _next_msg_id(self) -> int:
        self._msg_id += 1
        return self._msg_id

    def _note(self, way: str, side: Side, what: str, result: str, deliveries: int, milliseconds: int) -> None:
        self._numbered += 1
        line = LogLine(self._numbered, way, side, what, result, deliveries, milliseconds, self.clock.now())
        self.log.append(line)
        del self.log[:-LOG]
        self._touch()

    def _touch(self) -> None:
        """Count the change, wake who waits for one and have the file written soon."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()
        if self._store is not None and self._saving is None:
            with contextlib.suppress(RuntimeError):  # no loop yet: a later change or the end writes it
                self._saving = asyncio.get_running_loop().call_later(0.3, self.save)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("simulator.work_failed", exc_info=task.exception())


def _read(store: Path | None) -> Kept:
    if store is None or not store.exists():
        return Kept()
    try:
        return msgspec.json.decode(store.read_bytes(), type=Kept)
    except msgspec.DecodeError:
        # Written by another version. What was said in a demonstration may be forgotten; a start may not fail.
        _log.warning("simulator.state_unreadable")
        return Kept()


def _media_id() -> str:
    return secrets.token_urlsafe(48)


def choices_of(entries: Sequence[Mapping[str, Any]], key: str, text: str) -> tuple[Choice, ...]:
    """The tappable entries of a message, whatever the platform calls their fields."""
    return tuple(Choice(str(entry.get(key) or ""), str(entry.get(text) or "")) for entry in entries)
