"""账号: the two accounts the platform plays, the county's 公众号 and its 企业微信 application."""

from dataclasses import dataclass, field
from enum import StrEnum

from bot.settings import OfficialAccountSettings, WorkSettings


class Side(StrEnum):
    """Which of the two platforms a phone or a push belongs to."""

    OFFICIAL = "official"
    WECOM = "wecom"


@dataclass(frozen=True)
class OfficialAccount:
    """The 公众号 as its 开发者中心 shows it; `account` is the gh_… name that messages are addressed to."""

    account: str
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    name: str = "帮扶通"


@dataclass(frozen=True)
class WorkApp:
    """The self-built 企业微信 application as the corporation's console shows it."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    name: str = "帮扶通"


@dataclass(frozen=True)
class NoticeTemplate:
    """A template of the account, 订阅通知 or 模板消息: its id, its title and the label of each field.

    The real platform renders a notice from such a table: {"thing1": "事项", "time2": "时间"}.
    """

    id: str
    title: str
    labels: dict[str, str]


def settings_of(
    official: OfficialAccount, wecom: WorkApp, *, api_base: str, template: NoticeTemplate
) -> tuple[OfficialAccountSettings, WorkSettings]:
    """What an operator would set for a bot that talks to these two, with their API at that address."""
    return (
        OfficialAccountSettings(
            account=official.account,
            app_id=official.app_id,
            app_secret=official.app_secret,
            token=official.token,
            aes_key=official.aes_key,
            api_base=api_base,
            notice_template=template.id,
        ),
        WorkSettings(
            corp_id=wecom.corp_id,
            agent_id=wecom.agent_id,
            secret=wecom.secret,
            token=wecom.token,
            aes_key=wecom.aes_key,
            api_base=api_base,
        ),
    )
