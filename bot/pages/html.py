"""网页的样子: the templates, and the headers under which nobody keeps, finds or frames a page of ours."""

from importlib.resources import files
from secrets import token_urlsafe
from typing import Any

from aiohttp import web
from jinja2 import DictLoader, Environment, select_autoescape

_TEMPLATES = files("bot.pages").joinpath("templates")
_ENVIRONMENT = Environment(
    loader=DictLoader(
        {
            name: _TEMPLATES.joinpath(name).read_text(encoding="utf-8")
            for name in ("page.html", "profile.html", "public_notice.html", "recording.html")
        }
    ),
    autoescape=select_autoescape(),
    trim_blocks=True,
    lstrip_blocks=True,
)
"""Read once, at the start: a page waits for no disk."""


def rendered(template: str, **values: Any) -> str:
    """Fill a template."""
    return _ENVIRONMENT.get_template(template).render(**values)


def sorry(status: int, title: str, text: str) -> web.Response:
    """Say kindly why there is nothing to see."""
    nonce = token_urlsafe(16)
    html = rendered("page.html", title=title, text=text, nonce=nonce)
    return web.Response(status=status, text=html, content_type="text/html", headers=headers(nonce))


def headers(nonce: str | None = None, *, media: bool = False) -> dict[str, str]:
    """Nobody keeps it, nobody is told where it was opened from, nobody finds or frames it, and nothing foreign runs.

    `media`: the page plays a sound or shows a picture, of this site only.
    """
    style = f"style-src 'nonce-{nonce}'; " if nonce else ""
    shown = "media-src 'self'; img-src 'self'; " if media else ""
    return {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": f"default-src 'none'; {style}{shown}base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'",
    }
