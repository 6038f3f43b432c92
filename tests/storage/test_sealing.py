"""Sealed values open with their key, in their place, and nowhere else."""

import base64
import hmac

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.rotation import SEALED
from storage.sealing import CannotOpen, Cipher, Keyring, Sm4Gcm, new_key

ID_NUMBER = "99010019800101123X"
PLACE = "member.id_number"
PLACES = sorted({sealed.place for sealed in SEALED})


def keys_of(secret: str) -> dict[str, bytes]:
    """Every key made of one secret, derived here without our own code."""
    raw = base64.urlsafe_b64decode(secret + "=")
    lengths = {"bangfu seal": 32, "bangfu seal sm4": 16, "bangfu blind index": 32, "bangfu sign": 32}
    return {
        purpose: HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(raw)
        for purpose, length in lengths.items()
    }


@pytest.mark.parametrize("cipher", Cipher)
def test_a_sealed_value_opens_again_and_shows_nothing_of_itself(cipher: Cipher) -> None:
    keyring = Keyring([new_key()], cipher)
    for value in (ID_NUMBER, "", "请来村委会" * 500):
        sealed = keyring.seal(value, PLACE)
        assert keyring.open(sealed, PLACE) == value
        assert not value or value.encode() not in sealed
        assert keyring.seal(value, PLACE) != sealed


@pytest.mark.parametrize("cipher", Cipher)
def test_many_values_are_sealed_together_each_by_itself(cipher: Cipher) -> None:
    keyring = Keyring([new_key()], cipher)
    sealed = keyring.seal_all([ID_NUMBER, None, ID_NUMBER, ""], PLACE)
    assert [keyring.open_if(one, PLACE) for one in sealed] == [ID_NUMBER, None, ID_NUMBER, ""]
    assert sealed[0] != sealed[2]
    assert keyring.seal_all([], PLACE) == []


@pytest.mark.parametrize("cipher", Cipher)
def test_a_sealed_value_does_not_open_in_another_place(cipher: Cipher) -> None:
    keyring = Keyring([new_key()], cipher)
    sealed = keyring.seal(ID_NUMBER, PLACE)
    with pytest.raises(CannotOpen):
        keyring.open(sealed, "household.phone")


@pytest.mark.parametrize("cipher", Cipher)
def test_a_value_with_any_bit_changed_or_cut_short_does_not_open(cipher: Cipher) -> None:
    keyring = Keyring([new_key()], cipher)
    sealed = keyring.seal(ID_NUMBER, PLACE)
    spoilt = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    spoilt += [sealed[:length] for length in range(len(sealed))]
    for value in spoilt:
        with pytest.raises(CannotOpen):
            keyring.open(value, PLACE)


def test_whichever_cipher_is_in_force_values_of_both_open_and_are_found() -> None:
    old, new = new_key(), new_key()
    in_aes, in_sm4 = Keyring([old], Cipher.AES), Keyring([new, old], Cipher.SM4)
    back_in_aes = Keyring([new, old], Cipher.AES)
    rings = (in_aes, in_sm4, back_in_aes)
    assert len({keyring.header for keyring in rings}) == 3
    for keyring in (in_sm4, back_in_aes):
        for made_by in rings:
            sealed = made_by.seal(ID_NUMBER, PLACE)
            assert sealed.startswith(made_by.header)
            assert keyring.open(sealed, PLACE) == ID_NUMBER
    # The index does not depend on the cipher: changing it does not make anybody unfindable.
    assert in_sm4.index(ID_NUMBER, PLACE) == back_in_aes.index(ID_NUMBER, PLACE)


def test_sm4_gcm_gives_what_the_standard_gives() -> None:
    """RFC 8998, appendix A.1."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    beside = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD" +
                          "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA")  # fmt: skip
    closed = bytes.fromhex("17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735" +
                           "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D" +
                           "83DE3541E4C2B58177E065A9BF7B62EC")  # fmt: skip
    assert Sm4Gcm(key).encrypt(nonce, plain, beside) == closed
    assert Sm4Gcm(key).decrypt(nonce, closed, beside) == plain
    with pytest.raises(InvalidTag):
        Sm4Gcm(key).decrypt(nonce, closed, beside[:-1])


def test_each_cipher_the_index_and_the_signature_have_keys_of_their_own() -> None:
    """Opened and found again with nothing but the standards; no one of the keys does another's work."""
    secret = new_key()
    keys = keys_of(secret)
    assert len({key[:16] for key in keys.values()}) == 4
    for cipher, version, aead in (
        (Cipher.AES, b"\x01", AESGCM(keys["bangfu seal"])),
        (Cipher.SM4, b"\x02", Sm4Gcm(keys["bangfu seal sm4"])),
    ):
        sealed = Keyring([secret], cipher).seal(ID_NUMBER, PLACE)
        assert sealed[:1] == version
        assert aead.decrypt(sealed[5:17], sealed[17:], PLACE.encode()) == ID_NUMBER.encode()
    keyring = Keyring([secret])
    message = f"{PLACE}\x00{ID_NUMBER}".encode()
    made = {purpose: hmac.digest(key, message, "sha256") for purpose, key in keys.items()}
    assert made["bangfu blind index"][:16] == keyring.index(ID_NUMBER, PLACE)
    assert made["bangfu sign"] == keyring.sign(ID_NUMBER.encode(), PLACE)[4:]
    assert keyring.index(ID_NUMBER, PLACE) not in {
        made[purpose][:16] for purpose in keys if purpose != "bangfu blind index"
    }


def test_one_value_has_another_index_in_every_place_and_under_every_key() -> None:
    """No two columns can be matched with each other: who shares a telephone with a cadre is not to be read."""
    keyrings = [Keyring([new_key()]) for _ in range(2)]
    assert len(PLACES) > 6
    found = {keyring.index("19900000000", place) for keyring in keyrings for place in PLACES}
    assert len(found) == len(keyrings) * len(PLACES)


def test_old_values_open_and_are_found_after_a_new_key_came_in_front() -> None:
    old, new = new_key(), new_key()
    before = Keyring([old])
    after = Keyring([new, old])
    assert after.open(before.seal(ID_NUMBER, PLACE), PLACE) == ID_NUMBER
    assert before.index(ID_NUMBER, PLACE) in after.indexes(ID_NUMBER, PLACE)
    with pytest.raises(CannotOpen):
        Keyring([new]).open(before.seal(ID_NUMBER, PLACE), PLACE)


@pytest.mark.parametrize(
    "key", ["", "short", "中文", new_key()[:-4], new_key() + "AAAA"], ids=("empty", "short", "words", "cut", "longer")
)
def test_a_key_that_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="bangfu keys new"):
        Keyring([key])


def test_a_signature_holds_for_one_value_one_purpose_and_any_key_in_force() -> None:
    old, new = new_key(), new_key()
    before, after = Keyring([old]), Keyring([new, old])
    signature = before.sign(b"the end of the chain", "audit")
    assert after.signed(b"the end of the chain", "audit", signature)
    assert not after.signed(b"another end", "audit", signature)
    assert not after.signed(b"the end of the chain", "something else", signature)
    assert not after.signed_with_newest(signature)
    assert after.signed_with_newest(after.sign(b"the end of the chain", "audit"))
    with pytest.raises(CannotOpen):
        Keyring([new]).signed(b"the end of the chain", "audit", signature)
