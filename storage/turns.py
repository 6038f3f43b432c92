"""一问一答的开头: what a turn must know before it begins, for many turns in one statement.

Was this message heard, who is bound to this account, does a talk of theirs wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import BindParameter, LargeBinary, bindparam, cast, literal, null, select, union_all

from storage.batches import Store, padded
from storage.bindings import Binding
from storage.cadres import Cadre
from storage.conversations import STATE, Conversation
from storage.ids import CadreId, HouseholdId, MemberId
from storage.inbox import REPLY, Inbox, InboxState
from storage.people import Account, Newcomer, Official, Platform, Speaker, Villager
from storage.sealing import Keyring


@dataclass(frozen=True, slots=True)
class Opening:
    """What is known when a message arrives. `state` is the waiting talk, as `conversations.save` was given it."""

    answered: bool
    reply: str | None
    speaker: Speaker
    state: str | None


@dataclass(frozen=True, slots=True)
class _Bound:
    """What an open binding says, by our ids."""

    household: int | None
    member: int | None
    cadre: int | None
    speaks_for: int | None


_accounts: BindParameter[list[str]] = bindparam("accounts", expanding=True)
_no_number = cast(null(), Cadre.id.type)
_no_bytes = cast(null(), LargeBinary)
_STATEMENT = union_all(
    select(literal("heard"), Inbox.key, _no_number, _no_number, _no_number, _no_number, Inbox.reply_sealed).where(
        Inbox.key.in_(bindparam("keys", expanding=True)), Inbox.state == InboxState.ANSWERED
    ),
    select(
        literal("bound"),
        Binding.account,
        Binding.household_id,
        Binding.member_id,
        Binding.cadre_id,
        Binding.speaks_for_id,
        _no_bytes,
    ).where(Binding.account.in_(_accounts), Binding.ended_at.is_(None)),
    select(literal("cadre"), Cadre.wecom_user, _no_number, _no_number, Cadre.id, _no_number, _no_bytes).where(
        Cadre.wecom_user.in_(bindparam("users", expanding=True))
    ),
    select(
        literal("talk"),
        Conversation.account,
        _no_number,
        _no_number,
        _no_number,
        _no_number,
        Conversation.state_sealed,
    ).where(Conversation.account.in_(_accounts)),
)


async def openings(store: Store, keyring: Keyring, messages: Sequence[tuple[str, Account]]) -> list[Opening]:
    """Give the opening of each message, named by its dedupe key and its account, in their order."""
    parameters = {
        "keys": padded(key for key, _ in messages),
        "accounts": padded(account.key for _, account in messages),
        "users": padded(account.name.lower() for _, account in messages if account.platform is Platform.WECOM),
    }
    replies: dict[str, bytes | None] = {}
    bound: dict[str, _Bound] = {}
    cadres: dict[str, int] = {}
    talks: dict[str, bytes] = {}
    for what, name, household, member, cadre, speaks_for, sealed in await store.execute(_STATEMENT, parameters):
        if what == "heard":
            replies[name] = sealed
        elif what == "bound":
            bound[name] = _Bound(household, member, cadre, speaks_for)
        elif what == "cadre":
            cadres[name] = cadre
        else:
            talks[name] = sealed
    return [
        Opening(
            answered=key in replies,
            # A key that was lost must not keep anybody from being heard, and others with them: the talk begins anew.
            reply=keyring.open_if_possible(replies.get(key), REPLY),
            speaker=_speaker(account, bound.get(account.key), cadres),
            state=keyring.open_if_possible(talks.get(account.key), STATE),
        )
        for key, account in messages
    ]


def _speaker(account: Account, bound: _Bound | None, cadres: dict[str, int]) -> Speaker:
    """Who an account is: whom it speaks for just now, else who it is bound to, else the 企业微信账号 the county
    imported, else nobody yet."""
    if bound is not None:
        if bound.speaks_for is not None:
            return Villager(account, HouseholdId(bound.speaks_for), None, proxy=True)
        if bound.cadre is not None:
            return Official(account, CadreId(bound.cadre))
        if bound.household is not None:
            member = None if bound.member is None else MemberId(bound.member)
            return Villager(account, HouseholdId(bound.household), member)
    if account.platform is Platform.WECOM and account.name.lower() in cadres:
        return Official(account, CadreId(cadres[account.name.lower()]))
    return Newcomer(account)
