"""WeChat's and WeCom's API and an SMS gateway, answering as a test tells them to."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from aiohttp import web

CUSTOM_SEND = "/cgi-bin/message/custom/send"
BIZSEND = "/cgi-bin/message/subscribe/bizsend"
APP_SEND = "/cgi-bin/message/send"
STABLE_TOKEN = "/cgi-bin/stable_token"
GETTOKEN = "/cgi-bin/gettoken"
SMS = "/sms"


class Trouble(Enum):
    HTML = "html"
    BAD_GATEWAY = "bad gateway"
    HANGS = "hangs"
    CUT = "cut"
    NO_ERRCODE = "no errcode"


@dataclass
class Call:
    path: str
    raw: bytes
    body: dict[str, Any]
    token: str


@dataclass
class FakePlatform:
    """Answers each call with what was laid out for its path, else with success."""

    answers: defaultdict[str, deque[Mapping[str, Any] | Trouble | int]] = field(
        default_factory=lambda: defaultdict(deque)
    )
    calls: list[Call] = field(default_factory=list)
    tokens: int = 0
    forced: int = 0
    hanging: asyncio.Event = field(default_factory=asyncio.Event)

    def answer(self, path: str, *answers: Mapping[str, Any] | Trouble | int) -> None:
        """What the next calls of that path get, an errcode or a body or a trouble each."""
        self.answers[path].extend(answers)

    def to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def texts(self, path: str) -> list[str]:
        return [call.body["text"]["content"] for call in self.to(path)]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw) if raw else {}
        self.calls.append(Call(request.path, raw, body, request.query.get("access_token", "")))
        if self.answers[request.path]:
            answer = self.answers[request.path].popleft()
        elif request.path in (STABLE_TOKEN, GETTOKEN):
            return self._token(body)
        else:
            answer = {"errcode": 0, "errmsg": "ok"}
        if isinstance(answer, int):
            return web.json_response({"errcode": answer, "errmsg": "rid: never to be read"})
        if isinstance(answer, Mapping):
            return web.json_response(answer)
        match answer:
            case Trouble.HTML:
                return web.Response(text="<html>系统繁忙</html>", content_type="text/html")
            case Trouble.BAD_GATEWAY:
                return web.Response(status=502, text="<html>502</html>", content_type="text/html")
            case Trouble.NO_ERRCODE:
                return web.json_response({"msgid": 1})
            case Trouble.HANGS:
                await self.hanging.wait()
            case Trouble.CUT:
                assert request.transport is not None
                request.transport.close()
        return web.Response()

    def _token(self, body: Mapping[str, Any]) -> web.Response:
        """stable_token gives the same token as before unless it is forced."""
        if body.get("force_refresh") or self.tokens == 0:
            self.tokens += 1
            self.forced += bool(body.get("force_refresh"))
        return web.json_response({"access_token": f"token-{self.tokens}", "expires_in": 7200})
