"""设置: one frozen Settings, read from the environment once, all mistakes reported at once."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot.messages import settings as say
from policies.catalogue import county_names
from storage.sealing import Cipher, Keyring

VAR = Path("var")
"""Where the embedded store and the demonstration's keys live, under the folder the process was started in."""

DEMO_KEYS = VAR / "demo-keys"
DEFAULT_DATABASE = f"sqlite+aiosqlite:///{VAR / 'bangfu.db'}"


class WrongSettings(Exception):
    """The settings cannot be used; the text names every mistake."""


def _database(url: str) -> str:
    try:
        backend = make_url(url).drivername
    except ArgumentError as error:
        raise ValueError(say.NOT_A_DATABASE) from error
    if backend not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        raise ValueError(say.NOT_A_DATABASE)
    return url


def _redis(url: str | None) -> str | None:
    if url and not url.startswith(("redis://", "rediss://")):
        raise ValueError(say.NOT_REDIS)
    return url or None


def _http(url: str | None) -> str | None:
    if url and not re.match(r"https?://[^/]", url):
        raise ValueError(say.NOT_A_URL)
    return url.rstrip("/") if url else None


def _keys(text: Any) -> tuple[str, ...]:
    keys = tuple(key.strip() for key in str(text).split(",") if key.strip())
    if keys:
        try:
            Keyring(keys)
        except ValueError as error:
            raise ValueError(say.NOT_A_KEY) from error
    return keys


def _cipher(name: str) -> Cipher:
    try:
        return Cipher(name)
    except ValueError as error:
        raise ValueError(say.NOT_A_CIPHER) from error


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError) as error:
        raise ValueError(say.NOT_A_ZONE) from error
    return name


def _folder(path: Path | None) -> Path | None:
    if path is not None and not path.is_dir():
        raise ValueError(say.NO_SUCH_FOLDER)
    return path


def _county(name: str, beside: ValidationInfo) -> str:
    if name not in county_names(beside.data.get("catalogue")):
        raise ValueError(say.NO_SUCH_COUNTY)
    return name


def _token(token: str) -> str:
    if not re.fullmatch(r"[!-~]{1,64}", token):
        raise ValueError(say.NOT_A_TOKEN)
    return token


def _aes_key(key: str | None) -> str | None:
    if key and not re.fullmatch(r"[A-Za-z0-9+/]{43}", key):
        raise ValueError(say.NOT_AN_AES_KEY)
    return key or None


def _mode(mode: str) -> str:
    if mode not in {"safe", "plain"}:
        raise ValueError(say.NOT_A_MODE)
    return mode


T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
Url = Annotated[str, AfterValidator(_http)]
Secret = Annotated[T, Field(repr=False)]
"""Never shown, wherever settings may be printed."""

AesKey = Secret[Annotated[str, AfterValidator(_aes_key)]]


class OfficialAccountSettings(BaseModel):
    """公众号, as its 开发者中心 shows it."""

    model_config = ConfigDict(frozen=True)

    account: str
    app_id: str
    app_secret: Secret[str]
    token: Secret[Annotated[str, AfterValidator(_token)]]
    aes_key: AesKey
    previous_aes_key: Secret[Annotated[str | None, AfterValidator(_aes_key)]] = None
    mode: Annotated[str, AfterValidator(_mode)] = "safe"
    api_base: Url = "https://api.weixin.qq.com"
    notice_template: str | None = None


class WorkSettings(BaseModel):
    """企业微信, one self-built app, as its 管理后台 shows it."""

    model_config = ConfigDict(frozen=True)

    corp_id: str
    agent_id: int
    secret: Secret[str]
    token: Secret[Annotated[str, AfterValidator(_token)]]
    aes_key: AesKey
    api_base: Url = "https://qyapi.weixin.qq.com"


class _General(BaseModel):
    database_url: Annotated[str, AfterValidator(_database)] = DEFAULT_DATABASE
    redis_url: Annotated[str | None, AfterValidator(_redis)] = None
    secret_keys: Annotated[tuple[str, ...], BeforeValidator(_keys)] = ()
    cipher: Annotated[Cipher, BeforeValidator(_cipher)] = Cipher.AES
    public_url: Annotated[str | None, AfterValidator(_http)] = None
    # Before the county, which may be one of its packs.
    catalogue: Annotated[Path | None, AfterValidator(_folder)] = None
    county: Annotated[str, AfterValidator(_county)] = "wangcang"
    sms_url: Annotated[str | None, AfterValidator(_http)] = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an operator can set; see `deploy/env.example` for each name."""

    # The addresses may hold passwords.
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    cipher: Cipher
    public_url: str | None
    county: str
    sms_url: str | None = field(repr=False)
    zone: ZoneInfo
    official: OfficialAccountSettings | None
    work: WorkSettings | None
    catalogue: Path | None = None


def names() -> list[str]:
    """Every setting's name, for `deploy/env.example` and its test."""
    return [
        *(f"BANGFU_{name.upper()}" for name in _General.model_fields),
        *(f"BANGFU_WECHAT_{name.upper()}" for name in OfficialAccountSettings.model_fields),
        *(f"BANGFU_WECOM_{name.upper()}" for name in WorkSettings.model_fields),
    ]


def read(*, keys_needed: bool = True, platform_needed: bool = False) -> Settings:
    """Read the environment, and the file `BANGFU_ENV_FILE` names beneath it.

    Args:
        keys_needed: the command opens or seals personal data.
        platform_needed: the command talks to WeChat.

    Raises:
        WrongSettings: with every mistake named.
    """
    mistakes: list[str] = []
    values = _values(mistakes)
    general: _General | None = None
    try:
        general = _General.model_validate(_of_group(values, "BANGFU_", _General))
    except ValidationError as error:
        mistakes += _described(error, "BANGFU_")
    keys: tuple[str, ...] = ()
    if general is not None:
        keys = tuple(general.secret_keys) or _demo_keys(general.database_url)
    # Keys that are there but wrong have been named already.
    if keys_needed and not keys and (general is not None or "BANGFU_SECRET_KEYS" not in values):
        mistakes.append(f"BANGFU_SECRET_KEYS {say.NO_KEYS}")
    of_general = len(mistakes)
    official = _group(values, "BANGFU_WECHAT_", OfficialAccountSettings, mistakes)
    work = _group(values, "BANGFU_WECOM_", WorkSettings, mistakes)
    if platform_needed and len(mistakes) == of_general and official is None and work is None:
        mistakes.append(say.NO_PLATFORM)
    if mistakes or general is None:
        raise WrongSettings(say.mistakes(mistakes))
    return Settings(
        database_url=general.database_url,
        redis_url=general.redis_url,
        secret_keys=keys,
        cipher=general.cipher,
        public_url=general.public_url,
        county=general.county,
        sms_url=general.sms_url,
        zone=ZoneInfo(general.timezone),
        official=official,
        work=work,
        catalogue=general.catalogue,
    )


def _values(mistakes: list[str]) -> dict[str, str]:
    """The file's lines, overridden by the environment; an empty value counts as not set."""
    values: dict[str, str | None] = {}
    path = os.environ.get("BANGFU_ENV_FILE")
    if path:
        try:
            with Path(path).open(encoding="utf-8-sig") as file:
                values.update(dotenv_values(stream=file))
        except (OSError, UnicodeDecodeError):
            mistakes.append(f"BANGFU_ENV_FILE {say.no_env_file(path)}")
    values.update(os.environ)
    return {name: value.strip() for name, value in values.items() if value and value.strip()}


def _of_group(values: dict[str, str], prefix: str, model: type[BaseModel]) -> dict[str, str]:
    return {name: values[prefix + name.upper()] for name in model.model_fields if prefix + name.upper() in values}


def _group(values: dict[str, str], prefix: str, model: type[M], mistakes: list[str]) -> M | None:
    """One platform's settings: all of them, or none at all. An address alone does not begin a group."""
    given = _of_group(values, prefix, model)
    if not given.keys() - {"api_base", "mode"}:
        return None
    try:
        return model.model_validate(given)
    except ValidationError as error:
        mistakes += _described(error, prefix, beside=prefix + next(iter(given)).upper())
        return None


def _described(error: ValidationError, prefix: str, beside: str | None = None) -> list[str]:
    lines = []
    for mistake in error.errors(include_url=False, include_input=False):
        name = prefix + str(mistake["loc"][0]).upper()
        if mistake["type"] == "missing":
            reason = say.missing_beside(beside) if beside else say.NEEDED
        elif mistake["type"] == "value_error":
            reason = str(mistake["ctx"]["error"])
        elif mistake["type"] == "int_parsing":
            reason = say.NOT_A_NUMBER
        else:
            reason = say.WRONG
        lines.append(f"{name} {reason}")
    return lines


def _demo_keys(database_url: str) -> tuple[str, ...]:
    """The keys `bangfu demo` made, for commands on its own store; never for another store."""
    if database_url != DEFAULT_DATABASE or not DEMO_KEYS.is_file():
        return ()
    return _keys(DEMO_KEYS.read_text())
