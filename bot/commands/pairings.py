"""`bangfu pairings`: gaps in the pairings, and households handed over by the office."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands import CommandError
from bot.commands.store import office, on_store, policies_of, print_json
from bot.core.clock import local_date, out_of_quiet_hours
from bot.messages import commands as say
from bot.messages import pairings as words
from bot.settings import Settings
from policies.catalogue import PairedWith, PairingRule, Share
from policies.pairing import Fit
from storage import assignments, audit, cadres, handovers
from storage.assignments import Gaps, Load
from storage.cadres import Cadre
from storage.database import Database
from storage.ids import CadreId, HouseholdId
from storage.imports.changes import one_import_at_a_time


def add(commands: Any) -> None:
    """Add `pairings`."""
    parser = commands.add_parser("pairings", help=words.PAIRINGS, description=words.PAIRINGS)
    which = parser.add_subparsers(dest="which", metavar=say.COMMANDS, required=True)
    gaps = which.add_parser("gaps", help=words.GAPS, description=words.GAPS)
    gaps.add_argument("--json", action="store_true", help=say.JSON)
    gaps.set_defaults(run=_gaps)
    moving = which.add_parser("hand-over", help=words.HAND_OVER, description=words.HAND_OVER)
    moving.add_argument("--from", dest="old", metavar="PHONE", required=True, help=words.FROM)
    moving.add_argument("--to", dest="new", metavar="PHONE", required=True, help=words.TO)
    moving.add_argument("--household", nargs="+", metavar="户编号", help=words.HOUSEHOLDS)
    moving.add_argument("--dry-run", action="store_true", help=words.DRY_RUN)
    moving.set_defaults(run=_hand_over)


def _gaps(options: argparse.Namespace) -> None:
    async def look(settings: Settings, database: Database) -> tuple[Gaps, PairingRule | None]:
        rule = policies_of(settings).pairing
        async with database.reading() as session:
            found = await assignments.gaps(session, rule)
        async with database.writing() as session:
            now = datetime.now(settings.zone)
            detail = {"without_cadre": len(found.without_cadre)}
            await audit.note(session, actor=office(), action="pairings.gaps", detail=detail, now=now)
        return found, rule

    found, rule = on_store(look)
    if options.json:
        print_json(_document(found, rule))
    else:
        print("\n".join(_lines(found, rule)))


def _document(found: Gaps, rule: PairingRule | None) -> dict[str, Any]:
    """The gaps for other programs: our own ids and 户编号, never a name or a phone number."""
    shares = _shares(rule)
    return {
        "without_cadre": [{"household": alone.number, "area": alone.area} for alone in found.without_cadre],
        "out_of_reach": [{"household": one.number, "cadre": f"cadre:{one.cadre_id}"} for one in found.out_of_reach],
        "over": [_official(load) for load in found.standing(Fit.OVER)],
        "under": [_official(load) for load in found.standing(Fit.UNDER)],
        "unknown": [{**_official(load), "missing": str(load.standing.missing)} for load in found.standing(Fit.UNKNOWN)],
        "rules": [
            {
                "who": share.who,
                "at_least": share.at_least,
                "at_most": share.at_most,
                "source": {
                    "document": share.source.document,
                    "line": share.source.line,
                    "quote": share.source.quote,
                },
            }
            for share in shares
        ],
        "most": shares[0].at_most if len(shares) == 1 and not shares[0].roles and not shares[0].ranks else None,
        "cadres": [
            {"cadre": f"cadre:{load.cadre_id}", "households": load.households}
            for load in found.loads
            if load.households
        ],
    }


def _official(load: Load) -> dict[str, Any]:
    share = load.standing.share
    assert share is not None, "only a share says over, under or that nobody can tell"
    return {
        "cadre": f"cadre:{load.cadre_id}",
        "households": load.households,
        "least": share.at_least,
        "most": share.at_most,
        "who": share.who,
    }


def _shares(rule: PairingRule | None) -> list[Share]:
    """The shares of a rule that say how many households; a school's students are not paired here."""
    shares = () if rule is None else rule.shares
    return [share for share in shares if share.paired_with is PairedWith.HOUSEHOLD]


def _lines(found: Gaps, rule: PairingRule | None) -> list[str]:
    alone = [
        words.Household(one.number, one.head_name, one.township, one.village, one.area) for one in found.without_cadre
    ]
    lines = [words.without_cadre(alone)]
    if alone and rule is not None and rule.rest is not None:
        lines.append(words.rest(rule.rest.who))
    lost = [load for load in found.loads if load.households and not load.reachable]
    if lost:
        lines.append(words.out_of_reach(_officials(lost)))
    numbered = [share for share in _shares(rule) if (share.at_least, share.at_most) != (None, None)]
    if not numbered:
        return [*lines, words.NO_SHARES]
    for share in numbered:
        if share.not_on_file is None:
            lines.append(words.share(_share(share, found)))
    lines += _unknown(found.standing(Fit.UNKNOWN))
    return lines


def _share(share: Share, found: Gaps) -> words.Share:
    def those(fit: Fit) -> list[words.Official]:
        return _officials([load for load in found.standing(fit) if load.standing.share == share])

    source = share.source
    return words.Share(
        share.who, share.at_least, share.at_most, source.line, source.quote, those(Fit.OVER), those(Fit.UNDER)
    )


def _unknown(loads: Sequence[Load]) -> list[str]:
    by_reason: dict[str, list[Load]] = {}
    for load in loads:
        share, missing = load.standing.share, load.standing.missing
        assert share is not None
        assert missing is not None
        by_reason.setdefault(words.why(missing, share.not_on_file), []).append(load)
    return [words.unknown(why, _officials(some)) for why, some in by_reason.items()]


def _officials(loads: Sequence[Load]) -> list[words.Official]:
    return [words.Official(load.name, load.households, load.rank) for load in loads]


def _hand_over(options: argparse.Namespace) -> None:
    async def move(settings: Settings, database: Database) -> int:
        now = datetime.now(settings.zone)
        async with database.writing() as session:
            await one_import_at_a_time(session)
            old, new = await _cadre(session, options.old), await _cadre(session, options.new)
            if old.id == new.id:
                raise CommandError(words.SAME_CADRE)
            theirs = await assignments.of_cadre(session, old.id)
            wanted = list(dict.fromkeys(options.household or theirs))
            others = [number for number in wanted if number not in theirs]
            if others:
                raise CommandError(words.not_theirs(others))
            if not wanted:
                raise CommandError(words.NO_HOUSEHOLDS)
            if not options.dry_run:
                moved: dict[HouseholdId, CadreId | None] = {theirs[number]: old.id for number in wanted}
                if not await assignments.hand_over(session, moved, new.id, on=local_date(now)):
                    raise CommandError(words.CHANGED_MEANWHILE)
                await handovers.tell(session, moved, to=new.id, by_office=True, due_at=out_of_quiet_hours(now), now=now)
                detail = {"from": old.id, "to": new.id}
                await audit.note(
                    session, actor=office(), action="pairing.hand_over", about=moved, detail=detail, now=now
                )
        return len(wanted)

    print(words.handed_over(on_store(move), dry_run=options.dry_run))


async def _cadre(session: AsyncSession, phone: str) -> Cadre:
    cadre = await cadres.by_phone(session, phone)
    if cadre is None:
        raise CommandError(words.NOBODY_OF_THAT_PHONE)
    return cadre
