"""A pretend WeChat for tests: phones that seal, sign, post and redeliver as WeChat does, and its API."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import Bot, build, web_application
from bot.core.clock import MovableClock
from bot.core.speech import Listener
from bot.settings import Settings
from bot.simulator.accounts import NoticeTemplate, OfficialAccount, Side, WorkApp, settings_of
from bot.simulator.api import mount_api
from bot.simulator.platform import Platform
from storage.people import Account
from storage.people import Platform as World
from storage.sealing import Cipher
from tests import databases

PAGES_URL = "https://bangfu.example.gov.cn"
"""Where the county says phones reach its pages; `WeChat.page` opens them."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
TEMPLATE = NoticeTemplate("tmpl-deadline", "办理提醒", {"thing1": "事项", "time2": "截止时间", "thing3": "说明"})
OFFICIAL = OfficialAccount(
    account="gh_0123456789ab",
    app_id="wx0123456789abcdef",
    app_secret="secret-of-the-official-account",
    token="TokenOfTheAccount",
    aes_key="abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
)
WECOM = WorkApp(
    corp_id="ww0123456789abcdef",
    agent_id=1000002,
    secret="secret-of-the-work-app",
    token="TokenOfTheWorkApp",
    aes_key="0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg",
)


def settings(database_url: str, api_base: str = "http://127.0.0.1:9") -> Settings:
    """Settings as an operator would write them for these two accounts."""
    official, work = settings_of(OFFICIAL, WECOM, api_base=api_base, template=TEMPLATE)
    return Settings(
        database_url=database_url,
        redis_url=None,
        secret_keys=(databases.KEY,),
        cipher=Cipher.AES,
        public_url=PAGES_URL,
        county="wangcang",
        sms_url=None,
        zone=SHANGHAI,
        official=official,
        work=work,
    )


class TimeMachine(MovableClock):
    """The clock of bot, platform and phones alike: it stands where it is put."""

    def __init__(self) -> None:
        super().__init__(SHANGHAI)
        self._at = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)

    def now(self) -> datetime:
        """The present; it moves on by a second each time somebody speaks."""
        return self._at

    def move_to(self, at: str | datetime) -> None:
        """Be at another time, earlier or later."""
        moved = datetime.fromisoformat(at) if isinstance(at, str) else at
        self._at = moved.astimezone(SHANGHAI) if moved.tzinfo else moved.replace(tzinfo=SHANGHAI)

    def advance_to(self, at: datetime) -> None:
        """Be at a later time."""
        self._at = max(self._at, at)

    def tick(self) -> None:
        """Let a second pass."""
        self._at += timedelta(seconds=1)


@dataclass
class Phone:
    """Somebody's phone. Everything it does travels over HTTP to the real application."""

    platform: Platform
    account: str
    clock: TimeMachine

    async def says(self, text: str) -> str:
        """Send a text; gives what the person reads as the reply, or nothing."""
        self.clock.tick()
        return (await self.platform.say(self.account, text)).text

    async def sends_voice(self) -> str:
        """Send a voice message; gives what the person reads as the reply."""
        self.clock.tick()
        return (await self.platform.send_voice(self.account)).text

    async def sends_picture(self) -> str:
        """Send a picture; gives what the person reads as the reply."""
        self.clock.tick()
        return (await self.platform.send_image(self.account)).text

    async def retries(self) -> str:
        """WeChat delivers the last message again, to the letter."""
        return (await self.platform.redeliver_last(self.account)).text

    async def taps(self, key: str) -> str:
        """Tap an entry of the menu."""
        self.clock.tick()
        return (await self.platform.tap_menu(self.account, key)).text

    async def follows(self) -> str:
        """Follow the account; gives its welcome."""
        self.clock.tick()
        return (await self.platform.follow(self.account)).text

    async def scans(self, scene: str) -> str:
        """Scan a code of the account."""
        self.clock.tick()
        return (await self.platform.scan(self.account, scene)).text

    def chat(self) -> list[str]:
        """Everything that reached this phone, with its kind, oldest first."""
        return [f"{message.kind}：{message.text}" for message in self.platform.chat(self.account)]


class WeChat:
    """The platform, the bot it talks to, and the phones."""

    def __init__(self, store_url: str) -> None:
        self.store_url = store_url
        self.clock = TimeMachine()
        self.listener: Listener | None = None
        self._server: TestServer | None = None
        self._api: TestServer | None = None

    async def open(self) -> None:
        """Start the bot over the store, and the platform with its API."""
        self.platform = Platform(
            OFFICIAL, WECOM, base_url="http://unset", clock=self.clock, templates=[TEMPLATE], answer_within=5.0
        )
        api = web.Application()
        mount_api(api, self.platform, "")
        self._api = TestServer(api)
        await self._api.start_server()
        await self.start_bot()

    async def start_bot(self) -> None:
        """Start a bot process, as after a restart."""
        assert self._api is not None
        self.bot: Bot = await build(
            settings(self.store_url, str(self._api.make_url("")).rstrip("/")), self.clock, listener=self.listener
        )
        self._server = TestServer(web_application(self.bot))
        await self._server.start_server()
        self.platform.base_url = str(self._server.make_url("")).rstrip("/")

    async def stop_bot(self) -> None:
        """Stop the bot process."""
        assert self._server is not None
        await self._server.close()

    async def close(self) -> None:
        """Stop everything."""
        await self.platform.close()
        await self.stop_bot()
        assert self._api is not None
        await self._api.close()

    def page(self, url: str) -> str:
        """Where a page of ours is really served, for a browser of the test."""
        return url.replace(PAGES_URL, self.platform.base_url)

    def phone(self, account: Account) -> Phone:
        """The phone of an account, following."""
        side = Side.OFFICIAL if account.platform is World.WECHAT else Side.WECOM
        self.platform.add_phone(side, account.name)
        return Phone(self.platform, account.name, self.clock)
