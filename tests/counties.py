"""Conversations in another county than the sample's: the pipeline over a store, with that county's catalogue."""

from datetime import datetime
from itertools import count
from pathlib import Path

from bot.app import ROUTES
from bot.core.clock import Clock
from bot.inbound.pipeline import Pipeline
from bot.wechat.push import parse
from policies.catalogue import load_county, read_county
from storage.database import Database
from tests.village import Helper, House

_ids = count(1)


class StandingClock(Clock):
    """The present stays where it was put."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """The present."""
        return self._now


class Chats:
    """The bot of one county: what it answers whom. `county` is the name of a pack, or the directory of one."""

    def __init__(self, database: Database, county: str | Path, now: datetime) -> None:
        found = read_county(county) if isinstance(county, Path) else load_county(county)
        self._pipeline = Pipeline(database, StandingClock(now), found, ROUTES)

    async def says(self, who: House | Helper, text: str) -> str:
        """Give the answer to a text."""
        assert who.account is not None, "this household is not bound"
        payload = (
            f"<xml><ToUserName>gh_1</ToUserName><FromUserName>{who.account.name}</FromUserName>"
            f"<CreateTime>1780000000</CreateTime><MsgType>text</MsgType><Content>{text}</Content>"
            f"<MsgId>{next(_ids)}</MsgId></xml>"
        ).encode()
        return await self._pipeline.hear(who.account, parse(payload), payload) or ""
