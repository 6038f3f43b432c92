"""Sealed values open with their key, in their place, and nowhere else."""

import pytest

from storage.sealing import CannotOpen, Keyring, new_key

ID_NUMBER = "99010019800101123X"


def test_a_sealed_value_opens_again_and_shows_nothing_of_itself() -> None:
    keyring = Keyring([new_key()])
    sealed = keyring.seal(ID_NUMBER, "member.id_number")
    assert keyring.open(sealed, "member.id_number") == ID_NUMBER
    assert ID_NUMBER.encode() not in sealed
    assert keyring.seal(ID_NUMBER, "member.id_number") != sealed


def test_a_sealed_value_does_not_open_in_another_place() -> None:
    keyring = Keyring([new_key()])
    sealed = keyring.seal(ID_NUMBER, "member.id_number")
    with pytest.raises(CannotOpen):
        keyring.open(sealed, "household.phone")


def test_a_changed_value_does_not_open() -> None:
    keyring = Keyring([new_key()])
    sealed = bytearray(keyring.seal(ID_NUMBER, "member.id_number"))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpen):
        keyring.open(bytes(sealed), "member.id_number")


def test_old_values_open_and_are_found_after_a_new_key_came_in_front() -> None:
    old, new = new_key(), new_key()
    before = Keyring([old])
    after = Keyring([new, old])
    assert after.open(before.seal(ID_NUMBER, "member.id_number"), "member.id_number") == ID_NUMBER
    assert before.index(ID_NUMBER, "member.id_number") in after.indexes(ID_NUMBER, "member.id_number")
    with pytest.raises(CannotOpen):
        Keyring([new]).open(before.seal(ID_NUMBER, "member.id_number"), "member.id_number")


def test_blind_indexes_of_two_places_never_match() -> None:
    keyring = Keyring([new_key()])
    assert keyring.index("13800000000", "household.phone") != keyring.index("13800000000", "cadre.phone")


@pytest.mark.parametrize("key", ["", "short", "中文", new_key()[:-4], new_key() + "AAAA"])
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
