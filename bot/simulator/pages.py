"""网页: two phones in the browser, over one platform.

The page holds no state of its own: it shows `/simulator/state`, waits there for a change, and posts what a
thumb does to `/simulator/do/…`. Everything here is for loopback; who mounts it decides that.
"""

import dataclasses
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.simulator.accounts import Side
from bot.simulator.api import mount_api
from bot.simulator.chats import LONG_TERM, Message, Phone
from bot.simulator.faults import API_ERRCODES, Faults
from bot.simulator.platform import Platform

_HERE = Path(__file__).parent
_WAIT = 20.0
"""Seconds a page waits for a change before it asks again."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)


@dataclass(frozen=True)
class Holder:
    """Somebody who may hold a phone: their account, their name, and a word on who they are."""

    account: str
    title: str
    note: str = ""


People = Callable[[Side], Awaitable[Sequence[Holder]]]
"""Who can hold a phone of that platform, in the order to be shown. Asked again at every change."""


class Ring(Protocol):
    """The application's scheduler, rung once: plans and delivers what is due at the clock's present."""

    async def __call__(self) -> None:
        """Run the ticks and return when what was due has been sent."""


def mount(
    app: web.Application,
    platform: Platform,
    *,
    people: People,
    ring: Ring,
    suggestions: Mapping[Side, Sequence[str]] | None = None,
    api_base: str = "/simulator/api",
) -> None:
    """Serve the phones at /simulator and the API under `api_base`; close the platform with the application.

    At the start everybody of `people` is given a phone that follows, so that reminders reach them before
    anyone has opened the page.
    """
    page = _Page(platform, people, ring, suggestions or {})
    mount_api(app, platform, api_base)
    app.router.add_get("/simulator", page.html)
    app.router.add_get("/simulator/state", page.state)
    app.router.add_post("/simulator/do/{action}", page.do)
    app.router.add_static("/simulator/static", _HERE / "static")
    app.on_startup.append(page.give_phones)
    app.on_shutdown.append(page.let_go)
    app.on_cleanup.append(page.close)


Deed = Callable[["_Page", dict[str, Any]], Awaitable[dict[str, Any]]]


class _Page:
    def __init__(
        self, platform: Platform, people: People, ring: Ring, suggestions: Mapping[Side, Sequence[str]]
    ) -> None:
        self._platform = platform
        self._people = people
        self._ring = ring
        self._suggestions = suggestions
        self._html = (_HERE / "templates" / "simulator.html").read_text(encoding="utf-8")
        self._leaving = False

    async def give_phones(self, _: web.Application) -> None:
        for side in Side:
            await self._holders(side)

    async def let_go(self, _: web.Application) -> None:
        self._leaving = True
        self._platform.wake()

    async def close(self, _: web.Application) -> None:
        await self._platform.close()

    async def html(self, _: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
        return web.Response(text=self._html, content_type="text/html", headers=headers)

    async def state(self, request: web.Request) -> web.Response:
        """Everything the page shows; with `version`, only once something has changed after it."""
        platform, query = self._platform, request.query
        version = query.get("version", "")
        if version.isdecimal() and not self._leaving:
            await platform.changed(int(version), within=_WAIT)
        version_shown = platform.version
        sides = {side.value: await self._side(side, query.get(side.value, "")) for side in Side}
        return _json(
            {
                "version": version_shown,
                "now": self._local(platform.clock.now()),
                "sides": sides,
                "faults": dataclasses.asdict(platform.faults),
                "errcodes": API_ERRCODES,
                "log": [{**dataclasses.asdict(line), "at": self._local(line.at)} for line in platform.log[-40:]],
            }
        )

    async def do(self, request: web.Request) -> web.Response:
        """One thing done on the page. Only the page itself can ask: a form of another site sends no JSON."""
        deed = _DEEDS.get(request.match_info["action"])
        if deed is None:
            raise web.HTTPNotFound
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        try:
            given = await request.json()
            if not isinstance(given, dict):
                raise web.HTTPBadRequest
            answer = await deed(self, given)
        except (KeyError, ValueError, TypeError) as wrong:
            raise web.HTTPBadRequest from wrong
        return _json(answer)

    # ---- what is shown

    async def _side(self, side: Side, account: str) -> dict[str, Any]:
        holders = await self._holders(side)
        phone = self._platform.find(account)
        if phone is None or phone.side is not side:
            phone = self._platform.find(holders[0].account) if holders else None
        known = {holder.account for holder in holders}
        newcomers = [held.account for held in self._platform.phones(side) if held.account not in known]
        account_shown = self._platform.official if side is Side.OFFICIAL else self._platform.wecom
        return {
            "name": account_shown.name,
            "menu": self._platform.menus.get(side, []),
            "people": [dataclasses.asdict(holder) for holder in holders],
            "newcomers": newcomers,
            "suggestions": list(self._suggestions.get(side, ())),
            "phone": None if phone is None else self._phone(phone),
        }

    async def _holders(self, side: Side) -> Sequence[Holder]:
        holders = await self._people(side)
        for holder in holders:
            self._platform.add_phone(side, holder.account)
        return holders

    def _phone(self, phone: Phone) -> dict[str, Any]:
        typing = phone.typing_until is not None and self._platform.clock.now() < phone.typing_until
        return {
            "account": phone.account,
            "following": phone.following,
            "blocked": phone.blocked,
            "typing": typing,
            "messages": [self._message(message) for message in phone.messages],
            "can_redeliver": self._platform.can_redeliver(phone.account),
            "templates": [
                {
                    "id": template.id,
                    "title": template.title,
                    "left": max(0, phone.subscriptions.get(template.id, 0)),
                    "long_term": phone.subscriptions.get(template.id) == LONG_TERM,
                }
                for template in self._platform.templates.values()
            ],
        }

    def _message(self, message: Message) -> dict[str, Any]:
        return {**dataclasses.asdict(message), "at": self._local(message.at)}

    def _local(self, at: datetime) -> str:
        return at.astimezone(self._platform.clock.now().tzinfo).strftime("%Y-%m-%dT%H:%M:%S")

    # ---- what is done; what goes to the bot goes on by itself, and the page sees it come

    async def say(self, given: dict[str, Any]) -> dict[str, Any]:
        text = str(given["text"]).strip()
        if not text or len(text) > 2000:
            raise ValueError("text")
        menu_id = given.get("menu_id")
        phone = self._following(given)
        self._platform.start(self._platform.say(phone.account, text, menu_id=None if menu_id is None else str(menu_id)))
        return {}

    async def send(self, given: dict[str, Any]) -> dict[str, Any]:
        account, platform = self._following(given).account, self._platform
        match given["form"]:
            case "image":
                platform.start(platform.send_image(account))
            case "voice":
                platform.start(platform.send_voice(account))
            case "location":
                place = (float(given["latitude"]), float(given["longitude"]), str(given["label"]))
                platform.start(platform.send_location(account, *place))
            case _:
                raise ValueError("form")
        return {}

    async def tap(self, given: dict[str, Any]) -> dict[str, Any]:
        account, key = self._following(given).account, str(given["key"])
        if "number" in given:
            self._platform.start(self._platform.tap_card(account, int(given["number"]), key))
        else:
            self._platform.start(self._platform.tap_menu(account, key))
        return {}

    async def follow(self, given: dict[str, Any]) -> dict[str, Any]:
        phone = self._phone_of(given)
        if phone.following != bool(given["on"]):
            change = self._platform.follow if given["on"] else self._platform.unfollow
            self._platform.start(change(phone.account))
        return {}

    async def block(self, given: dict[str, Any]) -> dict[str, Any]:
        self._platform.block(self._phone_of(given).account, blocked=bool(given["on"]))
        return {}

    async def scan(self, given: dict[str, Any]) -> dict[str, Any]:
        self._platform.start(self._platform.scan(self._phone_of(given).account, str(given["scene"])))
        return {}

    async def subscription(self, given: dict[str, Any]) -> dict[str, Any]:
        account, template_id = self._following(given).account, str(given["template"])
        match given["answer"]:
            case "accept":
                self._platform.start(self._platform.subscribe(account, template_id))
            case "always":
                self._platform.start(self._platform.subscribe(account, template_id, long_term=True))
            case "refuse":
                self._platform.start(self._platform.refuse(account, template_id))
            case "withdraw":
                self._platform.start(self._platform.withdraw(account, template_id))
            case _:
                raise ValueError("answer")
        return {}

    async def newcomer(self, given: dict[str, Any]) -> dict[str, Any]:
        phone = self._platform.new_phone(Side(given["side"]))
        self._platform.start(self._platform.follow(phone.account))
        return {"account": phone.account}

    async def redeliver(self, given: dict[str, Any]) -> dict[str, Any]:
        phone = self._phone_of(given)
        if not self._platform.can_redeliver(phone.account):
            return {"result": "nothing"}
        outcome = await self._platform.redeliver_last(phone.account)
        return {"result": outcome.result, "text": outcome.text}

    async def faults(self, given: dict[str, Any]) -> dict[str, Any]:
        faults = dataclasses.replace(self._platform.faults)
        for name, value in given.items():
            setattr(faults, name, _FAULT_READERS[name](value))
        self._platform.set_faults(faults)
        return {}

    async def clock(self, given: dict[str, Any]) -> dict[str, Any]:
        """Move ahead to the named moment, or stay, and let the scheduler ring."""
        clock = self._platform.clock
        moment = _moment(str(given["to"]), clock.now())
        if moment is not None:
            clock.advance_to(moment)
        self._platform.wake()
        await self._ring()
        self._platform.wake()
        return {"now": self._local(clock.now())}

    async def forget(self, _: dict[str, Any]) -> dict[str, Any]:
        self._platform.forget()
        return {}

    def _phone_of(self, given: dict[str, Any]) -> Phone:
        phone = self._platform.find(str(given["account"]))
        if phone is None:
            raise KeyError("account")
        return phone

    def _following(self, given: dict[str, Any]) -> Phone:
        phone = self._phone_of(given)
        if not phone.following:
            raise ValueError("account")
        return phone


_DEEDS: dict[str, Deed] = {
    "say": _Page.say,
    "send": _Page.send,
    "tap": _Page.tap,
    "follow": _Page.follow,
    "block": _Page.block,
    "scan": _Page.scan,
    "subscription": _Page.subscription,
    "newcomer": _Page.newcomer,
    "redeliver": _Page.redeliver,
    "faults": _Page.faults,
    "clock": _Page.clock,
    "forget": _Page.forget,
}

_FAULT_READERS: dict[str, Callable[[Any], Any]] = {
    "answer_delay": lambda value: min(max(float(value), 0.0), 60.0),
    "lost_answers": lambda value: min(max(int(value), 0), 10),
    "api_delay": lambda value: min(max(float(value), 0.0), 60.0),
    "api_errcode": int,
    "api_errcode_once": bool,
    "cut_after_accept": bool,
    "cut_once": bool,
}
assert {held.name for held in dataclasses.fields(Faults)} == set(_FAULT_READERS)


def _moment(name: str, now: datetime) -> datetime | None:
    """The moment a clock button means; None for the present one."""
    nine = time(9, 0)
    match name:
        case "now":
            return None
        case "hour":
            return now + timedelta(hours=1)
        case "tomorrow":
            return datetime.combine(now.date() + timedelta(days=1), nine, now.tzinfo)
        case "month":
            first = (now.date().replace(day=1) + timedelta(days=32)).replace(day=1)
            return datetime.combine(first, nine, now.tzinfo)
        case _:
            at = datetime.fromisoformat(name)
            return at if at.tzinfo is not None else at.replace(tzinfo=now.tzinfo)


def _json(value: dict[str, Any]) -> web.Response:
    headers = {"Cache-Control": "no-store"}
    return web.json_response(value, dumps=lambda held: json.dumps(held, ensure_ascii=False), headers=headers)
