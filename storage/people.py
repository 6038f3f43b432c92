"""Who speaks: somebody unknown yet, a household's member, or an official; small and frozen, safe to hand around."""

from dataclasses import dataclass
from enum import StrEnum

from storage.ids import CadreId, HouseholdId, MemberId


class Platform(StrEnum):
    """Which of WeChat's two worlds an account lives in."""

    WECHAT = "wechat"
    WECOM = "wecom"


@dataclass(frozen=True, slots=True)
class Account:
    """A WeChat openid or a WeCom user id: who the platform says is writing. Never logged."""

    platform: Platform
    name: str

    @property
    def key(self) -> str:
        """One text for both parts, as tables keep it."""
        return f"{self.platform}:{self.name}"


LEFT = "left"
"""What stands for an account that left us or was taken back: its own name is no longer ours to keep."""


def nameless(account: Account) -> Account:
    """Give what is kept in the place of an account that is to be forgotten: of its platform, and nobody's."""
    return Account(account.platform, LEFT)


def account_of(key: str) -> Account:
    """Give the account a table's key stands for."""
    platform, _, name = key.partition(":")
    return Account(Platform(platform), name)


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody whose account is bound to nobody yet."""

    account: Account


@dataclass(frozen=True, slots=True)
class Villager:
    """A member of a household, or somebody let in by its code.

    `proxy`: somebody who speaks for this household just now and is not of it (代办人); what only the household itself
    may do is not for them.
    """

    account: Account
    household_id: HouseholdId
    member_id: MemberId | None
    proxy: bool = False


@dataclass(frozen=True, slots=True)
class Official:
    """A cadre, of whatever role."""

    account: Account
    cadre_id: CadreId


type_names = {Newcomer: "newcomer", Villager: "household", Official: "cadre"}
"""What commands and logs call each kind of speaker."""

Speaker = Newcomer | Villager | Official
