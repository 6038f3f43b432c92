"""线路: pushes sealed and replies opened as WeChat does it, by wechatpy and not by the bot's own code.

Field sets: OA Receiving_standard_messages, Receiving_event_pushes; QY 90238 ff. for 企业微信.
"""

import re
import secrets
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import WeChatException
from wechatpy.utils import WeChatSigner
from wechatpy.work.crypto import WeChatCrypto as WorkCrypto

from bot.simulator.accounts import OfficialAccount, Side, WorkApp

REPLY_LIMIT = 2048
"""Bytes of UTF-8 in a text reply; one more and the user sees the fault notice (measured by the community)."""

REPLY_TYPES = {
    Side.OFFICIAL: {"text", "image", "voice", "video", "music", "news", "transfer_customer_service"},
    Side.WECOM: {"text", "image", "voice", "video", "news", "update_button", "update_template_card"},
}

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Fields = Mapping[str, object]


class BadAnswer(Exception):
    """The bot's answer is nothing WeChat could show: the user gets the fault notice instead."""


@dataclass(frozen=True)
class Push:
    """One callback, sealed and signed. A redelivery is this very object posted again."""

    side: Side
    account: str
    path: str
    query: dict[str, str]
    body: bytes
    what: str


@dataclass(frozen=True)
class Article:
    """One picture-and-text entry of a news reply."""

    title: str
    description: str
    url: str


@dataclass(frozen=True)
class Answer:
    """What a reply says, opened."""

    msg_type: str
    text: str = ""
    articles: tuple[Article, ...] = ()


class Wire:
    """Seals what goes to the bot and opens what comes back, for both platforms."""

    def __init__(self, official: OfficialAccount, wecom: WorkApp) -> None:
        self._official = official
        self._wecom = wecom
        self._official_crypto = WeChatCrypto(official.token, official.aes_key, official.app_id)
        self._wecom_crypto = WorkCrypto(wecom.token, wecom.aes_key, wecom.corp_id)

    def seal(self, side: Side, account: str, fields: Fields, *, at: int, what: str) -> Push:
        """One push in safe mode: the query and body WeChat would send at that second."""
        addressee = self._official.account if side is Side.OFFICIAL else self._wecom.corp_id
        message: dict[str, object] = {"ToUserName": addressee, "FromUserName": account, **fields}
        if side is Side.WECOM:
            message["AgentID"] = self._wecom.agent_id
        timestamp, nonce = str(at), str(secrets.randbelow(10**10))
        sealed = xmltodict.parse(self._crypto(side).encrypt_message(render(message), nonce, timestamp))["xml"]
        envelope: dict[str, object] = {"ToUserName": addressee}
        if side is Side.WECOM:
            envelope["AgentID"] = str(self._wecom.agent_id)
        envelope["Encrypt"] = sealed["Encrypt"]
        query = {"msg_signature": str(sealed["MsgSignature"]), "timestamp": timestamp, "nonce": nonce}
        if side is Side.OFFICIAL:
            signature = self._sign(self._official.token, timestamp, nonce)
            query = {"signature": signature, "openid": account, "encrypt_type": "aes", **query}
        return Push(side, account, f"/{_PATHS[side]}", query, render(envelope).encode(), what)

    def verification(self, side: Side, echo: str, *, at: int) -> tuple[str, dict[str, str]]:
        """The GET that proves who answers at the callback address: its path and query (接入验证)."""
        timestamp, nonce = str(at), str(secrets.randbelow(10**10))
        query = {"timestamp": timestamp, "nonce": nonce}
        if side is Side.OFFICIAL:
            query |= {"signature": self._sign(self._official.token, timestamp, nonce), "echostr": echo}
        else:
            sealed = xmltodict.parse(self._wecom_crypto.encrypt_message(echo, nonce, timestamp))["xml"]
            query |= {"msg_signature": sealed["MsgSignature"], "echostr": sealed["Encrypt"]}
        return f"/{_PATHS[side]}", query

    def open(self, push: Push, body: bytes) -> Answer | None:
        """The answer to that push; None where the bot chose to say nothing. Raises BadAnswer."""
        if body in (b"", b"success"):
            return None
        try:
            envelope = xmltodict.parse(body.decode())["xml"]
            plain = self._crypto(push.side).decrypt_message(
                envelope, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"]
            )
            reply = xmltodict.parse(plain)["xml"]
        except (ExpatError, WeChatException, ValueError, LookupError, TypeError, struct.error) as wrong:
            raise BadAnswer(f"cannot be opened: {type(wrong).__name__}") from wrong
        if not isinstance(reply, dict):
            raise BadAnswer("empty XML")
        return self._read(push, reply)

    def _read(self, push: Push, reply: dict[str, object]) -> Answer:
        addressee = self._official.account if push.side is Side.OFFICIAL else self._wecom.corp_id
        if reply.get("ToUserName") != push.account or reply.get("FromUserName") != addressee:
            raise BadAnswer("ToUserName and FromUserName are not the push's, turned round")
        if not str(reply.get("CreateTime") or "").isdecimal():
            raise BadAnswer("CreateTime is not a number of seconds")
        msg_type = str(reply.get("MsgType"))
        if msg_type not in REPLY_TYPES[push.side]:
            raise BadAnswer(f"MsgType {msg_type}")
        if msg_type == "text":
            text = reply.get("Content")
            if not isinstance(text, str) or not text:
                raise BadAnswer("text without Content")
            if len(text.encode()) > REPLY_LIMIT:
                raise BadAnswer(f"text of {len(text.encode())} bytes")
            return Answer(msg_type, text)
        if msg_type == "news":
            return Answer(msg_type, articles=_articles(reply))
        return Answer(msg_type)

    def _crypto(self, side: Side) -> WeChatCrypto | WorkCrypto:
        return self._official_crypto if side is Side.OFFICIAL else self._wecom_crypto

    @staticmethod
    def _sign(*parts: str) -> str:
        signer = WeChatSigner()
        signer.add_data(*parts)
        return str(signer.signature)


_PATHS = {Side.OFFICIAL: "wechat", Side.WECOM: "wecom"}


def render(fields: Fields) -> str:
    """The fields as WeChat's XML: text in CDATA, numbers bare, a list as repeated elements."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def _element(name: str, value: object) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(inner, held) for inner, held in value.items())}</{name}>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(_element(name, held) for held in value)
    if isinstance(value, int | float):
        return f"<{name}>{value}</{name}>\n"
    text = _NOT_XML.sub("", str(value)).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{text}]]></{name}>\n"


def _articles(reply: dict[str, object]) -> tuple[Article, ...]:
    held = reply.get("Articles")
    items = held.get("item") if isinstance(held, dict) else None
    entries = items if isinstance(items, list) else [items]
    articles = tuple(
        Article(str(entry.get("Title") or ""), str(entry.get("Description") or ""), str(entry.get("Url") or ""))
        for entry in entries
        if isinstance(entry, dict)
    )
    if not articles or str(reply.get("ArticleCount")) != str(len(articles)):
        raise BadAnswer("ArticleCount and Articles differ")
    return articles
