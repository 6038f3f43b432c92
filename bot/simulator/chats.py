"""聊天: what a phone shows, and what its holder has allowed the account to send."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.simulator.accounts import Side


class Kind(StrEnum):
    """By which way a message came into the chat; the page shows the value as a tag."""

    SAID = "本人"
    DID = "动作"
    REPLY = "回复"
    SERVICE = "客服消息"
    NOTICE = "订阅通知"
    TEMPLATE = "模板消息"
    APP = "应用消息"
    FAULT = "故障提示"


class Form(StrEnum):
    """How a message looks."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    LOCATION = "location"
    CARD = "card"
    MENU = "menu"
    ACTION = "action"


class Touch(StrEnum):
    """What opens the customer-service window: each has its own count and length."""

    MESSAGE = "message"
    TAP = "tap"
    FOLLOW = "follow"
    SCAN = "scan"


@dataclass(frozen=True)
class Choice:
    """Something in a message that can be tapped."""

    key: str
    text: str


@dataclass(frozen=True)
class Message:
    """One thing in a chat. `number` grows over the whole platform, so a page can ask for what is new."""

    number: int
    kind: Kind
    text: str
    at: datetime
    form: Form = Form.TEXT
    title: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    url: str = ""
    choices: tuple[Choice, ...] = ()
    tail: str = ""
    task_id: str = ""


@dataclass
class Allowance:
    """How many 客服消息 one touch still allows, and until when."""

    left: int
    until: datetime


# Rules since 2023-06-12, OA api_sendcustommessage: five messages in 48 hours after the user speaks, three in
# one minute after a menu tap (a tap in a msgmenu too), a follow or the scan of a scene QR.
ALLOWED = {
    Touch.MESSAGE: (5, timedelta(hours=48)),
    Touch.TAP: (3, timedelta(minutes=1)),
    Touch.FOLLOW: (3, timedelta(minutes=1)),
    Touch.SCAN: (3, timedelta(minutes=1)),
}

LONG_TERM = -1
"""In `Phone.subscriptions`: a 长期订阅, which sending does not use up."""


@dataclass
class Phone:
    """One account's phone: its chat with us and everything the platform remembers about it."""

    side: Side
    account: str
    following: bool = True
    blocked: bool = False
    messages: list[Message] = field(default_factory=list)
    subscriptions: dict[str, int] = field(default_factory=dict)
    allowances: dict[Touch, Allowance] = field(default_factory=dict)
    last_event: int = 0
    typing_until: datetime | None = None

    def touched(self, touch: Touch, now: datetime) -> None:
        """Open, or fill up again, the window that this touch gives."""
        count, length = ALLOWED[touch]
        self.allowances[touch] = Allowance(left=count, until=now + length)

    def open_allowances(self, now: datetime) -> list[Allowance]:
        """The windows still open, used up or not, the one that closes first in front."""
        return sorted((a for a in self.allowances.values() if now < a.until), key=lambda a: a.until)

    @property
    def reachable(self) -> bool:
        """Whether the account may put anything into this chat at all."""
        return self.following and not self.blocked
