"""The callback address over real HTTP: what WeChat and others post to it, well and badly; never a 5xx."""

import json
import os
import struct
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from hashlib import sha1
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import xmltodict
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import HealthCheck, given
from hypothesis import settings as fuzzing
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto
from wechatpy.work.crypto import WeChatCrypto as WorkCrypto
from yarl import URL

from bot.app import build, web_application
from bot.core.clock import SystemClock
from bot.settings import OfficialAccountSettings, Settings, WorkSettings
from tests.conftest import SHANGHAI, SHARED
from tests.wechat import OFFICIAL, WECOM, settings

OLD_KEY = "QmFuZ2Z1IHRlc3Qga2V5IG9mIDMyIGJ5dGVzIC4uLiE"
STRANGE_KEY = "b3RoZXIga2V5LCBhbHNvIG9mIDMyIGJ5dGVzIC4uLiE"
TIMESTAMP = "1772717400"
NONCE = "884213077"
_ids = count(1)

only_sqlite = pytest.mark.parametrize("template", ["sqlite"], indirect=True)
"""For what never reaches the store, once is enough."""


@dataclass(frozen=True)
class Given:
    """What the server answered."""

    status: int
    body: bytes
    kind: str

    @property
    def text(self) -> str:
        return self.body.decode()


class Address:
    """The server, as somebody who can post to it sees it."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self._client = client

    async def get(self, path: str, **query: str) -> Given:
        async with self._client.get(path, params=query) as answer:
            return Given(answer.status, await answer.read(), answer.content_type)

    async def post(
        self, path: str, body: bytes, query: dict[str, str] | str, headers: dict[str, str] | None = None
    ) -> Given:
        url = URL(f"{path}?{query}", encoded=True) if isinstance(query, str) else URL(path).with_query(query)
        async with self._client.post(url, data=body, headers=headers) as answer:
            return Given(answer.status, await answer.read(), answer.content_type)


@asynccontextmanager
async def serving(of: Settings) -> AsyncIterator[Address]:
    """The real application on a port of this machine."""
    bot = await build(of, SystemClock(SHANGHAI))
    async with TestClient(TestServer(web_application(bot))) as client:
        yield Address(client)


@pytest.fixture
async def address(store_url: str) -> AsyncIterator[Address]:
    async with serving(settings(store_url)) as opened:
        yield opened


def with_account(of: Settings, **changes: object) -> Settings:
    """The same settings with another 公众号."""
    assert of.official is not None
    return replace(of, official=of.official.model_copy(update=changes))


# ---- sealing by hand, so that every part can be wrong


def sign(*parts: str, token: str = OFFICIAL.token) -> str:
    return sha1("".join(sorted((token, *parts))).encode()).hexdigest()


def encrypt(message: bytes, *, key: str = OFFICIAL.aes_key, receiver: str = OFFICIAL.app_id, pad: int = 0) -> str:
    secret = b64decode(key + "=")
    content = os.urandom(16) + struct.pack(">I", len(message)) + message + receiver.encode()
    size = pad or 32 - len(content) % 32
    content += bytes([size]) * size
    encryptor = Cipher(AES(secret), CBC(secret[:16])).encryptor()
    return b64encode(encryptor.update(content[: len(content) // 16 * 16]) + encryptor.finalize()).decode()


def sealed(encrypted: str, *, token: str = OFFICIAL.token, **changes: str) -> tuple[bytes, dict[str, str]]:
    """A body and its query as WeChat posts them."""
    body = f"<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    return body, query_for(encrypted, token=token) | changes


def query_for(encrypted: str, *, token: str = OFFICIAL.token) -> dict[str, str]:
    return {
        "signature": sign(TIMESTAMP, NONCE, token=token),
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "openid": "o_somebody",
        "encrypt_type": "aes",
        "msg_signature": sign(TIMESTAMP, NONCE, encrypted, token=token),
    }


def message(kind: str = "text", sender: str = "o_somebody", to: str = OFFICIAL.account, **fields: str) -> bytes:
    """A push in plaintext, new each time."""
    shown = fields or {"Content": "你好"}
    return (
        f"<xml><ToUserName><![CDATA[{to}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName>"
        f"<CreateTime>1772717400</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>"
        + "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in shown.items())
        + ("" if kind == "event" else f"<MsgId>{next(_ids)}</MsgId>")
        + "</xml>"
    ).encode()


def opened(reply: Given, crypto: WeChatCrypto | WorkCrypto) -> dict[str, str]:
    """The reply as another library opens it."""
    outside = xmltodict.parse(reply.body)["xml"]
    assert outside["Nonce"] == NONCE
    plain = crypto.decrypt_message(outside, outside["MsgSignature"], outside["TimeStamp"], outside["Nonce"])
    return dict(xmltodict.parse(plain)["xml"])


CRYPTO = WeChatCrypto(OFFICIAL.token, OFFICIAL.aes_key, OFFICIAL.app_id)
WORK_CRYPTO = WorkCrypto(WECOM.token, WECOM.aes_key, WECOM.corp_id)


# ---- 接入验证


@only_sqlite
async def test_an_official_account_is_verified_by_its_echo(address: Address) -> None:
    query = {"signature": sign(TIMESTAMP, NONCE), "timestamp": TIMESTAMP, "nonce": NONCE, "echostr": "4375<b>120"}
    right = await address.get("/wechat", **query)
    assert (right.status, right.text, right.kind) == (200, "4375<b>120", "text/plain")
    wrong = await address.get("/wechat", **query | {"signature": sign(TIMESTAMP, "1")})
    assert (wrong.status, "4375" in wrong.text) == (403, False)
    for name in query:
        less = await address.get("/wechat", **{key: value for key, value in query.items() if key != name})
        assert (less.status, less.text) == (400, "missing_parameter")
    assert (await address.get("/wechat")).status == 400
    assert (await address.get("/wechat", **query | {"timestamp": "now"})).status == 400
    assert (await address.get("/wechat", **query | {"signature": "签名"})).status == 403


@only_sqlite
async def test_a_work_app_is_verified_by_opening_its_echo(address: Address) -> None:
    echo = encrypt(b"5927782489442352469", key=WECOM.aes_key, receiver=WECOM.corp_id)
    query = {
        "msg_signature": sign(TIMESTAMP, NONCE, echo, token=WECOM.token),
        "timestamp": TIMESTAMP,
        "nonce": NONCE,
        "echostr": echo,
    }
    right = await address.get("/wecom", **query)
    assert (right.status, right.body, right.kind) == (200, b"5927782489442352469", "text/plain")
    assert (await address.get("/wecom", **query | {"msg_signature": "0" * 40})).status == 403
    for name in query:
        less = await address.get("/wecom", **{key: value for key, value in query.items() if key != name})
        assert (less.status, less.text) == (400, "missing_parameter")
    other = encrypt(b"1", key=WECOM.aes_key, receiver="ww_of_another_company")
    signed = sign(TIMESTAMP, NONCE, other, token=WECOM.token)
    assert (await address.get("/wecom", **query | {"echostr": other, "msg_signature": signed})).status == 400
    signed = sign(TIMESTAMP, NONCE, "plain", token=WECOM.token)
    assert (await address.get("/wecom", **query | {"echostr": "plain", "msg_signature": signed})).status == 400


# ---- what is refused


def refused() -> dict[str, tuple[int, bytes, dict[str, str]]]:
    """Posts that are not WeChat's, with the status each is told."""
    good = encrypt(message())
    body, query = sealed(good)
    plain = {key: query[key] for key in ("signature", "timestamp", "nonce")}

    def without(*names: str) -> dict[str, str]:
        return {key: value for key, value in query.items() if key not in names}

    def inside(payload: bytes) -> tuple[int, bytes, dict[str, str]]:
        return (400, *sealed(encrypt(payload)))

    def outside(posted: bytes) -> tuple[int, bytes, dict[str, str]]:
        return (400, posted, query)

    wrapped = f"<xml><Encrypt>{good}</Encrypt></xml>".encode()
    return {
        "wrong signature": (403, body, query | {"msg_signature": "0" * 40}),
        "the other signature": (403, body, query | {"msg_signature": query["signature"]}),
        "another token": (403, *sealed(good, token="AnotherToken")),
        "signature in capitals": (403, body, query | {"msg_signature": query["msg_signature"].upper()}),
        "signature that is no ASCII": (403, body, query | {"msg_signature": "签" * 40}),
        "another time": (403, body, query | {"timestamp": "1772717401"}),
        "no msg_signature": (400, body, without("msg_signature")),
        "no timestamp": (400, body, without("timestamp")),
        "no nonce": (400, body, without("nonce")),
        "nothing in the query": (403, body, {}),
        "nonce that would break the reply": (400, body, query | {"nonce": "]]><x>"}),
        "time that is no number": (400, body, query | {"timestamp": "soon"}),
        "plaintext in safe mode": (403, message(), plain),
        "plaintext called raw": (403, message(), plain | {"encrypt_type": "raw"}),
        "plaintext called aes": (400, message(), query),
        "sealed but called raw": (403, body, query | {"encrypt_type": "raw"}),
        "another cipher": (400, *sealed("AAAA" * 40)),
        "a strange key": (400, *sealed(encrypt(message(), key=STRANGE_KEY))),
        "another account": (400, *sealed(encrypt(message(), receiver="wx_of_another"))),
        "an account with more behind": (400, *sealed(encrypt(message(), receiver=OFFICIAL.app_id + "x"))),
        "no account": (400, *sealed(encrypt(message(), receiver=""))),
        "padding of 64": (400, *sealed(encrypt(message(), pad=64))),
        "not base64": (400, *sealed("签名!")),
        "cut ciphertext": (400, *sealed(good[:-8])),
        "one block": (400, *sealed(b64encode(b"x" * 16).decode())),
        "empty body": outside(b""),
        "blanks": outside(b" \r\n"),
        "no XML": outside(b"hello"),
        "cut XML": outside(wrapped[:-3]),
        "two roots": outside(wrapped + b"<xml/>"),
        "HTML": outside(b"<html><body>502</body></html>"),
        "empty root": outside(b"<xml/>"),
        "empty Encrypt": outside(b"<xml><Encrypt></Encrypt></xml>"),
        "Encrypt with a child": outside(b"<xml><Encrypt><a>1</a></Encrypt></xml>"),
        "not UTF-8": outside(b"<xml><Encrypt>\xff\xfe</Encrypt></xml>"),
        "DTD": outside(b'<!DOCTYPE xml [<!ENTITY a "b">]>' + wrapped),
        "billion laughs": outside(
            b'<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>'
        ),
        "outside entity": outside(
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Encrypt>&a;</Encrypt></xml>'
        ),
        "deep XML": outside(b"<xml>" + b"<a>" * 10_000),
        "deep JSON": outside(b'{"a":' * 10_000),
        "JSON list": outside(b"[]"),
        "JSON number": outside(b"1e999"),
        "JSON without Encrypt": outside(b"{}"),
        "JSON Encrypt that is a list": outside(b'{"Encrypt": ["7"]}'),
        "too large": (413, b"<xml>" + b" " * 200_000 + b"</xml>", query),
        "inside: nothing": inside(b""),
        "inside: no XML": inside(b"hello"),
        "inside: bytes": inside(b"\xff\x00"),
        "inside: a DTD": inside(b'<!DOCTYPE x [<!ENTITY a "b">]>' + message()),
        "inside: empty root": inside(b"<xml/>"),
        "inside: other root": inside(b"<message><MsgType>text</MsgType></message>"),
        "inside: no MsgType": inside(message().replace(b"MsgType", b"Kind")),
        "inside: empty MsgType": inside(message("")),
        "inside: no sender": inside(message(sender="")),
        "inside: event without a name": inside(message("event", Event="")),
        "inside: time that is no number": inside(message().replace(b"<CreateTime>1772717400", b"<CreateTime>soon")),
        "inside: id that is no number": inside(message().replace(b"<MsgId>", b"<MsgId>x")),
        "inside: a structure for a text": inside(message().replace(b"<![CDATA[\xe4\xbd\xa0\xe5\xa5\xbd]]>", b"<a/>")),
        "inside: JSON list": inside(b"[1]"),
    }


@only_sqlite
async def test_everything_that_is_not_wechats_is_told_so_and_nothing_more(address: Address) -> None:
    for name, (status, body, query) in refused().items():
        given = await address.post("/wechat", body, query)
        assert (name, given.status) == (name, status)
        assert len(given.body) < 80, name
    encoded = await address.post("/wechat", b"not gzip", query_for("x"), {"Content-Encoding": "gzip"})
    assert encoded.status == 400
    for method_path in ("/wechat/", "/", "/wecom/x"):
        assert (await address.post(method_path, b"", {})).status == 404


@only_sqlite
async def test_wecom_is_held_to_its_own_seal(address: Address) -> None:
    for encrypted, token in (
        (encrypt(message(), key=WECOM.aes_key, receiver=OFFICIAL.app_id), WECOM.token),
        (encrypt(message(), receiver=WECOM.corp_id), WECOM.token),
    ):
        body, query = sealed(encrypted, token=token)
        assert (await address.post("/wecom", body, query)).status == 400
    body, query = sealed(encrypt(message()))
    assert (await address.post("/wecom", body, query)).status == 403
    assert (await address.post("/wecom", message(), query | {"encrypt_type": "raw"})).status == 400


# ---- what is answered


async def test_a_sealed_push_is_answered_with_a_seal_another_library_opens(address: Address) -> None:
    body, query = sealed(encrypt(message(Content="帮助")))
    given = await address.post("/wechat", body, query)
    assert (given.status, given.kind) == (200, "application/xml")
    reply = opened(given, CRYPTO)
    assert (reply["ToUserName"], reply["FromUserName"], reply["MsgType"]) == ("o_somebody", OFFICIAL.account, "text")
    again = await address.post("/wechat", body, query)
    assert opened(again, CRYPTO)["Content"] == reply["Content"]


async def test_wecom_is_answered_too(address: Address) -> None:
    push = message(sender="zhang", to=WECOM.corp_id, Content="帮助", AgentID=str(WECOM.agent_id))
    body, query = sealed(encrypt(push, key=WECOM.aes_key, receiver=WECOM.corp_id), token=WECOM.token)
    del query["signature"], query["encrypt_type"], query["openid"]
    given = await address.post("/wecom", body, query)
    assert given.status == 200
    reply = opened(given, WORK_CRYPTO)
    assert (reply["ToUserName"], reply["FromUserName"]) == ("zhang", WECOM.corp_id)


@only_sqlite
async def test_a_body_in_json_is_answered_in_json(address: Address) -> None:
    push = {
        "ToUserName": OFFICIAL.account,
        "FromUserName": "o_somebody",
        "CreateTime": 1772717400,
        "MsgType": "text",
        "Content": "你好",
        "MsgId": 24938412345678901,
    }
    encrypted = encrypt(json.dumps(push).encode())
    body = json.dumps({"ToUserName": OFFICIAL.account, "Encrypt": encrypted}).encode()
    given = await address.post("/wechat", body, query_for(encrypted))
    assert (given.status, given.kind) == (200, "application/json")
    outside = json.loads(given.body)
    assert outside.keys() == {"Encrypt", "MsgSignature", "TimeStamp", "Nonce"}
    assert outside["MsgSignature"] == sign(str(outside["TimeStamp"]), outside["Nonce"], outside["Encrypt"])
    reply = json.loads(
        CRYPTO.decrypt_message(outside, outside["MsgSignature"], str(outside["TimeStamp"]), outside["Nonce"])
    )
    assert (reply["ToUserName"], reply["MsgType"]) == ("o_somebody", "text")


@only_sqlite
async def test_a_body_in_compatible_mode_is_read_by_its_sealed_half_only(address: Address) -> None:
    encrypted = encrypt(message(sender="o_sealed"))
    body = message(sender="o_forged").replace(b"</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>".encode())
    given = await address.post("/wechat", body, query_for(encrypted))
    assert opened(given, CRYPTO)["ToUserName"] == "o_sealed"


@only_sqlite
async def test_after_a_change_of_key_the_old_one_opens_and_its_reply_is_sealed_with_it(store_url: str) -> None:
    async with serving(with_account(settings(store_url), previous_aes_key=OLD_KEY)) as address:
        old = await address.post("/wechat", *sealed(encrypt(message(), key=OLD_KEY)))
        assert opened(old, WeChatCrypto(OFFICIAL.token, OLD_KEY, OFFICIAL.app_id))["MsgType"] == "text"
        new = await address.post("/wechat", *sealed(encrypt(message())))
        assert opened(new, CRYPTO)["MsgType"] == "text"
        assert (await address.post("/wechat", *sealed(encrypt(message(), key=STRANGE_KEY)))).status == 400


@only_sqlite
async def test_plain_mode_answers_plainly_and_still_takes_what_is_sealed(store_url: str) -> None:
    async with serving(with_account(settings(store_url), mode="plain")) as address:
        query = {"signature": sign(TIMESTAMP, NONCE), "timestamp": TIMESTAMP, "nonce": NONCE}
        given = await address.post("/wechat", message(), query)
        reply = xmltodict.parse(given.body)["xml"]
        assert (given.status, reply["ToUserName"], reply["FromUserName"]) == (200, "o_somebody", OFFICIAL.account)
        assert (await address.post("/wechat", message(), query | {"signature": "0" * 40})).status == 403
        assert (await address.post("/wechat", b"", query)).status == 400
        assert (await address.post("/wechat", message(), {})).status == 400
        given = await address.post("/wechat", *sealed(encrypt(message())))
        assert opened(given, CRYPTO)["MsgType"] == "text"


async def test_what_cannot_be_read_is_answered_kindly_and_what_needs_no_words_with_success(address: Address) -> None:
    for kind, fields in {
        "image": {"PicUrl": "http://mmbiz/1", "MediaId": "m1"},
        "voice": {"MediaId": "m2", "Format": "amr", "Recognition": ""},
        "video": {"MediaId": "m3", "ThumbMediaId": "t3"},
        "shortvideo": {"MediaId": "m4", "ThumbMediaId": "t4"},
        "location": {"Location_X": "32.2", "Location_Y": "106.2", "Scale": "15", "Label": "村委会"},
        "link": {"Title": "网页", "Description": "", "Url": "http://x"},
        "file": {"Title": "表.xlsx", "FileKey": "k"},
        "miniprogrampage": {"Title": "小程序", "AppId": "wx1"},
        "hologram": {"Anything": "1"},
    }.items():
        given = await address.post("/wechat", *sealed(encrypt(message(kind, **fields))))
        assert given.status == 200
        assert "打字" in opened(given, CRYPTO)["Content"], kind
    for event in ("VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "unsubscribe", "debug_demo", "kf_create_session"):
        given = await address.post("/wechat", *sealed(encrypt(message("event", Event=event, EventKey=""))))
        assert (event, given.status, given.body) == (event, 200, b"success")


async def test_an_empty_text_is_answered(address: Address) -> None:
    for text in ("", " ", "\n", "　", "😀", "]]]]><![CDATA[>"):
        given = await address.post("/wechat", *sealed(encrypt(message(Content=text))))
        assert opened(given, CRYPTO)["Content"]


# ---- known answers of others


def known(name: str) -> list[Any]:
    path: Path = SHARED / "vectors" / "wechat" / f"{name}.json"
    return list(json.loads(path.read_text())["vectors"]) if path.exists() else []


def as_settings(of: Settings, vector: dict[str, str]) -> Settings:
    """The settings of the account a known answer belongs to."""
    key = vector.get("encoding_aes_key", OFFICIAL.aes_key)
    identity = vector.get("receive_id") or "wx"
    official = OfficialAccountSettings(
        account="gh_1", app_id=identity, app_secret="s", token=vector["token"], aes_key=key, mode="plain"
    )
    work = WorkSettings(corp_id=identity, agent_id=1, secret="s", token=vector["token"], aes_key=key)
    return replace(of, official=official, work=work)


@pytest.mark.skipif(not known("encrypted"), reason="the known answers are not here")
@only_sqlite
async def test_known_answers_of_others_are_opened_over_http(store_url: str) -> None:
    seen = []
    for vector in known("encrypted"):
        if "msg_signature" not in vector or vector["direction"] == "outbound":
            continue
        query = {key: vector[key] for key in ("msg_signature", "timestamp", "nonce")}
        async with serving(as_settings(settings(store_url), vector)) as address:
            if vector["direction"] == "echostr":
                given = await address.get("/wecom", echostr=vector["encrypt"], **query)
                assert (given.status, given.text) == (200, vector["plaintext"])
            else:
                path = "/wechat" if vector["platform"] == "official_account" else "/wecom"
                query |= {"encrypt_type": "aes"} if path == "/wechat" else {}
                given = await address.post(path, vector["body"].encode(), query)
                assert given.status == 200, vector["id"]
                spoiled = await address.post(path, vector["body"].encode(), query | {"nonce": "1"})
                assert spoiled.status == 403
        seen.append(vector["direction"])
    assert set(seen) == {"echostr", "inbound"}


@pytest.mark.skipif(not known("signatures"), reason="the known answers are not here")
@only_sqlite
async def test_known_signatures_of_others_are_taken_over_http(store_url: str) -> None:
    for vector in known("signatures"):
        if vector["kind"] != "sha1_sorted":
            continue
        query = {key: vector[key] for key in ("signature", "timestamp", "nonce")}
        async with serving(as_settings(settings(store_url), vector)) as address:
            if "echostr" in vector:
                given = await address.get("/wechat", echostr=vector["echostr"], **query)
                assert (given.status, given.text) == (200, vector["expect_body"])
            else:
                given = await address.post("/wechat", vector["body"].encode(), query)
                assert (given.status, given.body) == (200, b"success")


# ---- whatever comes, never a fault of ours

_SENDERS = st.text(min_size=1, max_size=300)
_FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId", "Event", "EventKey", "Ticket"),
            *("MediaId", "Location_X", "Location_Y", "Label", "Latitude", "AgentID", "SubscribeMsgPopupEvent"),
        ]
    ),
    st.one_of(
        st.text(max_size=400),
        st.integers(),
        st.none(),
        st.booleans(),
        st.floats(allow_nan=False),
        st.sampled_from(["text", "event", "subscribe", "SCAN", "CLICK", "unsubscribe", "qrscene_1", "走访", "绑定"]),
        st.lists(st.dictionaries(st.sampled_from(["TemplateId", "List"]), st.text(max_size=300)), max_size=2),
    ),
)


@only_sqlite
@fuzzing(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_no_body_and_no_query_is_a_fault_of_ours(address: Address, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(["/wechat", "/wecom"]))
    good = encrypt(message())
    body, query = sealed(good)
    texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
    posted = data.draw(
        st.one_of(
            st.binary(max_size=300),
            texts.map(str.encode),
            st.just(body),
            st.integers(0, len(body) - 1).map(lambda at: body[:at]),
            texts.map(lambda text: f"<xml><Encrypt><![CDATA[{text}]]></Encrypt></xml>".encode()),
            texts.map(lambda text: json.dumps({"Encrypt": text}).encode()),
        )
    )
    asked: dict[str, str] | str = data.draw(
        st.one_of(
            st.fixed_dictionaries(
                {}, optional={name: st.one_of(st.just(value), texts) for name, value in query.items()}
            ),
            st.binary(max_size=60).map(
                lambda raw: "&".join(f"nonce=%{byte:02X}&timestamp=%{byte:02x}" for byte in raw)
            ),
        )
    )
    assert (await address.post(path, posted, asked)).status < 500
    if isinstance(asked, dict):
        echo = data.draw(texts)
        assert (await address.get(path, echostr=echo, **asked)).status < 500


@fuzzing(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields=_FIELDS, sender=_SENDERS)
async def test_no_push_however_odd_is_a_fault_of_ours(address: Address, fields: dict[str, object], sender: str) -> None:
    push = {"ToUserName": OFFICIAL.account, "FromUserName": sender, "CreateTime": 1, "MsgType": "text"} | fields
    given = await address.post("/wechat", *sealed(encrypt(json.dumps(push).encode())))
    assert given.status < 500
    if given.status == 200 and given.body != b"success":
        outside = xmltodict.parse(given.body)["xml"]
        shown = CRYPTO.decrypt_message(outside, outside["MsgSignature"], outside["TimeStamp"], outside["Nonce"])
        assert "刚才出了点问题" not in shown
        assert json.loads(shown)["MsgType"] == "text"
