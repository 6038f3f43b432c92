"""推送与回复: what WeChat and WeCom push to us, as one plain record, and the text that answers it.

Fields follow the WeChat docs (Receiving_standard_messages, Receiving_event_pushes,
subscription_messages/push) and WeCom's. A kind or event nobody has heard of is still a push, with all its raw
fields.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b
from typing import TypeAlias

from bot.wechat.markup import Field, Format, Malformed, Reason, drop_unwanted, read

SUCCESS = b"success"
"""The answer that says: heard, nothing to reply. It goes out unencrypted, in every mode."""

TEXT_LIMIT = 2048
"""UTF-8 bytes in a passive text reply; one more and the person reads WeChat's fault notice instead."""


class BadPush(Malformed):
    """The opened payload is not a push. `reason` says why; answer 4xx and nothing else."""


class Kind(StrEnum):
    """The push's MsgType; UNKNOWN keeps whatever else comes, readable in `fields`."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    SHORTVIDEO = "shortvideo"
    LOCATION = "location"
    LINK = "link"
    FILE = "file"
    EVENT = "event"
    UNKNOWN = "unknown"


_KINDS = {kind.value: kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Push:
    """One message or event. What a push does not carry is empty text, or None for a place.

    `key` is the same for every delivery of one push and for no other: 32 hex digits. `event` is in lower
    case, as the platforms disagree (CLICK, click). `fields` holds everything as it was written: leaves as
    text, structures as mappings, repeated elements as tuples.
    """

    key: str
    format: Format
    to: str
    sender: str
    created_at: int
    kind: Kind
    fields: Mapping[str, Field] = field(hash=False)
    event: str = ""
    event_key: str = ""
    text: str = ""
    message_id: str = ""
    media_id: str = ""
    agent_id: str = ""
    menu_id: str = ""
    latitude: float | None = None
    longitude: float | None = None
    label: str = ""

    def leaf(self, name: str) -> str:
        """Give another plain field by WeChat's name (Ticket, Status, TaskId …), empty when not there."""
        return _leaf(self.fields, name)


def parse(plaintext: bytes) -> Push:
    """Read one opened push, XML or JSON; anything that is not one raises BadPush."""
    try:
        form, fields = read(plaintext)
    except Malformed as flaw:
        raise BadPush(flaw.reason) from flaw

    event = event_key = text = media_id = menu_id = label = ""
    latitude = longitude = None
    kind = _KINDS.get(_required(fields, "MsgType").lower(), Kind.UNKNOWN)
    match kind:
        case Kind.TEXT:
            text = _plain(fields, "Content")
            menu_id = _leaf(fields, "bizmsgmenuid")
        case Kind.EVENT:
            event = _required(fields, "Event").lower()
            event_key = _leaf(fields, "EventKey")
            latitude, longitude, label = _place_of_event(event, fields)
            if "SendPicsInfo" in fields:
                fields["SendPicsInfo"] = _one_picture_list(fields["SendPicsInfo"])
        case Kind.LOCATION:
            latitude, longitude, label = _place(fields, "Location_X", "Location_Y")
        case _:
            media_id = _leaf(fields, "MediaId")

    return Push(
        # The payload holds every field that tells pushes apart (MsgId alone, or sender and second, have been
        # seen to collide), and WeChat's retries repeat it to the byte.
        key=blake2b(plaintext, digest_size=16).hexdigest(),
        format=form,
        to=_required(fields, "ToUserName"),
        sender=_required(fields, "FromUserName"),
        created_at=int(_digits(_required(fields, "CreateTime"), most=11)),
        kind=kind,
        fields=fields,
        event=event,
        event_key=event_key,
        text=text,
        message_id=_message_id(fields),
        media_id=media_id,
        agent_id=_leaf(fields, "AgentID"),
        menu_id=menu_id,
        latitude=latitude,
        longitude=longitude,
        label=label,
    )


class SubscriptionStep(StrEnum):
    """What happened to a subscription notice (订阅通知)."""

    ANSWERED = "answered"  # the person accepted or rejected it in the pop-up
    CHANGED = "changed"  # the person switched it in the settings; WeChat pushes only the switching off
    SENT = "sent"  # one we sent was delivered, or not


_SUBSCRIPTION_STEPS = {
    "subscribe_msg_popup_event": ("SubscribeMsgPopupEvent", SubscriptionStep.ANSWERED),
    "subscribe_msg_change_event": ("SubscribeMsgChangeEvent", SubscriptionStep.CHANGED),
    "subscribe_msg_sent_event": ("SubscribeMsgSentEvent", SubscriptionStep.SENT),
}


@dataclass(frozen=True, slots=True)
class SubscriptionChange:
    """One template's news: `accepted` for an answer or a change, None for a sent one; the rest for that.

    A sent one arrived when `error_code` is "0"; `message_id` is the id our send was given.
    """

    template_id: str
    step: SubscriptionStep
    accepted: bool | None
    message_id: str = ""
    error_code: str = ""
    error_status: str = ""


def subscriptions(push: Push) -> list[SubscriptionChange]:
    """List what a push says of subscription notices; empty for every other push."""
    if push.event not in _SUBSCRIPTION_STEPS:
        return []
    name, step = _SUBSCRIPTION_STEPS[push.event]
    structure = push.fields.get(name)
    entries = structure.get("List", ()) if isinstance(structure, Mapping) else ()
    changes = []
    for entry in entries:
        if not isinstance(entry, Mapping) or not _leaf(entry, "TemplateId"):
            continue
        sent = step is SubscriptionStep.SENT
        changes.append(
            SubscriptionChange(
                template_id=_leaf(entry, "TemplateId"),
                step=step,
                accepted=None if sent else _leaf(entry, "SubscribeStatusString") == "accept",
                message_id=_leaf(entry, "MsgID"),
                error_code=_leaf(entry, "ErrorCode"),
                error_status=_leaf(entry, "ErrorStatus"),
            )
        )
    return changes


def text_reply(to: str, sender: str, created_at: int, text: str, format: Format = Format.XML) -> bytes:
    """Render a text reply for 公众号 and WeCom alike, cut to what WeChat takes.

    `to` is the push's sender and `sender` its `to`. An empty text raises ValueError: WeChat shows its fault
    notice for one, so whoever has nothing to say answers SUCCESS.
    """
    shown, _ = fit(drop_unwanted(text))
    if not shown.strip():
        raise ValueError("A reply needs words; answer SUCCESS to say nothing.")
    if format is Format.JSON:
        reply = {
            "ToUserName": to,
            "FromUserName": sender,
            "CreateTime": created_at,
            "MsgType": "text",
            "Content": shown,
        }
        return json.dumps(reply, ensure_ascii=False).encode()
    return (
        f"<xml><ToUserName>{_cdata(to)}</ToUserName>"
        f"<FromUserName>{_cdata(sender)}</FromUserName>"
        f"<CreateTime>{created_at}</CreateTime>"
        "<MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{_cdata(shown)}</Content></xml>"
    ).encode()


def fit(text: str, limit: int = TEXT_LIMIT, more: str = "…") -> tuple[str, str]:
    """Split off as much of the text as fits into `limit` UTF-8 bytes: what to show, and the rest.

    What is shown of a longer text ends in `more`; the rest goes on exactly where it stopped, so shown without
    `more`, and rest, make the text again. A character is never split, nor one drawn from several code points.
    """
    # No character takes more than four bytes, so most texts need no counting.
    if len(text) * 4 <= limit:
        return text, ""
    encoded = text.encode("utf-8", "surrogatepass")
    if len(encoded) <= limit:
        return text, ""
    room = limit - len(more.encode())
    if room < 4:
        raise ValueError("The limit leaves no room for a character.")
    # Step back from the middle of a character: its later bytes all begin with the bits 10.
    while encoded[room] & 0xC0 == 0x80:
        room -= 1
    at = len(encoded[:room].decode("utf-8", "surrogatepass"))
    at = _whole_character(text, at)
    return text[:at] + more, text[at:]


def _whole_character(text: str, at: int) -> int:
    """Move a cut back before a character drawn from several code points (accents, families, skin tones)."""
    earliest = max(at - 16, 1)
    for cut in range(at, earliest - 1, -1):
        joined_before = text[cut - 1] == "\u200d"
        if not joined_before and not _joins(text[cut]):
            return cut
    return at


def _joins(character: str) -> bool:
    return (
        character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.category(character) in ("Mn", "Me")
    )


def _cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def _leaf(fields: Mapping[str, Field], name: str) -> str:
    value = fields.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _required(fields: Mapping[str, Field], name: str) -> str:
    value = _leaf(fields, name)
    if not value:
        raise BadPush(Reason.MISSING_FIELD)
    return value


def _plain(fields: Mapping[str, Field], name: str) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str):
        raise BadPush(Reason.NOT_PLAIN_TEXT)
    return value


def _digits(value: str, most: int) -> str:
    if len(value) > most or not (value.isascii() and value.isdigit()):
        raise BadPush(Reason.NOT_A_NUMBER)
    return value


def _message_id(fields: Mapping[str, Field]) -> str:
    # Messages say MsgId; TEMPLATESENDJOBFINISH and its like say MsgID.
    value = (_plain(fields, "MsgId") or _plain(fields, "MsgID")).strip()
    return _digits(value, most=32) if value else ""


_COORDINATE = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,20})?")


_Place: TypeAlias = "tuple[float | None, float | None, str]"


def _place_of_event(event: str, fields: Mapping[str, Field]) -> _Place:
    if event == "location":
        return _place(fields, "Latitude", "Longitude")
    chosen = fields.get("SendLocationInfo")
    if event == "location_select" and isinstance(chosen, Mapping):
        return _place(chosen, "Location_X", "Location_Y")
    return None, None, ""


def _place(fields: Mapping[str, Field], latitude_name: str, longitude_name: str) -> _Place:
    """Read latitude, longitude (GCJ-02) and name of a place; numbers not on Earth are no place."""
    latitude = _coordinate(_leaf(fields, latitude_name), 90)
    longitude = _coordinate(_leaf(fields, longitude_name), 180)
    if latitude is None or longitude is None:
        latitude = longitude = None
    return latitude, longitude, _leaf(fields, "Label")


def _coordinate(value: str, most: int) -> float | None:
    if _COORDINATE.fullmatch(value) is None:
        return None
    number = float(value)
    return number if -most <= number <= most else None


def _one_picture_list(info: Field) -> Field:
    """Gather the pictures of SendPicsInfo: WeCom repeats PicList for each, 公众号 repeats item inside one."""
    if not isinstance(info, Mapping):
        return info
    lists = info.get("PicList", "")
    pictures: list[Field] = []
    for entry in lists if isinstance(lists, tuple) else (lists,):
        if isinstance(entry, Mapping):
            items = entry.get("item", (entry,))
            pictures.extend(items if isinstance(items, tuple) else (items,))
    return {**info, "PicList": {"item": tuple(pictures)}}
