"""录音和图片: the page on which a household's cadre hears or sees what it left; every opening is in the audit."""

from collections.abc import Awaitable, Callable
from secrets import token_urlsafe

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core.clock import Clock, in_zone_of
from bot.core.telemetry import log
from bot.messages import recordings as say
from bot.pages.health import DATABASE
from bot.pages.html import headers, rendered, sorry
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


async def show(request: web.Request) -> web.Response:
    """The page around it."""

    async def as_page(session: AsyncSession, found: Recording) -> web.Response:
        door = await doorplate(session, found.household_id)
        at = in_zone_of(request.app[CLOCK].now(), found.received_at)
        nonce = token_urlsafe(16)
        html = rendered(
            "recording.html",
            say=say,
            nonce=nonce,
            title=say.title(found.kind, door.head_name),
            received=say.received(at.month, at.day),
            kind=found.kind,
            playable=found.content_type in _PLAYABLE,
            token=request.query.get("t", ""),
        )
        return web.Response(text=html, content_type="text/html", headers=headers(nonce, media=True))

    return await _answer(request, as_page)


async def content(request: web.Request) -> web.Response:
    """The recording or the picture itself."""

    async def as_file(session: AsyncSession, found: Recording) -> web.Response:
        kind, ending = found.content_type or "application/octet-stream", _ENDINGS.get(found.content_type or "", "bin")
        shown = headers()
        if kind not in _PLAYABLE and not kind.startswith("image/"):
            shown["Content-Disposition"] = f'attachment; filename="recording.{ending}"'
        return web.Response(body=recordings.content_of(session, found), content_type=kind, headers=shown)

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
        return sorry(410, say.GONE_TITLE, say.GONE)
    except WrongLink:
        return sorry(403, say.WRONG_TITLE, say.WRONG)
    if not request.app[LIMITS].may(str(link.recording_id), now):
        return sorry(429, say.AWAY_TITLE, say.AWAY)
    try:
        async with database.writing() as session:
            [opening] = await turns.openings(session, database.keyring, [("", link.account)])
            official = opening.speaker
            if not isinstance(official, Official):
                return sorry(403, say.WRONG_TITLE, say.WRONG)
            found = await access.recording_with_id(session, official, link.recording_id)
            if found is None:
                return sorry(403, say.WRONG_TITLE, say.WRONG)
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
        return sorry(503, say.AWAY_TITLE, say.AWAY)
    log.info("page.shown", page="recording", recording=link.recording_id)
    return answer
