"""录音和图片: the page on which a household's cadre hears or sees what it left; every opening is in the audit."""

from collections.abc import Awaitable, Callable
from importlib.resources import files
from secrets import token_urlsafe

from aiohttp import web
from jinja2 import DictLoader, Environment, select_autoescape
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import Clock, in_zone_of
from bot.core.telemetry import log
from bot.messages import recordings as say
from bot.pages.health import DATABASE
from bot.pages.limits import Limiter
from storage import access, audit, links, recordings, turns
from storage.households import doorplate
from storage.links import ExpiredLink, WrongLink
from storage.people import Official
from storage.recordings import Recording

CLOCK = web.AppKey("recordings_clock", Clock)
LIMITS = web.AppKey("recordings_limits", Limiter)
OPENED_AT_MOST = 60
"""So often one recording is opened while a link lasts: players ask for it in pieces."""

_PLAYABLE = frozenset({"audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav"})
_TEMPLATES = files("bot.pages").joinpath("templates")
_ENVIRONMENT = Environment(
    loader=DictLoader(
        {name: _TEMPLATES.joinpath(name).read_text(encoding="utf-8") for name in ("page.html", "recording.html")}
    ),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)


async def show(request: web.Request) -> web.Response:
    """The page around it."""

    async def as_page(session: AsyncSession, found: Recording) -> web.Response:
        door = await doorplate(session, found.household_id)
        at = in_zone_of(request.app[CLOCK].now(), found.received_at)
        nonce = token_urlsafe(16)
        html = _ENVIRONMENT.get_template("recording.html").render(
            say=say,
            nonce=nonce,
            title=say.TITLE,
            heading=say.heading(door.head_name, f"{at.month}月{at.day}日"),
            kind=found.kind,
            playable=found.content_type in _PLAYABLE,
            token=request.query.get("t", ""),
        )
        return web.Response(text=html, content_type="text/html", headers=_headers(nonce))

    return await _answer(request, as_page)


async def content(request: web.Request) -> web.Response:
    """The recording or the picture itself."""

    async def as_file(session: AsyncSession, found: Recording) -> web.Response:
        kind, ending = found.content_type or "application/octet-stream", _ENDINGS.get(found.content_type or "", "bin")
        headers = _headers()
        if kind not in _PLAYABLE and not kind.startswith("image/"):
            headers["Content-Disposition"] = f'attachment; filename="recording.{ending}"'
        return web.Response(body=recordings.content_of(session, found), content_type=kind, headers=headers)

    return await _answer(request, as_file)


_ENDINGS = {"audio/amr": "amr", "audio/mpeg": "mp3", "audio/speex": "speex", "image/jpeg": "jpg", "image/png": "png"}


async def _answer(
    request: web.Request, give: Callable[[AsyncSession, Recording], Awaitable[web.Response]]
) -> web.Response:
    """Open the link, see that it is still this cadre's to open, note that it was opened, and show it."""
    now, database = request.app[CLOCK].now(), request.app[DATABASE]
    try:
        link = links.read_for_recording(database.keyring, request.query.get("t", ""), now)
    except ExpiredLink:
        return _sorry(410, say.GONE_TITLE, say.GONE)
    except WrongLink:
        return _sorry(403, say.WRONG_TITLE, say.WRONG)
    if not request.app[LIMITS].may(str(link.recording_id), now):
        return _sorry(429, say.AWAY_TITLE, say.AWAY)
    try:
        async with database.writing() as session:
            [opening] = await turns.openings(session, database.keyring, [("", link.account)])
            official = opening.speaker
            if not isinstance(official, Official):
                return _sorry(403, say.WRONG_TITLE, say.WRONG)
            found = await access.recording_with_id(session, official, link.recording_id)
            if found is None:
                return _sorry(403, say.WRONG_TITLE, say.WRONG)
            await audit.note(
                session,
                actor=f"cadre:{official.cadre_id}",
                action="recording.opened",
                about=[found.household_id],
                now=now,
            )
            answer = await give(session, found)
    except (SQLAlchemyError, OSError) as error:
        log.error("page.store_away", page="recording", error=error)
        return _sorry(503, say.AWAY_TITLE, say.AWAY)
    log.info("page.shown", page="recording", recording=link.recording_id)
    return answer


def _sorry(status: int, title: str, text: str) -> web.Response:
    nonce = token_urlsafe(16)
    html = _ENVIRONMENT.get_template("page.html").render(title=title, text=text, nonce=nonce)
    return web.Response(status=status, text=html, content_type="text/html", headers=_headers(nonce))


def _headers(nonce: str | None = None) -> dict[str, str]:
    """Nobody keeps it, finds it or frames it, and nothing foreign runs; sound and picture come from here alone."""
    style = f"style-src 'nonce-{nonce}'; " if nonce else ""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": f"default-src 'none'; {style}media-src 'self'; img-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'",
    }
