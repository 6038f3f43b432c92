"""Known answers by third parties, where they are at hand: what others sealed, signed and parsed, so do we."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.envelope import Envelope
from bot.wechat.errcodes import Platform, action_of
from bot.wechat.markup import Format, Malformed, Reason, read_flat_xml, read_xml
from bot.wechat.push import BadPush, parse, subscriptions

SHARED = Path(__file__).resolve().parents[3] / "shared"
VECTORS = SHARED / "vectors" / "wechat"


def load(path: Path, within: str) -> list[Any]:
    """Read the known answers; none, and so one skipped test, where they are not at hand."""
    return list(json.loads(path.read_text())[within]) if path.exists() else []


def named(vectors: list[Any]) -> list[Any]:
    return [pytest.param(vector, id=vector["id"]) for vector in vectors]


ENCRYPTED = load(VECTORS / "encrypted.json", "vectors")
SIGNED = load(VECTORS / "signatures.json", "vectors")
MESSAGES = load(VECTORS / "messages.json", "messages")
CODES = load(SHARED / "reference" / "errcodes.json", "errcodes")


def envelope(vector: dict[str, str]) -> Envelope:
    return Envelope(vector["token"], [vector["encoding_aes_key"]], vector["receive_id"])


@pytest.mark.parametrize("vector", named(ENCRYPTED))
def test_the_same_plaintext_encrypts_to_the_same_text(vector: dict[str, str]) -> None:
    ours = envelope(vector).encrypt(vector["plaintext"].encode(), key_index=0, salt=vector["random16"].encode())
    assert ours == vector["encrypt"]


@pytest.mark.parametrize("vector", named([known for known in ENCRYPTED if "msg_signature" in known]))
def test_the_ciphertext_opens_to_its_plaintext(vector: dict[str, str]) -> None:
    opened = envelope(vector).open_encrypted(
        vector["encrypt"], vector["msg_signature"], vector["timestamp"], vector["nonce"]
    )
    assert opened.plaintext.decode() == vector["plaintext"]


@pytest.mark.parametrize("vector", named([known for known in ENCRYPTED if "body" in known]))
@pytest.mark.parametrize("body", ["body", "body_xml"])
def test_the_posted_body_opens_to_its_plaintext(vector: dict[str, str], body: str) -> None:
    if body not in vector:
        pytest.skip("posted in one form only")
    opened = envelope(vector).open(vector[body].encode(), vector["msg_signature"], vector["timestamp"], vector["nonce"])
    assert opened.plaintext.decode() == vector["plaintext"]
    assert opened.format is (Format.JSON if vector[body].startswith("{") else Format.XML)
    heard = parse(opened.plaintext)
    assert heard.fields == {name: str(value) for name, value in vector["parsed"].items()}  # type: ignore[attr-defined]


@pytest.mark.parametrize("vector", named([known for known in SIGNED if known["kind"] == "sha1_sorted"]))
def test_the_query_bears_its_signature(vector: dict[str, str]) -> None:
    account = Envelope(vector["token"], ["A" * 43], "wx")
    account.verify_url(vector["signature"], vector["timestamp"], vector["nonce"])


@pytest.mark.parametrize("vector", named([known for known in SIGNED if known["kind"] == "sha1_sorted_parts"]))
def test_the_parts_bear_their_signature(vector: dict[str, Any]) -> None:
    token, *parts = vector["parts"]
    assert Envelope(token, ["A" * 43], "wx").signature(*parts) == vector["signature"]


@pytest.mark.parametrize("vector", named([known for known in MESSAGES if known["msg_type"]]))
def test_the_message_reads_to_its_fields(vector: dict[str, Any]) -> None:
    heard = parse(vector["xml"].encode())
    leaves = {name: value for name, value in heard.fields.items() if isinstance(value, str)}
    flat = vector["flat_fields"]
    # An element that holds elements is no leaf, however it was counted there.
    assert leaves == {name: value or "" for name, value in flat.items() if name in leaves}
    assert leaves.keys() >= {name for name in flat if not isinstance(heard.fields[name], dict)}
    assert heard.kind.value == vector["msg_type"].lower() or heard.kind.value == "unknown"
    assert heard.event == ((vector["event"] or "").lower() if heard.kind.value == "event" else "")
    assert bool(subscriptions(heard)) == heard.event.startswith("subscribe_msg_")
    quick = read_flat_xml(vector["xml"].strip())
    assert quick is None or quick == read_xml(vector["xml"].strip())


@pytest.mark.parametrize("vector", named([known for known in MESSAGES if not known["msg_type"]]))
def test_a_notice_to_a_service_provider_is_no_push(vector: dict[str, Any]) -> None:
    with pytest.raises(BadPush) as refused:
        parse(vector["xml"].encode())
    assert isinstance(refused.value, Malformed)
    assert refused.value.reason is Reason.MISSING_FIELD


@pytest.mark.parametrize("row", CODES)
def test_the_errcode_leads_to_its_action(row: dict[str, Any]) -> None:
    platforms = Platform if row["scope"] == "both" else [Platform(row["scope"])]
    assert {action_of(row["errcode"], platform).value for platform in platforms} == {row["action"]}
