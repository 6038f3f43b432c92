"""A platform with shortened patience and a small bot to talk to: wechatpy on both ends, and real HTTP between."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape

import pytest
import xmltodict
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature
from wechatpy.work.crypto import WeChatCrypto as WorkCrypto

from bot.simulator.accounts import NoticeTemplate, OfficialAccount, Side, WorkApp
from bot.simulator.pages import Holder, mount
from bot.simulator.platform import Platform

OFFICIAL = OfficialAccount(
    account="gh_7f083739789a",
    app_id="wx5823bf96d3bd56c7",
    app_secret="official-secret",
    token="official-token",
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    name="青山县帮扶通",
)
WECOM = WorkApp(
    corp_id="ww1a2b3c4d5e6f7890",
    agent_id=1000002,
    secret="wecom-secret",
    token="wecom-token",
    aes_key="kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR",
)
TEMPLATES = (NoticeTemplate("notice-money", "补贴到账通知", {"thing1": "项目", "amount2": "金额", "time3": "时间"}),)
HOUSEHOLD = "oHousehold000000000000000001"
NEIGHBOUR = "oHousehold000000000000000002"
CADRE = "CadreLi"

OFFICIAL_CRYPTO = WeChatCrypto(OFFICIAL.token, OFFICIAL.aes_key, OFFICIAL.app_id)
WECOM_CRYPTO = WorkCrypto(WECOM.token, WECOM.aes_key, WECOM.corp_id)


class StoppedClock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self._now = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self._now

    def advance_to(self, moment: datetime) -> None:
        self._now = moment


Answer = Callable[[dict[str, str]], Awaitable[web.Response | str | None]]


async def echo(message: dict[str, str]) -> str | None:
    """Say back what was said; nothing to anything else."""
    return f"你说：{message['Content']}" if message["MsgType"] == "text" else None


@dataclass
class StubBot:
    """A bot of the test: keeps what it heard, and answers as the test sets it."""

    answer: Answer = echo
    heard: list[dict[str, str]] = field(default_factory=list)
    requests: list[tuple[str, bytes]] = field(default_factory=list)

    async def official(self, request: web.Request) -> web.Response:
        query = request.query
        check_signature(OFFICIAL.token, query["signature"], query["timestamp"], query["nonce"])
        if request.method == "GET":
            return web.Response(text=query["echostr"])
        assert query["encrypt_type"] == "aes"
        return await self._hear(request, OFFICIAL_CRYPTO)

    async def wecom(self, request: web.Request) -> web.Response:
        query = request.query
        if request.method == "GET":
            parts = (query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"])
            return web.Response(text=WECOM_CRYPTO.check_signature(*parts))
        return await self._hear(request, WECOM_CRYPTO)

    async def _hear(self, request: web.Request, crypto: WeChatCrypto | WorkCrypto) -> web.Response:
        body, query = await request.read(), request.query
        self.requests.append((request.query_string, body))
        plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = xmltodict.parse(plain)["xml"]
        self.heard.append(message)
        answer = await self.answer(message)
        if isinstance(answer, web.Response):
            return answer
        if answer is None:
            return web.Response(text="success")
        return sealed_text(message, answer, crypto)


def sealed_text(message: dict[str, str], text: str, crypto: WeChatCrypto | WorkCrypto) -> web.Response:
    reply = (
        f"<xml><ToUserName>{message['FromUserName']}</ToUserName>"
        f"<FromUserName>{message['ToUserName']}</FromUserName><CreateTime>1772674200</CreateTime>"
        f"<MsgType>text</MsgType><Content>{escape(text)}</Content></xml>"
    )
    return web.Response(text=crypto.encrypt_message(reply, "123"), content_type="text/xml")


@dataclass
class Calling:
    """The bot's side of the API: plain HTTP, the token fetched once."""

    session: ClientSession
    base: str
    tokens: dict[Side, str] = field(default_factory=dict)

    async def __call__(self, path: str, body: object = None, **query: str) -> dict[str, object]:
        side = Side.WECOM if path == "/cgi-bin/message/send" else Side.OFFICIAL
        if side not in self.tokens:
            self.tokens[side] = await self.token(side)
        return await self.post(path, body, access_token=self.tokens[side], **query)

    async def post(self, path: str, body: object, **query: str) -> dict[str, object]:
        async with self.session.post(self.base + path, params=query, json=body) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def get(self, path: str, **query: str) -> dict[str, object]:
        async with self.session.get(self.base + path, params=query) as answer:
            return dict(await answer.json())

    async def token(self, side: Side) -> str:
        if side is Side.WECOM:
            got = await self.get("/cgi-bin/gettoken", corpid=WECOM.corp_id, corpsecret=WECOM.secret)
        else:
            app = {"grant_type": "client_credential", "appid": OFFICIAL.app_id, "secret": OFFICIAL.app_secret}
            got = await self.post("/cgi-bin/stable_token", app)
        return str(got["access_token"])


def raw_json(value: object) -> str:
    """JSON as WeChat wants it: Chinese as it is, not escaped."""
    return json.dumps(value, ensure_ascii=False)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def bot() -> StubBot:
    return StubBot()


@dataclass
class Ringing:
    """The application's scheduler as the page knows it: counts its rings."""

    rung: int = 0

    async def __call__(self) -> None:
        self.rung += 1


async def people(side: Side) -> list[Holder]:
    if side is Side.WECOM:
        return [Holder(CADRE, "李梅", "帮扶干部")]
    return [Holder(HOUSEHOLD, "王秀英", "户主"), Holder(NEIGHBOUR, "赵德发", "户主")]


@pytest.fixture
def ring() -> Ringing:
    return Ringing()


@pytest.fixture
async def platform(bot: StubBot, clock: StoppedClock, ring: Ringing) -> AsyncIterator[Platform]:
    """A platform and a bot on one loopback port: the phones at /simulator, the API under /simulator/api."""
    app = web.Application()
    platform = Platform(OFFICIAL, WECOM, base_url="http://unset", clock=clock, templates=TEMPLATES, answer_within=0.4)
    app.router.add_route("*", "/wechat", bot.official)
    app.router.add_route("*", "/wecom", bot.wecom)
    mount(app, platform, people=people, ring=ring, suggestions={Side.OFFICIAL: ["钱来了没"]})
    server = TestServer(app)
    await server.start_server()
    platform.base_url = str(server.make_url("")).rstrip("/")
    yield platform
    await asyncio.wait_for(platform.settle(), 10)
    await server.close()


@pytest.fixture
async def call(platform: Platform) -> AsyncIterator[Calling]:
    async with ClientSession(json_serialize=raw_json) as session:
        yield Calling(session, platform.base_url + "/simulator/api")
