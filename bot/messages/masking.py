"""遮掩: how much of a number or a name people see. Nowhere else is one cut short.

What a person must compare with what is in their hand keeps its end; the rest is never shown, printed or exported
where these are used.
"""

import re

SHOWN = 4
HIDDEN = "…"
_STAR = "*"
_LONG_NUMBER = re.compile(r"[0-9]{4,}([0-9]{3}[0-9Xx])")


def last_digits(number: str | None) -> str | None:
    """Give the last four of a telephone, identity or card number, for 尾号1234; None where there are no more."""
    return None if number is None or len(number) <= SHOWN else number[-SHOWN:]


def number(whole: str | None) -> str | None:
    """Give a telephone, identity or card number by its end: …1234. A number too short to be one shows nothing."""
    return None if whole is None else f"{HIDDEN}{last_digits(whole) or ''}"


def in_text(words: str) -> str:
    """Give a free text in which every long number, perhaps a card's or a person's, shows only its end."""
    return _LONG_NUMBER.sub(rf"{HIDDEN}\1", words)


def account(key: str) -> str:
    """Give an openid or a WeCom user id by its platform and its end: wechat:…x7Qw."""
    platform, parted, name = key.rpartition(":")
    return f"{platform}{parted}{number(name)}"


def name(whole: str) -> str:
    """Give a name as public lists show it: 王*国, 李*, 欧**雪."""
    if len(whole) < 3:
        return whole[:1] + _STAR * (len(whole) - 1)
    return whole[0] + _STAR * (len(whole) - 2) + whole[-1]
