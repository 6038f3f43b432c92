"""接口: WeChat's and 企业微信's API as the bot calls it, with the rules that bite.

Mounted under one base path that is given to the bot in place of both platforms' own hosts; their paths do not
collide. Errors come as `errcode` in HTTP 200, as from the real ones. Sources: the OA and QY pages named below.
"""

import asyncio
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from aiohttp import web

from bot.simulator.accounts import Side
from bot.simulator.chats import Form, Kind, Phone
from bot.simulator.limits import wrong_field, wrong_menu
from bot.simulator.platform import Call, Platform, choices_of

ERRMSG = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40003: "invalid openid",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40037: "invalid template_id",
    40056: "invalid agentid",
    40066: "invalid url",
    40091: "invalid secret",
    40125: "invalid appsecret",
    41001: "access_token missing",
    42001: "access_token expired",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    46003: "menu no exist",
    47001: "data format error",
    81013: "user & party & tag all invalid",
    82001: "all touser & toparty & totag are empty",
}

_ESCAPED_HAN = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")


class ApiError(Exception):
    """An errcode for the caller."""

    def __init__(self, errcode: int, errmsg: str = "") -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or ERRMSG.get(errcode, "error")


@dataclass(frozen=True)
class Request:
    """One call, read: the query without the token, and the JSON body (an empty object for a GET)."""

    query: Mapping[str, str]
    body: Mapping[str, Any]
    now: datetime


@dataclass(frozen=True)
class File:
    """An answer that is a file."""

    content: bytes
    content_type: str


KEPT_FOR = timedelta(days=3)
"""So long the platforms keep what was sent (临时素材)."""


class Needs(Enum):
    """What a call has to show."""

    NOTHING = auto()
    OFFICIAL_TOKEN = auto()
    WECOM_TOKEN = auto()
    EITHER_TOKEN = auto()


@dataclass(frozen=True)
class Endpoint:
    """One address of the API: who may call it, whether it sends something, and what it does."""

    needs: Needs
    answer: Callable[["Api", Request], "dict[str, Any] | File"]
    sends: bool = False


@dataclass
class Api:
    """The API over one platform. It remembers only what makes repeated sends harmless or limited."""

    platform: Platform
    client_ids: dict[tuple[str, str], datetime] = field(default_factory=dict)
    duplicates: dict[str, datetime] = field(default_factory=dict)
    member_sends: dict[str, list[datetime]] = field(default_factory=dict)
    forced: list[datetime] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one HTTP call, with the faults that are switched on."""
        began = time.monotonic()
        platform = self.platform
        path = "/" + request.match_info["path"]
        raw = await request.read()
        query = dict(request.query)
        token = query.pop("access_token", None)
        try:
            body: Any = json.loads(raw) if raw else {}
        except ValueError:
            body = None
        endpoint = self._endpoint(request.method, path, query)
        try:
            result = self._answer(endpoint, path, token, query, body, raw)
        except ApiError as refused:
            result = {"errcode": refused.errcode, "errmsg": f"{refused.errmsg} rid: {_rid()}"}
        errcode = 0 if isinstance(result, File) else int(result.get("errcode", 0))
        await asyncio.sleep(platform.faults.api_delay)
        call = Call(request.method, path, query, body, errcode, platform.clock.now())
        side = Side.WECOM if endpoint is not None and _is_wecom(path, query) else Side.OFFICIAL
        platform.note_call(side, call, round((time.monotonic() - began) * 1000))
        if endpoint is not None and endpoint.sends and errcode == 0 and platform.faults.take_cut():
            platform.wake()
            if request.transport is not None:
                request.transport.abort()  # what is returned below then goes nowhere
        if isinstance(result, File):
            return web.Response(body=result.content, content_type=result.content_type)
        return web.json_response(result, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    def _endpoint(self, method: str, path: str, query: Mapping[str, str]) -> Endpoint | None:
        if path.startswith("/cgi-bin/menu/") and "agentid" in query:
            return WECOM_MENU.get((method, path))
        return ENDPOINTS.get((method, path))

    def _answer(
        self,
        endpoint: Endpoint | None,
        path: str,
        token: str | None,
        query: dict[str, str],
        body: Any,
        raw: bytes,
    ) -> dict[str, Any] | File:
        if endpoint is None:
            raise ApiError(40066)
        now = self.platform.clock.now()
        self._check_token(endpoint.needs, token, now)
        if endpoint.sends:
            fault = self.platform.faults.take_api_errcode(customer_service=path == "/cgi-bin/message/custom/send")
            if fault:
                raise ApiError(fault)
        if not isinstance(body, dict):
            raise ApiError(47001)
        if endpoint.needs is Needs.OFFICIAL_TOKEN and _ESCAPED_HAN.search(raw):
            raise ApiError(40033)
        return endpoint.answer(self, Request(query, body, now))

    def _check_token(self, needs: Needs, token: str | None, now: datetime) -> None:
        if needs is Needs.NOTHING:
            return
        if not token:
            raise ApiError(41001)
        platform = self.platform
        wecom = needs is Needs.WECOM_TOKEN
        books = [platform.wecom_tokens] if wecom else [platform.stable_tokens, platform.official_tokens]
        if needs is Needs.EITHER_TOKEN:
            books.append(platform.wecom_tokens)
        if any(book.valid(token, now) for book in books):
            return
        if any(book.known(token) for book in books):
            raise ApiError(42001)
        raise ApiError(40014 if wecom else 40001)

    def media(self, request: Request) -> File:
        """What somebody sent, for three days; after that the id is none (OA Get_temporary_materials, QY 90254)."""
        found = self.platform.media.get(request.query.get("media_id", ""))
        if found is None or request.now - found.sent_at > KEPT_FOR:
            raise ApiError(40007)
        return File(found.content, found.content_type)

    # ---- 公众号

    def token(self, request: Request) -> dict[str, Any]:
        """A new access_token; the one before dies after five minutes (OA getAccessToken)."""
        self._check_app(request.query)
        token, life = self.platform.official_tokens.fresh(request.now)
        return {"access_token": token, "expires_in": life}

    def stable_token(self, request: Request) -> dict[str, Any]:
        """The stable access_token; force_refresh at most every 30 s (OA getStableAccessToken)."""
        self._check_app(request.body)
        if request.body.get("force_refresh") is True:
            if self.forced and timedelta() <= request.now - self.forced[-1] < timedelta(seconds=30):
                raise ApiError(45011)
            self.forced.append(request.now)
            token, life = self.platform.stable_tokens.fresh(request.now, overlap=timedelta())
        else:
            token, life = self.platform.stable_tokens.stable(request.now)
        return {"access_token": token, "expires_in": life}

    def _check_app(self, given: Mapping[str, Any]) -> None:
        if given.get("grant_type") != "client_credential":
            raise ApiError(40002, "invalid grant_type")
        if given.get("appid") != self.platform.official.app_id:
            raise ApiError(40013)
        if given.get("secret") != self.platform.official.app_secret:
            raise ApiError(40125)

    def _follower(self, request: Request) -> Phone:
        """Whoever the call names, if a message of the account can reach them."""
        phone = self._user(request)
        if not phone.reachable:
            raise ApiError(43004)
        return phone

    def _user(self, request: Request) -> Phone:
        phone = self.platform.find(str(request.body.get("touser") or ""))
        if phone is None or phone.side is not Side.OFFICIAL:
            raise ApiError(40003)
        return phone

    def custom_send(self, request: Request) -> dict[str, Any]:
        """客服消息: only inside an open window, and only as many as it allows (OA sendCustomMessage)."""
        phone = self._follower(request)
        show = _shown(request.body)
        allowances = phone.open_allowances(request.now)
        if not allowances:
            raise ApiError(45015)
        for allowance in allowances:
            if allowance.left > 0:
                allowance.left -= 1
                break
        else:
            raise ApiError(45047)
        self.platform.land(phone, Kind.SERVICE, show.pop("text"), **show)
        return {"errcode": 0, "errmsg": "ok"}

    def custom_typing(self, request: Request) -> dict[str, Any]:
        """对方正在输入, inside an open window only (OA sendTypingStatus)."""
        phone = self._follower(request)
        if not phone.open_allowances(request.now):
            raise ApiError(45080, "client say hello first")
        command = request.body.get("command")
        if command not in ("Typing", "CancelTyping"):
            raise ApiError(40137, "invalid command")
        self.platform.typing(phone, on=command == "Typing")
        return {"errcode": 0, "errmsg": "ok"}

    def subscribe_send(self, request: Request) -> dict[str, Any]:
        """订阅通知: one accepted subscription, one send; reaches who no longer follows too (OA bizsend)."""
        phone = self._user(request)
        template_id = self._template(request)
        wrong = wrong_field(_data(request))
        if wrong is not None:
            raise ApiError(47003, f"argument invalid! data.{wrong}.value invalid")
        left = phone.subscriptions.get(template_id, 0)
        if phone.blocked or left == 0:
            raise ApiError(43101)
        if left > 0:
            phone.subscriptions[template_id] = left - 1
        self._land_notice(phone, Kind.NOTICE, template_id, request)
        sent = {"TemplateId": template_id, "MsgID": _number(), "ErrorCode": 0, "ErrorStatus": "success"}
        event = {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": [sent]}}
        self.platform.push_later(phone, event)
        return {"errcode": 0, "errmsg": "ok", "msgid": sent["MsgID"]}

    def template_send(self, request: Request) -> dict[str, Any]:
        """模板消息: followers only; the same client_msg_id to one user in ten minutes is sent once."""
        phone = self._follower(request)
        template_id = self._template(request)
        wrong = wrong_field({name: held for name, held in _data(request).items() if name not in ("first", "remark")})
        if wrong is not None:
            raise ApiError(47003, f"argument invalid! data.{wrong}.value invalid")
        number = _number()
        client_id = str(request.body.get("client_msg_id") or "")
        before = self.client_ids.get((phone.account, client_id))
        if client_id and before is not None and request.now - before < timedelta(minutes=10):
            return {"errcode": 0, "errmsg": "ok", "msgid": number}
        self.client_ids[phone.account, client_id] = request.now
        self._land_notice(phone, Kind.TEMPLATE, template_id, request)
        event = {"Event": "TEMPLATESENDJOBFINISH", "MsgID": number, "Status": "success"}
        self.platform.push_later(phone, event)
        return {"errcode": 0, "errmsg": "ok", "msgid": number}

    def _template(self, request: Request) -> str:
        template_id = str(request.body.get("template_id") or "")
        known = self.platform.templates
        if not template_id or (known and template_id not in known):
            raise ApiError(40037)
        return template_id

    def _land_notice(self, phone: Phone, kind: Kind, template_id: str, request: Request) -> None:
        template = self.platform.templates.get(template_id)
        labels = template.labels if template else {}
        lines = tuple((labels.get(name, name), str(held["value"])) for name, held in _data(request).items())
        url = str(request.body.get("page") or request.body.get("url") or "")
        title = self.platform.title_of(template_id)
        text = "\n".join(f"{label}：{value}" for label, value in lines)
        self.platform.land(phone, kind, text, form=Form.CARD, title=title, lines=lines, url=url)

    def menu_create(self, request: Request) -> dict[str, Any]:
        """The 公众号's menu (OA createCustomMenu)."""
        return self._set_menu(Side.OFFICIAL, request)

    def menu_get(self, request: Request) -> dict[str, Any]:
        """The menu as it was created."""
        if Side.OFFICIAL not in self.platform.menus:
            raise ApiError(46003)
        return {"menu": {"button": self.platform.menus[Side.OFFICIAL]}}

    def _set_menu(self, side: Side, request: Request) -> dict[str, Any]:
        buttons = request.body.get("button")
        wrong = wrong_menu(buttons)
        if wrong is not None or not isinstance(buttons, list):
            raise ApiError(*(wrong or (40016, "")))
        self.platform.set_menu(side, buttons)
        return {"errcode": 0, "errmsg": "ok"}

    # ---- 企业微信

    def wecom_token(self, request: Request) -> dict[str, Any]:
        """The application's access_token: the same one while it lives (QY 91039)."""
        if request.query.get("corpid") != self.platform.wecom.corp_id:
            raise ApiError(40013)
        if request.query.get("corpsecret") != self.platform.wecom.secret:
            raise ApiError(40001)
        token, life = self.platform.wecom_tokens.stable(request.now)
        return {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": life}

    def wecom_send(self, request: Request) -> dict[str, Any]:
        """应用消息 to members; who cannot get it is named in invaliduser, lower-cased (QY 90236)."""
        body = request.body
        if str(body.get("agentid")) != str(self.platform.wecom.agent_id):
            raise ApiError(40056)
        named = [userid for userid in str(body.get("touser") or "").split("|") if userid]
        if not named:
            raise ApiError(82001)
        show = _shown(body)
        everybody = self.platform.phones(Side.WECOM)
        members = {phone.account.lower(): phone for phone in everybody if phone.reachable}
        if named == ["@all"]:
            named = list(members)
        invalid = [userid.lower() for userid in named if userid.lower() not in members]
        if len(invalid) == len(named):
            raise ApiError(81013)
        answer = {"errcode": 0, "errmsg": "ok", "msgid": secrets.token_urlsafe(40)}
        if invalid:
            answer["invaliduser"] = "|".join(invalid)
        if body.get("msgtype") == "template_card":
            answer["response_code"] = secrets.token_urlsafe(32)
        if self._said_before(request):
            return answer
        text = show.pop("text")
        for userid in named:
            if userid.lower() in members and self._within_member_limit(userid.lower(), request.now):
                self.platform.land(members[userid.lower()], Kind.APP, text, **show)
        return answer

    def _said_before(self, request: Request) -> bool:
        """enable_duplicate_check: the same request JSON within the interval is taken and not sent again."""
        if request.body.get("enable_duplicate_check") != 1:
            return False
        seconds = min(int(request.body.get("duplicate_check_interval") or 1800), 4 * 3600)
        whole = json.dumps(request.body, sort_keys=True)
        before = self.duplicates.get(whole)
        if before is not None and timedelta() <= request.now - before < timedelta(seconds=seconds):
            return True
        self.duplicates[whole] = request.now
        return False

    def _within_member_limit(self, userid: str, now: datetime) -> bool:
        """Thirty messages a minute to one member; what is more is dropped without a word (QY 90236)."""
        sends = [at for at in self.member_sends.get(userid, []) if timedelta() <= now - at < timedelta(minutes=1)]
        self.member_sends[userid] = sends
        if len(sends) >= 30:
            return False
        sends.append(now)
        return True

    def wecom_menu_create(self, request: Request) -> dict[str, Any]:
        """The application's menu (QY 90231)."""
        self._check_agent(request)
        return self._set_menu(Side.WECOM, request)

    def wecom_menu_get(self, request: Request) -> dict[str, Any]:
        """The application's menu as it was created."""
        self._check_agent(request)
        return {"errcode": 0, "errmsg": "ok", "button": self.platform.menus.get(Side.WECOM, [])}

    def _check_agent(self, request: Request) -> None:
        if request.query.get("agentid") != str(self.platform.wecom.agent_id):
            raise ApiError(40056)


ENDPOINTS = {
    ("GET", "/cgi-bin/token"): Endpoint(Needs.NOTHING, Api.token),
    ("POST", "/cgi-bin/stable_token"): Endpoint(Needs.NOTHING, Api.stable_token),
    ("POST", "/cgi-bin/message/custom/send"): Endpoint(Needs.OFFICIAL_TOKEN, Api.custom_send, sends=True),
    ("POST", "/cgi-bin/message/custom/typing"): Endpoint(Needs.OFFICIAL_TOKEN, Api.custom_typing),
    ("POST", "/cgi-bin/message/subscribe/bizsend"): Endpoint(Needs.OFFICIAL_TOKEN, Api.subscribe_send, sends=True),
    ("POST", "/cgi-bin/message/template/send"): Endpoint(Needs.OFFICIAL_TOKEN, Api.template_send, sends=True),
    ("POST", "/cgi-bin/menu/create"): Endpoint(Needs.OFFICIAL_TOKEN, Api.menu_create),
    ("GET", "/cgi-bin/menu/get"): Endpoint(Needs.OFFICIAL_TOKEN, Api.menu_get),
    ("GET", "/cgi-bin/media/get"): Endpoint(Needs.EITHER_TOKEN, Api.media),
    ("GET", "/cgi-bin/gettoken"): Endpoint(Needs.NOTHING, Api.wecom_token),
    ("POST", "/cgi-bin/message/send"): Endpoint(Needs.WECOM_TOKEN, Api.wecom_send, sends=True),
}
"""Every address there is. Any other is answered 40066, as WeChat does."""

WECOM_MENU = {
    ("POST", "/cgi-bin/menu/create"): Endpoint(Needs.WECOM_TOKEN, Api.wecom_menu_create),
    ("GET", "/cgi-bin/menu/get"): Endpoint(Needs.WECOM_TOKEN, Api.wecom_menu_get),
}
"""The same paths with an agentid are 企业微信's."""


def mount_api(app: web.Application, platform: Platform, base: str) -> Api:
    """Serve the API under that base path."""
    api = Api(platform)
    app.router.add_route("*", base.rstrip("/") + "/{path:.*}", api.handle)
    return api


def _is_wecom(path: str, query: Mapping[str, str]) -> bool:
    return path in ("/cgi-bin/gettoken", "/cgi-bin/message/send") or "agentid" in query


def _data(request: Request) -> dict[str, Any]:
    data = request.body.get("data")
    if not isinstance(data, dict) or not data:
        raise ApiError(47003, "argument invalid! data")
    return data


def _shown(body: Mapping[str, Any]) -> dict[str, Any]:
    """How a 客服消息 or 应用消息 looks in the chat: its text, and further fields of Message."""
    msg_type = str(body.get("msgtype"))
    held = body.get(msg_type)
    if msg_type not in _SHOWN:
        raise ApiError(40008)
    if not isinstance(held, dict):
        raise ApiError(44004)
    return _SHOWN[msg_type](held)


def _text(held: Mapping[str, Any]) -> dict[str, Any]:
    content = str(held.get("content") or "")
    if not content:
        raise ApiError(44004)
    if len(content.encode()) > 2048:
        raise ApiError(45002)
    return {"text": content}


def _msgmenu(held: Mapping[str, Any]) -> dict[str, Any]:
    choices = choices_of(held.get("list") or [], "id", "content")
    tail = str(held.get("tail_content") or "")
    return {"text": str(held.get("head_content") or ""), "form": Form.MENU, "choices": choices, "tail": tail}


def _card(held: Mapping[str, Any]) -> dict[str, Any]:
    title, description = str(held.get("title") or ""), str(held.get("description") or "")
    if len(title.encode()) > 128 or len(description.encode()) > 512:
        raise ApiError(45002)
    return {"text": description, "form": Form.CARD, "title": title, "url": str(held.get("url") or "")}


def _news(held: Mapping[str, Any]) -> dict[str, Any]:
    articles = held.get("articles") or []
    if len(articles) != 1:
        raise ApiError(45008, "article size out of limit")
    return _card(articles[0])


def _template_card(held: Mapping[str, Any]) -> dict[str, Any]:
    main = held.get("main_title") or {}
    rows = held.get("horizontal_content_list") or []
    text = "\n".join(str(part) for part in (main.get("desc"), held.get("sub_title_text")) if part)
    return {
        "text": text,
        "form": Form.CARD,
        "title": str(main.get("title") or ""),
        "lines": tuple((str(row.get("keyname") or ""), str(row.get("value") or "")) for row in rows),
        "choices": choices_of(held.get("button_list") or [], "key", "text"),
        "url": str((held.get("card_action") or {}).get("url") or ""),
        "task_id": str(held.get("task_id") or ""),
    }


_SHOWN: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "text": _text,
    "markdown": _text,
    "msgmenu": _msgmenu,
    "textcard": _card,
    "news": _news,
    "template_card": _template_card,
    "image": lambda _: {"text": "", "form": Form.IMAGE},
    "voice": lambda _: {"text": "", "form": Form.VOICE},
}


def _number() -> int:
    return 10**18 + secrets.randbelow(10**18)


def _rid() -> str:
    return f"{secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
