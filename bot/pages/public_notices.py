"""公示的网页: one list, for whoever was given its address, on a phone or printed, while it hangs and not a day longer.

Personal data are kept in sight only as long as the notice needs them (个人信息保护法 第十九条): when the days are over,
or the list was taken down, the page says so and names nobody. The address holds no personal data and cannot be
guessed (`public_notices.page_of`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import local_date
from bot.core.telemetry import log
from bot.messages import public_notices as say
from bot.messages.benefits import yuan
from bot.messages.public_notices import Notice
from bot.pages.health import DATABASE
from bot.pages.html import headers, rendered, sorry
from bot.pages.limits import Limiter
from bot.pages.profiles import CLOCK
from storage import public_notices as notices

OPENED_AT_MOST = 600
OPENED_WITHIN = timedelta(minutes=10)
"""So often one list is opened: a whole village on the evening it was posted, and no more."""
LIMITS = web.AppKey("public_notice_limits", Limiter)


async def show(request: web.Request) -> web.Response:
    """Show one list, or say why there is nothing to see."""
    now = request.app[CLOCK].now()
    database = request.app[DATABASE]
    number = notices.number_of_page(database.keyring, request.match_info["page"])
    if number is None:
        return sorry(404, say.WRONG_TITLE, say.WRONG_LINK)
    if not request.app[LIMITS].may(number, now):
        return sorry(429, say.TOO_OFTEN_TITLE, say.TOO_OFTEN)
    try:
        async with database.reading() as session:
            notice = await notices.numbered(session, number)
            if notice is None:
                return sorry(404, say.WRONG_TITLE, say.WRONG_LINK)
            state = notices.state_on(notice, local_date(now))
            if state == "hanging":
                log.info("page.shown", page="public_notice", notice=notice.id)
                return _page(await notices.as_shown(session, notice), now)
    except (SQLAlchemyError, OSError) as error:
        log.error("page.store_away", page="public_notice", error=error)
        return sorry(503, say.AWAY_TITLE, say.AWAY)
    if state == "waiting":
        return sorry(200, say.NOT_YET_TITLE, say.not_yet(notice.opens_on))
    if state == "withdrawn":
        return sorry(410, say.WITHDRAWN_TITLE, say.WITHDRAWN)
    return sorry(410, say.OVER_TITLE, say.over(notice.contact))


def _page(notice: Notice, now: datetime) -> web.Response:
    nonce = token_urlsafe(16)
    headings, rows = _table(notice)
    html = rendered(
        "public_notice.html",
        say=say,
        nonce=nonce,
        title=say.title(notice.village, notice.benefit, notice.stage),
        number=say.of_number(notice.number),
        period=say.period(notice.opens_on, notice.closes_on),
        left=say.left(notice.closes_on, local_date(now)),
        headings=headings,
        rows=rows,
        in_all=say.in_all(len(notice.lines)),
        notes=[
            say.WHY_UNNAMED if say.unnamed(notice.lines) else say.HOW_MASKED,
            f"{say.where(notice.contact)}。",
            say.HOW_TO_SAY,
        ],
        issuer=say.issuer(notice.village, notice.township, notice.stage),
        day=say.day_of(notice.opens_on),
    )
    return web.Response(text=html, content_type="text/html", headers=headers(nonce))


def _table(notice: Notice) -> tuple[Sequence[str], list[list[str]]]:
    """Give headings and cells, without the columns nobody of the list has anything in."""
    rows = [
        (
            str(line.position),
            line.group or "",
            line.name,
            "" if line.persons is None else str(line.persons),
            "" if line.amount_fen is None else yuan(line.amount_fen),
        )
        for line in notice.lines
    ]
    kept = [place for place in range(len(say.HEADINGS)) if any(row[place] for row in rows)]
    return [say.HEADINGS[place] for place in kept], [[row[place] for place in kept] for row in rows]
