"""返回码: what to do about each errcode WeChat and WeCom answer with.

Read `errcode`, never `errmsg`: its words and request ids change from call to call. Sources: the error pages
of both platforms (WeCom path 90313) and what other SDKs and the developer community report.
"""

from dataclasses import dataclass
from enum import StrEnum


class Platform(StrEnum):
    """Whose answer it is; one number can mean two things (48002)."""

    OFFICIAL_ACCOUNT = "oa"
    WECOM = "wecom"


class Action(StrEnum):
    """What the caller does next."""

    OK = "ok"
    RETRY = "retry"  # back off, at most three times, and only what is safe to send twice
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 (once, compare-and-swap; then alarm)
    UNREACHABLE_USER = "unreachable_user"  # mark the person, use another channel
    GIVE_UP_USER = "give_up_user"  # the recipient's id is wrong: stop sending to it
    FALL_BACK = "fall_back"  # this message by another channel
    DELAY = "delay"  # slow down
    DELAY_USER = "delay_user"  # slow down for this person
    STOP_UNTIL_RESET = "stop_until_reset"  # the quota of this API is used up
    GIVE_UP_MESSAGE = "give_up_message"  # the message is wrong: no retry
    ALARM = "alarm"  # settings or permission: stop and call the operator


@dataclass(frozen=True, slots=True)
class Errcode:
    """One row of the table; no platform means both."""

    code: int
    platform: Platform | None
    action: Action
    meaning: str


_OA = Platform.OFFICIAL_ACCOUNT
_WECOM = Platform.WECOM

ERRCODES = (
    Errcode(0, None, Action.OK, "success"),
    Errcode(-1, None, Action.RETRY, "system busy"),
    Errcode(40001, None, Action.REFRESH_TOKEN, "bad credential, or the token was replaced"),
    Errcode(40014, None, Action.REFRESH_TOKEN, "invalid access token"),
    Errcode(42001, None, Action.REFRESH_TOKEN, "access token expired"),
    Errcode(43004, _OA, Action.UNREACHABLE_USER, "the recipient does not follow"),
    Errcode(50005, _OA, Action.UNREACHABLE_USER, "the user has not followed"),
    Errcode(43019, _OA, Action.UNREACHABLE_USER, "the user is on the account's blacklist"),
    Errcode(48002, _OA, Action.UNREACHABLE_USER, "the user refuses messages from this account"),
    Errcode(40003, _OA, Action.GIVE_UP_USER, "invalid openid, or another account's"),
    Errcode(60011, _WECOM, Action.GIVE_UP_USER, "no permission on this member"),
    Errcode(60111, _WECOM, Action.GIVE_UP_USER, "no such member"),
    Errcode(81013, _WECOM, Action.GIVE_UP_USER, "no valid recipient at all"),
    Errcode(43101, _OA, Action.FALL_BACK, "no subscription left for this template"),
    Errcode(45015, _OA, Action.FALL_BACK, "outside the customer-service window"),
    Errcode(45047, _OA, Action.FALL_BACK, "customer-service messages used up"),
    Errcode(45011, None, Action.DELAY, "too many calls a minute"),
    Errcode(45033, _WECOM, Action.DELAY, "too many calls at once"),
    Errcode(43117, _OA, Action.DELAY_USER, "too often for this openid"),
    Errcode(45009, None, Action.STOP_UNTIL_RESET, "API quota used up: of the day, in WeCom of the minute or hour"),
    Errcode(40033, _OA, Action.GIVE_UP_MESSAGE, "escaped Chinese in the JSON: send raw UTF-8"),
    Errcode(40037, None, Action.GIVE_UP_MESSAGE, "invalid template id"),
    Errcode(41030, _OA, Action.GIVE_UP_MESSAGE, "invalid page"),
    Errcode(45002, _OA, Action.GIVE_UP_MESSAGE, "content too long"),
    Errcode(45008, _OA, Action.GIVE_UP_MESSAGE, "too many articles"),
    Errcode(45067, _OA, Action.GIVE_UP_MESSAGE, "clientmsgid too long"),
    Errcode(47001, _OA, Action.GIVE_UP_MESSAGE, "the body is not JSON"),
    Errcode(47003, _OA, Action.GIVE_UP_MESSAGE, "a template field breaks its rule"),
    Errcode(82001, _WECOM, Action.GIVE_UP_MESSAGE, "no recipient given"),
    Errcode(40013, None, Action.ALARM, "wrong AppID or CorpID"),
    Errcode(40125, _OA, Action.ALARM, "wrong secret"),
    Errcode(40164, _OA, Action.ALARM, "this machine's address is not on the whitelist"),
    Errcode(40243, _OA, Action.ALARM, "the AppSecret is frozen"),
    Errcode(48001, _OA, Action.ALARM, "API not authorised for this account"),
    Errcode(48004, _OA, Action.ALARM, "API banned"),
    Errcode(48006, _OA, Action.ALARM, "clear_quota itself used up"),
    Errcode(50002, _OA, Action.ALARM, "the account is restricted"),
    Errcode(61004, _OA, Action.ALARM, "this machine's address is not on the whitelist"),
    Errcode(65320, _OA, Action.ALARM, "menus by gender, region or language are gone: use tags"),
    Errcode(89503, _OA, Action.ALARM, "this machine's address waits for the administrator"),
    Errcode(40056, _WECOM, Action.ALARM, "invalid AgentId"),
    Errcode(40091, _WECOM, Action.ALARM, "wrong secret"),
    Errcode(48002, _WECOM, Action.ALARM, "API forbidden for this app"),
    Errcode(60020, _WECOM, Action.ALARM, "this machine's address is not trusted"),
    Errcode(301002, _WECOM, Action.ALARM, "this app may not be used with this secret"),
)
"""Every errcode we know what to do about, by what to do."""

_BY_CODE = {
    (row.code, platform): row for row in ERRCODES for platform in ([row.platform] if row.platform else Platform)
}


def action_of(errcode: int, platform: Platform) -> Action:
    """Say what to do; for a code nobody has told us of, give this message up and let the rest go on."""
    row = _BY_CODE.get((errcode, platform))
    return row.action if row else Action.GIVE_UP_MESSAGE


def meaning_of(errcode: int, platform: Platform) -> str:
    """Say for the operator what a code means; for one not in the table wechatpy's name of it, or nothing."""
    row = _BY_CODE.get((errcode, platform))
    if row:
        return row.meaning
    return name_of(errcode).replace("_", " ") if platform is Platform.OFFICIAL_ACCOUNT else ""


def name_of(errcode: int) -> str:
    """Give the 公众号 code's name as wechatpy writes it, in lower case; empty when it has none."""
    # Imported here: it brings all of wechatpy, a quarter of a second, for a code few ever see.
    from wechatpy.constants import WeChatErrorCode

    try:
        return str(WeChatErrorCode(errcode).name).lower()
    except ValueError:
        return ""
