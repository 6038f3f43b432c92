"""接口: WeChat's and WeCom's API, called on aiohttp, every answer read and told apart.

WeChat answers errors with HTTP 200: only `errcode` counts, and no errcode is a success. What matters most is
whether a call may have arrived: refused before it left is `TryLater`, cut or unreadable after it left is `Unknown`.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError

from bot.core.errors import Broken, SendError, TryLater, TryOther, Unknown
from bot.core.telemetry import log
from bot.outbound.tokens import MARGIN, Token, TokenKeeper, TokenStore
from bot.wechat.errcodes import Action, Platform, action_of, meaning_of

TIMEOUT = ClientTimeout(total=8, sock_connect=3)
TEXT_BYTES = 2048
"""So much of a text both platforms take (OA sendCustomMessage; QY 90236: the rest is cut)."""

DUPLICATES_DROPPED_FOR = timedelta(hours=4)
"""The longest `duplicate_check_interval` WeCom takes (QY 90236)."""

_BACKOFF = (0.3, 0.9)
"""Seconds between the three tries of a call that may be made again."""

_DELAY = timedelta(minutes=1)
_DELAY_OF_USER = timedelta(minutes=30)
_WECOM_RESET = timedelta(minutes=15)
_NEW_DAY = time(0, 5)


def open_http() -> ClientSession:
    """Open the session for calls that leave this machine; close it at the end."""
    return ClientSession(timeout=TIMEOUT)


def fit(text: str, limit: int = TEXT_BYTES) -> str:
    """Cut a text to so many bytes of UTF-8, between two characters."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: limit - len("…".encode())].decode(errors="ignore") + "…"


class NotThere(SendError):
    """A medium that the platform has no more, or that is none we take: not to be had, however often it is tried."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A medium as it came."""

    content: bytes


_NO_SUCH_MEDIUM = frozenset({40004, 40007, 40009})
"""invalid media type, invalid media_id, invalid image size (OA Return_codes; QY 90313)."""


@dataclass(eq=False)
class _Api:
    """Calls with a token: refreshed once when refused, backed off when busy, held back while a quota is used up."""

    http: ClientSession
    platform: Platform
    base: str
    keeper: TokenKeeper
    _held_until: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    async def post(
        self, path: str, body: Mapping[str, Any], *, now: datetime, repeatable: bool = False
    ) -> Mapping[str, Any]:
        """Make one call and give its answer. `repeatable`: the platform drops a second one, so it may be tried again.

        Raises:
            SendError: in the kind that says what to do next.
        """
        self._refuse_while_held(path, now)
        token = await self.keeper.token(now)
        waits = iter(_BACKOFF if repeatable else ())
        refreshed = False
        while True:
            answer = await exchange(self.http, "POST", f"{self.base}{path}", {"access_token": token}, body)
            errcode = errcode_of(answer)
            action = action_of(errcode, self.platform)
            if action is Action.OK:
                return answer
            if action is Action.REFRESH_TOKEN and not refreshed:
                refreshed = True
                token = await self.keeper.instead_of(token, now)
            elif action is Action.RETRY and (wait := next(waits, None)) is not None:
                await asyncio.sleep(wait)
            else:
                raise self._error(path, errcode, action, now, repeatable=repeatable)

    async def media(self, media_id: str, *, now: datetime, largest: int) -> Fetched:
        """Fetch a temporary medium (OA Get_temporary_materials, QY 90254), of so many bytes at the most.

        Raises:
            NotThere: it is gone, is too large, or is a video, of which WeChat gives an address only.
            SendError: in the kind that says what to do next.
        """
        token = await self.keeper.token(now)
        for refreshed in (False, True):
            query = {"access_token": token, "media_id": media_id}
            answer = await download(self.http, f"{self.base}/cgi-bin/media/get", query, largest)
            if isinstance(answer, Fetched):
                return answer
            errcode = errcode_of(answer)
            action = action_of(errcode, self.platform)
            if action is Action.REFRESH_TOKEN and not refreshed:
                token = await self.keeper.instead_of(token, now)
            elif errcode in _NO_SUCH_MEDIUM or action is Action.OK:
                raise NotThere(errcode)
            else:
                raise error_of(errcode, action, self.platform, now, repeatable=True)
        raise TryLater

    def _refuse_while_held(self, path: str, now: datetime) -> None:
        until, errcode = self._held_until.get(path, (now, 0))
        if now < until:
            raise TryLater(errcode, after=until - now)

    def _error(self, path: str, errcode: int, action: Action, now: datetime, *, repeatable: bool) -> SendError:
        error = error_of(errcode, action, self.platform, now, repeatable=repeatable)
        if isinstance(error, TryLater) and action in (Action.STOP_UNTIL_RESET, Action.DELAY):
            # Everybody else's call would be refused as well, and counted.
            self._held_until[path] = (now + error.after, errcode)
        if isinstance(error, Broken):
            meaning = meaning_of(errcode, self.platform)
            log.error("api.broken", platform=str(self.platform), path=path, errcode=errcode, meaning=meaning)
        return error


def error_of(errcode: int, action: Action, platform: Platform, now: datetime, *, repeatable: bool) -> SendError:
    """Say what an errcode means for what was to be sent."""
    match action:
        case Action.RETRY:
            # "Busy" to a call that could arrive twice: nobody says that it did not arrive once.
            return TryLater(errcode, after=_DELAY) if repeatable else Unknown(errcode)
        case Action.DELAY:
            return TryLater(errcode, after=_DELAY)
        case Action.DELAY_USER:
            return TryLater(errcode, after=_DELAY_OF_USER)
        case Action.STOP_UNTIL_RESET:
            # 公众号 counts by the day, WeCom by the minute and the hour (QY 90236: blocked for up to 60 minutes).
            reset = _WECOM_RESET if platform is Platform.WECOM else _until_new_day(now)
            return TryLater(errcode, after=reset)
        case Action.UNREACHABLE_USER:
            return TryOther(errcode, unreachable=True)
        case Action.GIVE_UP_USER | Action.FALL_BACK:
            return TryOther(errcode)
        case _:
            # Refused again with a new token, a wrong message, a wrong setting: ours to mend.
            return Broken(errcode)


def _until_new_day(now: datetime) -> timedelta:
    return datetime.combine(now.date() + timedelta(days=1), _NEW_DAY, now.tzinfo) - now


def errcode_of(answer: Mapping[str, Any]) -> int:
    """Read the errcode; successes of some calls carry none."""
    errcode = answer.get("errcode") or 0
    try:
        return int(errcode)
    except (TypeError, ValueError):
        raise Unknown from None


async def exchange(
    http: ClientSession,
    method: str,
    url: str,
    query: Mapping[str, str],
    body: Mapping[str, Any] | None,
) -> Mapping[str, Any]:
    """Make one HTTP call and give its JSON object.

    Raises:
        TryLater: it did not leave this machine, or was refused unread.
        Broken: the address does not answer such calls.
        Unknown: it left, and no answer came that can be read; a gateway's error page says nothing either.
    """
    # Raw UTF-8: WeChat shows \uXXXX escapes as they are, or refuses them (40033).
    data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"} if data is not None else {}
    try:
        async with http.request(method, url, params=query, data=data, headers=headers, allow_redirects=False) as answer:
            status, raw = answer.status, await answer.read()
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise TryLater from error
    except (ClientError, TimeoutError, OSError) as error:
        raise Unknown from error
    if status in (429, 503):
        raise TryLater
    if 300 <= status < 500:
        raise Broken
    try:
        found = json.loads(raw) if status == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Unknown
    return found


async def download(
    http: ClientSession, url: str, query: Mapping[str, str], largest: int
) -> Fetched | Mapping[str, Any]:
    """Fetch a file, or the JSON object that says why there is none.

    Raises:
        NotThere: it is larger than wanted.
        TryLater: no answer came that can be read; nothing was changed by asking.
    """
    try:
        async with http.get(url, params=query, allow_redirects=False) as answer:
            if answer.status != 200:
                raise TryLater
            content = await answer.content.read(largest + 1)
            while len(content) <= largest and (more := await answer.content.read(largest + 1 - len(content))):
                content += more
            kind = answer.content_type
    except (ClientError, TimeoutError, OSError) as error:
        raise TryLater from error
    if kind not in ("application/json", "text/plain"):
        if len(content) > largest:
            raise NotThere
        return Fetched(content)
    try:
        found = json.loads(content)
    except ValueError as error:
        raise TryLater from error
    if not isinstance(found, dict):
        raise TryLater
    return found


async def _fetch_token(
    http: ClientSession,
    platform: Platform,
    now: datetime,
    method: str,
    url: str,
    *,
    query: Mapping[str, str],
    body: Mapping[str, Any] | None,
) -> Token:
    """Ask for a token. Nothing was sent to anybody yet, so whatever fails here may be tried again."""
    waits = iter(_BACKOFF)
    while True:
        try:
            answer = await exchange(http, method, url, query, body)
            errcode = errcode_of(answer)
        except Unknown as error:
            raise TryLater from error
        action = action_of(errcode, platform)
        if action is Action.RETRY and (wait := next(waits, None)) is not None:
            await asyncio.sleep(wait)
            continue
        if action is not Action.OK:
            meaning = meaning_of(errcode, platform)
            log.error("api.no_token", platform=str(platform), errcode=errcode, meaning=meaning)
            raise error_of(errcode, action, platform, now, repeatable=True)
        try:
            return Token(str(answer["access_token"]), now + timedelta(seconds=int(answer["expires_in"])) - MARGIN)
        except (KeyError, TypeError, ValueError) as error:
            raise TryLater from error


class WeChatApi:
    """公众号's API."""

    def __init__(self, http: ClientSession, tokens: TokenStore, *, base: str, app_id: str, app_secret: str) -> None:
        async def fetch(now: datetime, force: bool) -> Token:
            # stable_token: several processes cannot invalidate each other's (OA getStableAccessToken).
            body = {
                "grant_type": "client_credential",
                "appid": app_id,
                "secret": app_secret,
                "force_refresh": force,
            }
            url = f"{base}/cgi-bin/stable_token"
            return await _fetch_token(http, Platform.OFFICIAL_ACCOUNT, now, "POST", url, query={}, body=body)

        keeper = TokenKeeper(f"wechat:{app_id}", tokens, fetch)
        self._api = _Api(http, Platform.OFFICIAL_ACCOUNT, base, keeper)

    async def check(self, *, now: datetime) -> None:
        """Prove that the credentials hold and that this machine may call; raises SendError."""
        await self._api.keeper.token(now)

    async def post(self, path: str, body: Mapping[str, Any], *, now: datetime) -> Mapping[str, Any]:
        """Make any other call (the menu, say) and give its answer; raises SendError."""
        return await self._api.post(path, body, now=now)

    async def media(self, media_id: str, *, now: datetime, largest: int) -> Fetched:
        """Fetch what a follower sent; raises SendError, and NotThere for good."""
        return await self._api.media(media_id, now=now, largest=largest)

    async def send_text(self, openid: str, text: str, *, now: datetime) -> None:
        """客服消息: only inside the 48 hours after the user spoke, five at most; raises SendError."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": fit(text)}}
        await self._api.post("/cgi-bin/message/custom/send", body, now=now)

    async def send_notice(self, openid: str, template: str, fields: Mapping[str, str], *, now: datetime) -> None:
        """订阅通知: to who has accepted a notice of this template; raises SendError."""
        data = {name: {"value": value} for name, value in fields.items()}
        body = {"touser": openid, "template_id": template, "data": data}
        await self._api.post("/cgi-bin/message/subscribe/bizsend", body, now=now)


class WeComApi:
    """企业微信's API, for one self-built app."""

    def __init__(
        self, http: ClientSession, tokens: TokenStore, *, base: str, corp_id: str, agent_id: int, secret: str
    ) -> None:
        async def fetch(now: datetime, _force: bool) -> Token:
            query = {"corpid": corp_id, "corpsecret": secret}
            url = f"{base}/cgi-bin/gettoken"
            return await _fetch_token(http, Platform.WECOM, now, "GET", url, query=query, body=None)

        self._agent_id = agent_id
        keeper = TokenKeeper(f"wecom:{corp_id}:{agent_id}", tokens, fetch)
        self._api = _Api(http, Platform.WECOM, base, keeper)

    async def check(self, *, now: datetime) -> None:
        """Prove that the credentials hold and that this machine may call; raises SendError."""
        await self._api.keeper.token(now)

    async def media(self, media_id: str, *, now: datetime, largest: int) -> Fetched:
        """Fetch what a member sent; raises SendError, and NotThere for good."""
        return await self._api.media(media_id, now=now, largest=largest)

    async def send_text(self, user: str, text: str, *, now: datetime) -> None:
        """应用消息: the same within four hours is dropped, so in doubt it is tried again; raises SendError."""
        body = {
            "touser": user,
            "msgtype": "text",
            "agentid": self._agent_id,
            "text": {"content": fit(text)},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": int(DUPLICATES_DROPPED_FOR.total_seconds()),
        }
        answer = await self._api.post("/cgi-bin/message/send", body, now=now, repeatable=True)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            # A success to nobody: WeCom says ok and names whom it left out (QY 90236).
            raise TryOther
