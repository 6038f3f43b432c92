"""Settings: all mistakes at once, nothing secret repeated, the environment over the file."""

import os
from pathlib import Path

import pytest

from bot.settings import WrongSettings, read
from storage.sealing import Cipher, new_key

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OLD_AES_KEY = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
OFFICIAL = {
    "BANGFU_WECHAT_ACCOUNT": "gh_0123456789ab",
    "BANGFU_WECHAT_APP_ID": "wx0123456789abcdef",
    "BANGFU_WECHAT_APP_SECRET": "app-secret",
    "BANGFU_WECHAT_TOKEN": "TokenOfTheAccount",
    "BANGFU_WECHAT_AES_KEY": AES_KEY,
}
WORK = {
    "BANGFU_WECOM_CORP_ID": "ww0123456789abcdef",
    "BANGFU_WECOM_AGENT_ID": "1000002",
    "BANGFU_WECOM_SECRET": "work-secret",
    "BANGFU_WECOM_TOKEN": "TokenOfTheApp",
    "BANGFU_WECOM_AES_KEY": AES_KEY,
}


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.startswith("BANGFU_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    made = new_key()
    monkeypatch.setenv("BANGFU_SECRET_KEYS", made)
    return made


def put(monkeypatch: pytest.MonkeyPatch, values: dict[str, str]) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_a_key_is_all_that_must_be_set(key: str) -> None:
    settings = read()
    assert settings.database_url == "sqlite+aiosqlite:///var/bangfu.db"
    assert (settings.secret_keys, settings.cipher) == ((key,), Cipher.AES)
    assert (settings.redis_url, settings.public_url, settings.sms_url) == (None, None, None)
    assert (settings.county, settings.zone.key) == ("wangcang", "Asia/Shanghai")
    assert (settings.official, settings.work) == (None, None)


def test_all_mistakes_are_named_at_once_and_no_value_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        {
            "BANGFU_DATABASE_URL": "mysql://user:hunter2@db/bangfu",
            "BANGFU_REDIS_URL": "memcached://:hunter2@cache",
            "BANGFU_SECRET_KEYS": "hunter2",
            "BANGFU_CIPHER": "hunter2",
            "BANGFU_PUBLIC_URL": "bf.example.gov.cn/hunter2",
            "BANGFU_COUNTY": "hunter2",
            "BANGFU_SMS_URL": "smtp://hunter2",
            "BANGFU_TIMEZONE": "../hunter2",
            "BANGFU_WECHAT_ACCOUNT": "gh_1",
            "BANGFU_WECHAT_APP_SECRET": "hunter2",
            "BANGFU_WECHAT_TOKEN": "hunter2 hunter2",
            "BANGFU_WECHAT_AES_KEY": "hunter2",
            "BANGFU_WECHAT_PREVIOUS_AES_KEY": "hunter2",
            "BANGFU_WECHAT_MODE": "hunter2",
            "BANGFU_WECHAT_API_BASE": "hunter2",
            "BANGFU_WECOM_AGENT_ID": "hunter2",
        },
    )
    with pytest.raises(WrongSettings) as wrong:
        read(platform_needed=True)
    first, *lines = str(wrong.value).splitlines()
    assert first == "设置有19处要改，改好后再启动："
    assert [line.split()[0] for line in lines] == [
        *(
            f"BANGFU_{name}"
            for name in (
                *("DATABASE_URL", "REDIS_URL", "SECRET_KEYS", "CIPHER", "PUBLIC_URL", "COUNTY", "SMS_URL"),
                "TIMEZONE",
            )
        ),
        *(f"BANGFU_WECHAT_{name}" for name in ("APP_ID", "TOKEN", "AES_KEY", "PREVIOUS_AES_KEY", "MODE", "API_BASE")),
        *(f"BANGFU_WECOM_{name}" for name in ("CORP_ID", "AGENT_ID", "SECRET", "TOKEN", "AES_KEY")),
    ]
    assert "hunter2" not in str(wrong.value)
    assert "hunter2" not in repr(wrong.value.__cause__)


def test_what_is_missing_is_named_beside_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGFU_COUNTY", "nowhere")
    with pytest.raises(WrongSettings) as wrong:
        read(platform_needed=True)
    first, *lines = str(wrong.value).splitlines()
    assert first == "设置有3处要改，改好后再启动："
    starts = ("BANGFU_COUNTY 没有", "BANGFU_SECRET_KEYS 必须填写", "公众号（BANGFU_WECHAT_…）和企业微信")
    assert [line.strip().startswith(start) for line, start in zip(lines, starts, strict=True)] == [True, True, True]


@pytest.mark.parametrize("nothing", ["", " ", ",", " , "])
def test_a_missing_key_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch, nothing: str) -> None:
    monkeypatch.setenv("BANGFU_SECRET_KEYS", nothing)
    with pytest.raises(WrongSettings) as wrong:
        read()
    assert str(wrong.value) == (
        "设置有1处要改，改好后再启动：\n"
        "  BANGFU_SECRET_KEYS 必须填写：先运行 bangfu keys new 生成一把密钥，并妥善保管；"
        "丢了密钥，库里的证件号、电话就打不开了"
    )
    assert read(keys_needed=False).secret_keys == ()


def test_several_keys_are_kept_in_order_newest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    new, old = new_key(), new_key()
    monkeypatch.setenv("BANGFU_SECRET_KEYS", f" {new} ,{old}, ")
    assert read().secret_keys == (new, old)


def test_the_cipher_is_one_of_two(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGFU_CIPHER", "sm4")
    assert read().cipher is Cipher.SM4
    monkeypatch.setenv("BANGFU_CIPHER", "des")
    with pytest.raises(WrongSettings) as wrong:
        read()
    assert str(wrong.value) == (
        "设置有1处要改，改好后再启动：\n  BANGFU_CIPHER 只能是 aes（AES-256-GCM）或 sm4（国密 SM4-GCM）"
    )


def test_one_platform_is_enough_for_a_service_and_none_is_too_few(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(WrongSettings, match="公众号（BANGFU_WECHAT_…）和企业微信（BANGFU_WECOM_…）至少要配好一个"):
        read(platform_needed=True)
    put(monkeypatch, WORK)
    only_work = read(platform_needed=True)
    assert only_work.official is None
    assert only_work.work is not None
    assert (only_work.work.agent_id, only_work.work.api_base) == (1000002, "https://qyapi.weixin.qq.com")
    put(monkeypatch, OFFICIAL)
    both = read(platform_needed=True)
    assert both.official is not None
    assert (both.official.mode, both.official.api_base) == ("safe", "https://api.weixin.qq.com")
    assert both.official.previous_aes_key is None


def test_half_a_platform_names_what_is_missing_beside_what_is_there(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, OFFICIAL)
    monkeypatch.delenv("BANGFU_WECHAT_AES_KEY")
    with pytest.raises(WrongSettings) as wrong:
        read(platform_needed=True)
    assert str(wrong.value) == (
        "设置有1处要改，改好后再启动：\n  BANGFU_WECHAT_AES_KEY 也要填写（已经填了BANGFU_WECHAT_ACCOUNT）"
    )


def test_plain_mode_and_the_previous_key_are_taken(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, OFFICIAL)
    put(monkeypatch, {"BANGFU_WECHAT_MODE": "plain", "BANGFU_WECHAT_PREVIOUS_AES_KEY": OLD_AES_KEY})
    official = read(platform_needed=True).official
    assert official is not None
    assert (official.mode, official.previous_aes_key) == ("plain", OLD_AES_KEY)


def test_empty_values_count_as_not_set(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, dict.fromkeys([*OFFICIAL, "BANGFU_REDIS_URL", "BANGFU_COUNTY", "BANGFU_TIMEZONE"], ""))
    put(monkeypatch, {"BANGFU_DATABASE_URL": "  ", "BANGFU_WECHAT_MODE": "safe"})
    settings = read()
    assert (settings.official, settings.redis_url, settings.county) == (None, None, "wangcang")
    assert settings.database_url == "sqlite+aiosqlite:///var/bangfu.db"


def test_spaces_and_slashes_people_leave_behind_do_no_harm(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"BANGFU_PUBLIC_URL": " https://bf.example.gov.cn/ ", "BANGFU_COUNTY": "wangcang\t"})
    settings = read()
    assert (settings.public_url, settings.county) == ("https://bf.example.gov.cn", "wangcang")


def test_the_environment_stands_over_the_file(key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "bangfu.env"
    lines = ["# 注释", "BANGFU_SMS_URL=https://sms.example/a", "BANGFU_REDIS_URL='redis://cache'", "BANGFU_TIMEZONE="]
    lines += [f"{name}={value}" for name, value in OFFICIAL.items()]
    file.write_text("\n".join(lines), encoding="utf-8")
    put(monkeypatch, {"BANGFU_ENV_FILE": str(file), "BANGFU_SMS_URL": "https://sms.example/b"})
    settings = read(platform_needed=True)
    assert (settings.sms_url, settings.redis_url) == ("https://sms.example/b", "redis://cache")
    assert settings.official is not None


@pytest.mark.parametrize("content", [None, b"BANGFU_SMS_URL=\xff\xfe"], ids=["not there", "not text"])
def test_a_file_that_cannot_be_read_is_a_mistake_like_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "bangfu.env"
    if content is not None:
        file.write_bytes(content)
    put(monkeypatch, {"BANGFU_ENV_FILE": str(file), "BANGFU_COUNTY": "nowhere"})
    with pytest.raises(WrongSettings) as wrong:
        read(keys_needed=False)
    assert str(wrong.value) == (
        "设置有2处要改，改好后再启动：\n"
        f"  BANGFU_ENV_FILE 文件 {file} 不存在或读不了\n"
        "  BANGFU_COUNTY 没有这个县的政策目录，可用的在 policies/catalogue/ 下"
    )


def test_the_demonstrations_keys_open_its_own_store_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = new_key()
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo-keys").write_text(made + "\n")
    assert read().secret_keys == (made,)
    monkeypatch.setenv("BANGFU_DATABASE_URL", "sqlite+aiosqlite:///other.db")
    with pytest.raises(WrongSettings):
        read()


def test_a_settings_text_holds_no_secret(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, OFFICIAL | WORK | {"BANGFU_DATABASE_URL": "postgresql+asyncpg://bangfu:hunter2@db/bangfu"})
    shown = f"{read()!r} {read().official!r} {read().work}"
    for secret in (key, "hunter2", "app-secret", "work-secret", "TokenOfTheAccount", "TokenOfTheApp", AES_KEY):
        assert secret not in shown


def test_the_countys_own_folder_of_packs_must_be_there_and_may_bring_its_county(
    key: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(monkeypatch, {"BANGFU_CATALOGUE": str(tmp_path / "nowhere"), "BANGFU_COUNTY": "ours"})
    with pytest.raises(WrongSettings) as stopped:
        read()
    assert "BANGFU_CATALOGUE 没有这个文件夹，请先建好" in str(stopped.value)
    (tmp_path / "packs" / "ours").mkdir(parents=True)
    (tmp_path / "packs" / "ours" / "county.yaml").touch()
    put(monkeypatch, {"BANGFU_CATALOGUE": str(tmp_path / "packs")})
    settings = read()
    assert (settings.county, settings.catalogue) == ("ours", tmp_path / "packs")
