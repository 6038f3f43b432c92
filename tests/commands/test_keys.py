"""`bangfu keys rotate`: a new key in front, one command, and the old key can go."""

import re
from datetime import datetime

import pytest

from bot.simulator.county import County
from storage.sealing import Keyring, new_key
from tests.commands.conftest import IMPORTS, Bangfu
from tests.commands.test_store import numbers
from tests.databases import KEY

MAY_GO = "全部都用最新的密钥和定好的算法封好了。现在可以把旧密钥从 BANGFU_SECRET_KEYS 里拿掉，再重启全部进程。"


def test_a_whole_county_comes_under_the_new_key(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in IMPORTS:
        assert bangfu("import", kind, str(county_files.file(kind))).status == 0
    well = bangfu("keys", "rotate", "--check")
    assert (well.status, well.out.splitlines()[-1], well.err) == (0, MAY_GO, "")

    new = new_key()
    monkeypatch.setenv("BANGFU_SECRET_KEYS", f"{new},{KEY}")
    counted = bangfu("keys", "rotate", "--check")
    assert counted.status == 1
    waiting = {
        name: int(count) for name, count in re.findall(r"^(.+)：还有(\d+)个是旧密钥或旧算法封的$", counted.out, re.M)
    }
    assert waiting["农户电话和卡号"] > 40
    assert waiting["没说完的对话"] == 0
    total = sum(waiting.values())
    left = f"还有{total}个是旧密钥或旧算法封的，旧密钥要留着。运行 bangfu keys rotate 换成新的。"
    assert counted.out.endswith(f"\n{left}\n")
    named = f"密钥（AES-256-GCM，新内容用密钥 {Keyring([new]).key_names[0]}）"
    assert f"不对  {named}：还有{total}个内容是旧密钥或旧算法封的，旧密钥不能拿掉" in bangfu("doctor").out

    rotated = bangfu("keys", "rotate")
    assert rotated.status == 0
    assert f"农户电话和卡号：换了{waiting['农户电话和卡号']}个，还剩0个\n" in rotated.out
    assert rotated.out.endswith(f"\n{MAY_GO}\n")
    assert f"农户电话和卡号：已换{waiting['农户电话和卡号']}个\n" in rotated.err

    monkeypatch.setenv("BANGFU_SECRET_KEYS", new)
    assert bangfu("keys", "rotate", "--check").status == 0
    assert f"正常  {named}\n" in bangfu("doctor").out
    for kind in IMPORTS:
        again = bangfu("import", kind, str(county_files.file(kind)), "--json").document
        assert (again["created"], again["updated"]) == (0, 0), kind


def test_binding_codes_are_told_apart(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    bangfu("import", "households", str(county_files.file("households")))
    made = bangfu("invite", "--household", numbers(county_files.file("households"))[0], "--json").document
    until = datetime.fromisoformat(made["expires_at"])
    monkeypatch.setenv("BANGFU_SECRET_KEYS", f"{new_key()},{KEY}")
    said = bangfu("keys", "rotate")
    assert said.status == 0
    assert said.out.splitlines()[-2:] == [
        f"另有1个绑定码还没用，最晚{until.month}月{until.day}日过期。"
        "换钥之前发出的，拿掉旧密钥后就不能用了：等到那天再拿，或者重新发码。",
        MAY_GO,
    ]


def test_rotating_with_a_key_of_nobody_changes_nothing(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    bangfu("import", "households", str(county_files.file("households")))
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new_key())
    said = bangfu("keys", "rotate")
    assert said.status == 1
    assert "农户电话和卡号：换了0个" in said.out
    assert "先确认全部进程都已用新的 BANGFU_SECRET_KEYS 重启" in said.out
    monkeypatch.setenv("BANGFU_SECRET_KEYS", KEY)
    assert bangfu("keys", "rotate", "--check").status == 0


def test_another_cipher_is_put_in_force_in_the_same_way(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    bangfu("import", "households", str(county_files.file("households")))
    monkeypatch.setenv("BANGFU_CIPHER", "sm4")
    named = f"密钥（国密 SM4-GCM，新内容用密钥 {Keyring([KEY]).key_names[0]}）"
    assert f"不对  {named}：还有" in bangfu("doctor").out
    assert bangfu("keys", "rotate", "--check").status == 1
    assert bangfu("keys", "rotate").out.endswith(f"\n{MAY_GO}\n")
    assert f"正常  {named}\n" in bangfu("doctor").out
    again = bangfu("import", "households", str(county_files.file("households")), "--json").document
    assert (again["created"], again["updated"]) == (0, 0)


def test_when_the_key_is_lost_the_file_brings_the_numbers_back(
    bangfu: Bangfu, on_clone: str, county_files: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(county_files.file("households"))
    households = bangfu("import", "households", file, "--json").document["created"]
    new = new_key()
    monkeypatch.setenv("BANGFU_SECRET_KEYS", new)
    looked_at = bangfu("doctor").out
    assert re.search(rf"库里有\d+个内容打不开（是密钥 {Keyring([KEY]).key_names[0]} 封的）", looked_at)
    assert "再导入一次原来的表格，证件号、电话和卡号会补回来" in looked_at
    number = numbers(county_files.file("households"))[0]
    refused = bangfu("household", "show", number)
    assert refused.status == 1
    assert refused.sentence.startswith("打不开库里已有的证件号、电话：BANGFU_SECRET_KEYS 不是当初用的密钥")

    repaired = bangfu("import", "households", file, "--json").document
    assert repaired["rejected"] == []
    assert repaired["updated"] > 0
    assert repaired["created"] < households
    assert bangfu("household", "show", number).status == 0
    again = bangfu("import", "households", file, "--json").document
    assert (again["created"], again["updated"]) == (0, 0)
