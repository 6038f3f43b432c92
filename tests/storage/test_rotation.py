"""Rotating the keys: every sealed value comes under the newest key, nothing is lost, and the old key can go."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import ANY

import pytest
from sqlalchemy import LargeBinary, select, update

from storage import cadres, conversations, disbursements, households, inbox, invitations, members, outbox, rotation
from storage.cadres import Cadre, by_phone
from storage.conversations import Conversation, Place
from storage.database import Database
from storage.disbursements import Disbursement
from storage.households import Household
from storage.ids import BatchId
from storage.imports.layouts import Kind
from storage.imports.load import import_file
from storage.imports.undo import CannotUndo, undo
from storage.inbox import Answer, Inbox
from storage.members import Member
from storage.outbox import Outbox, ToHousehold
from storage.people import Account, Platform
from storage.rotation import LEFT_AS_THEY_ARE, SEALED
from storage.schema import metadata
from storage.sealing import CannotOpen, Cipher, Keyring, new_key
from tests.databases import KEY
from tests.storage.imports.sheets import member, wife, write
from tests.village import House, Village

NEW = new_key()
NOBODY = Account(Platform.WECHAT, "o_nobody")
NOTHING = dict.fromkeys(
    (
        *("cadre", "household", "member", "disbursement", "conversation", "inbox", "outbox"),
        *("case", "case_event", "recording"),
        *("import_batch", "import_change"),
    ),
    0,
)


@pytest.fixture
async def people(store: Database, now: datetime) -> Village:
    return Village(store, now)


def quiet(table: str, count: int) -> None:
    """Nobody watches."""


def under(store: Database, *keys: str, cipher: Cipher = Cipher.AES) -> Database:
    """The same store as a process with these keys and this cipher opens it."""
    return Database(store.url.render_as_string(hide_password=False), Keyring(keys, cipher))


async def fill(store: Database, people: Village, now: datetime) -> House:
    """Something in every sealed column."""
    wang = await people.household("王建国", family=[("王小明", "子", "20100203")])
    await people.cadre("李梅", visits=[wang])
    await people.paid(wang, "低保", 300, "2026-11-01", card="6217000000001234")
    keyring = store.keyring
    async with store.writing() as session:
        await session.execute(update(Member).values(phone_sealed=keyring.seal("19912345678", members.PHONE)))
        await conversations.put(session, Place(NOBODY, '{"asked":"household"}', now))
        await inbox.keep_for_later(session, Answer("m1", NOBODY, now, True, None), "钱来了没")
        await inbox.settle(session, Answer("m1", NOBODY, now, True, "来了"))
        await outbox.promise(
            session, ToHousehold(wang.id), kind="note", key="note:1", text="请来村委会", due_at=now, now=now
        )
    return wang


def test_every_sealed_column_of_the_schema_is_known_to_rotation() -> None:
    columns = {(table.name, column.name): column for table in metadata.tables.values() for column in table.columns}
    sealed = {
        which
        for which, column in columns.items()
        if isinstance(column.type, LargeBinary) and which[1].endswith(("_sealed", "_index"))
    }
    known = {(sealed.table.name, sealed.name) for sealed in SEALED}
    known |= {(sealed.table.name, sealed.index_name) for sealed in SEALED if sealed.index_name is not None}
    known |= {(str(model.__tablename__), name) for model, name in LEFT_AS_THEY_ARE}
    assert sealed <= known <= columns.keys()


async def test_after_rotation_everything_opens_and_is_found_without_the_old_key(
    store: Database, people: Village, now: datetime
) -> None:
    wang = await fill(store, people, now)
    both = under(store, NEW, KEY)
    expected = NOTHING | {
        "cadre": 1, "household": 2, "member": 4, "disbursement": 1, "conversation": 1, "inbox": 2, "outbox": 1
    }  # fmt: skip
    assert await rotation.remaining(both) == expected
    assert await rotation.rotate(both, quiet) == expected
    assert await rotation.remaining(both) == NOTHING
    await both.close()

    only_new = under(store, NEW)
    keyring = only_new.keyring
    async with only_new.reading() as session:
        household = await session.get_one(Household, wang.id)
        assert keyring.open_if(household.phone_sealed, households.PHONE) == wang.phone
        assert household.phone_index == keyring.index(wang.phone, households.PHONE)
        assert (keyring.open_if(household.card_sealed, households.CARD) or "").startswith("6217")
        for member in await session.scalars(select(Member)):
            number = keyring.open_if(member.id_number_sealed, members.ID_NUMBER)
            assert number is not None
            assert member.id_number_index == keyring.index(number, members.ID_NUMBER)
            assert keyring.open_if(member.phone_sealed, members.PHONE) == "19912345678"
        [cadre] = (await session.scalars(select(Cadre))).all()
        found = await by_phone(session, keyring.open(cadre.phone_sealed, cadres.PHONE))
        assert found is cadre
        [card] = await session.scalars(select(Disbursement.card_sealed))
        assert keyring.open_if(card, disbursements.CARD) == "6217000000001234"
        [state] = await session.scalars(select(Conversation.state_sealed))
        assert keyring.open(state, conversations.STATE) == '{"asked":"household"}'
        [heard] = await session.scalars(select(Inbox))
        assert keyring.open_if(heard.reply_sealed, inbox.REPLY) == "来了"
        assert keyring.open_if(heard.push_sealed, inbox.PUSH) == "钱来了没"
        [text] = await session.scalars(select(Outbox.text_sealed))
        assert keyring.open_if(text, outbox.TEXT) == "请来村委会"
    await only_new.close()


async def test_an_import_can_be_taken_back_after_the_keys_it_was_made_with_are_gone(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    """Rotated twice, and to the other cipher: the numbers of before come back, open, and are found by their index."""
    first = write(tmp_path / "1.xlsx", [member(), wife()])
    second = write(tmp_path / "2.xlsx", [member(联系电话="19911113333", 银行卡号="6217000000000000009"), wife()])
    await imported(store, first, now)
    batch = await imported(store, second, now)
    newest = new_key()
    for database in (under(store, NEW, KEY), under(store, newest, NEW, cipher=Cipher.SM4)):
        assert (await rotation.remaining(database))["import_change"] > 0
        assert (await rotation.rotate(database, quiet))["import_change"] > 0
        assert not any((await rotation.remaining(database)).values())
        assert await rotation.headers(database) == {database.keyring.header: ANY}
        await database.close()

    alone = under(store, newest, cipher=Cipher.SM4)
    async with alone.writing() as session:
        await undo(session, batch, now=now)
    async with alone.reading() as session:
        household = (await session.scalars(select(Household))).one()
        assert alone.keyring.open_if(household.phone_sealed, households.PHONE) == "19911112222"
        assert alone.keyring.open_if(household.card_sealed, households.CARD) == "6217000000000000001"
        assert household.phone_index == alone.keyring.index("19911112222", households.PHONE)
    await alone.close()


async def test_what_was_changed_since_is_noticed_after_a_rotation_too(
    store: Database, tmp_path: Path, now: datetime
) -> None:
    batch = await imported(store, write(tmp_path / "1.xlsx", [member(), wife()]), now)
    both = under(store, NEW, KEY)
    await rotation.rotate(both, quiet)
    await both.close()
    alone = under(store, NEW)
    async with alone.writing() as session:
        await session.execute(update(Household).values(bank="农商行"))
    with pytest.raises(CannotUndo, match="在别处改过"):
        async with alone.writing() as session:
            await undo(session, batch, now=now)
    await alone.close()


async def imported(store: Database, path: Path, now: datetime) -> BatchId:
    async with store.writing() as session:
        outcome = await import_file(session, Kind.HOUSEHOLDS, path, now=now)
    assert outcome.batch is not None
    return outcome.batch


async def test_a_second_run_finds_nothing_to_do(store: Database, people: Village, now: datetime) -> None:
    await fill(store, people, now)
    both = under(store, NEW, KEY)
    await rotation.rotate(both, quiet)
    async with both.reading() as session:
        before = (await session.execute(select(Household.phone_sealed, Household.card_sealed))).all()
    assert await rotation.rotate(both, quiet) == NOTHING
    async with both.reading() as session:
        assert (await session.execute(select(Household.phone_sealed, Household.card_sealed))).all() == before
    await both.close()


async def test_killed_half_way_it_goes_on_where_it_was(
    store: Database, people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each small transaction is done for good; the next run takes only what is left."""
    monkeypatch.setattr(rotation, "_AT_ONCE", 2)
    for number in range(5):
        await people.household(f"第{number}户", bound=False)
    both = under(store, NEW, KEY)

    def die(table: str, count: int) -> None:
        if (table, count) == ("household", 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotation.rotate(both, die)
    assert (await rotation.remaining(both))["household"] == 6
    assert (await rotation.rotate(both, quiet))["household"] == 6
    assert await rotation.remaining(both) == NOTHING
    await both.close()


async def test_what_is_written_meanwhile_is_not_overwritten(
    store: Database, people: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody changes phones all the while, now under the old key and now under the new one: the last word stays."""
    monkeypatch.setattr(rotation, "_AT_ONCE", 2)
    houses = [await people.household(f"第{number}户", bound=False) for number in range(12)]
    both = under(store, NEW, KEY)

    async def change(database: Database) -> None:
        for house in houses:
            async with database.writing() as session:
                household = await session.get_one(Household, house.id)
                phone = f"177{house.id:08d}"
                household.phone_sealed = database.keyring.seal(phone, households.PHONE)
                household.phone_index = database.keyring.index(phone, households.PHONE)

    await asyncio.gather(rotation.rotate(both, quiet), change(store), change(both))
    await rotation.rotate(both, quiet)
    assert await rotation.remaining(both) == NOTHING
    newest = Keyring([NEW])
    async with both.reading() as session:
        rows = (await session.execute(select(Household.id, Household.phone_sealed, Household.phone_index))).all()
    for id_, sealed, index in rows:
        assert newest.open_if(sealed, households.PHONE) == f"177{id_:08d}"
        assert index == newest.index(f"177{id_:08d}", households.PHONE)
    await both.close()


async def test_a_row_changed_after_it_was_read_keeps_its_change(store: Database, people: Village) -> None:
    """Even if nothing held the row, a value is replaced only where it still is the one that was read."""
    wang = await people.household("王建国")
    both = under(store, NEW, KEY)
    [sealed] = [one for one in SEALED if one.place == households.PHONE]
    async with both.writing() as session:
        stale = {wang.id: both.keyring.seal("19900000000", households.PHONE)}
        await sealed.reseal(session, both.keyring, stale)
    async with store.reading() as session:
        kept = await session.scalar(select(Household.phone_sealed).where(Household.id == wang.id))
    assert store.keyring.open_if(kept, households.PHONE) == wang.phone
    await both.close()


async def test_what_no_key_opens_is_left_and_counted(store: Database, people: Village) -> None:
    wang = await people.household("王建国")
    await people.household("张三")
    foreign = Keyring([new_key()]).seal("19900000000", households.PHONE)
    async with store.writing() as session:
        await session.execute(update(Household).where(Household.id == wang.id).values(phone_sealed=foreign))
    both = under(store, NEW, KEY)
    assert (await rotation.rotate(both, quiet))["household"] == 3
    assert await rotation.remaining(both) == NOTHING | {"household": 1}
    async with both.reading() as session:
        assert await session.scalar(select(Household.phone_sealed).where(Household.id == wang.id)) == foreign
    await both.close()


async def test_two_cadres_with_one_number_do_not_stop_the_others(store: Database, people: Village) -> None:
    li = await people.cadre("李梅")
    await people.cadre("赵强")
    both = under(store, NEW, KEY)
    async with both.writing() as session:
        session.add(
            Cadre(
                name="李梅",
                phone_sealed=both.keyring.seal(li.phone, cadres.PHONE),
                phone_index=both.keyring.index(li.phone, cadres.PHONE),
            )
        )
    assert (await rotation.rotate(both, quiet))["cadre"] == 1
    assert (await rotation.remaining(both))["cadre"] == 1
    await both.close()


async def test_codes_are_counted_apart_until_they_expire(store: Database, people: Village, now: datetime) -> None:
    wang, zhang = await people.household("王建国"), await people.household("张三")
    async with store.writing() as session:
        code, until = await invitations.make(session, household_id=wang.id, made_by=None, now=now)
        used, _ = await invitations.make(session, household_id=zhang.id, made_by=None, now=now)
        await invitations.redeem(session, used, now)
    both = under(store, NEW, KEY)
    await rotation.rotate(both, quiet)
    assert await rotation.codes(both, now) == rotation.Codes(1, until)
    assert await rotation.codes(both, now + timedelta(days=8)) == rotation.Codes(0, None)
    async with both.writing() as session:
        assert await invitations.redeem(session, code, now) is not None
    await both.close()


async def test_a_store_sealed_under_the_newest_key_alone_is_refused_to_the_old_one(
    store: Database, people: Village
) -> None:
    wang = await people.household("王建国")
    both = under(store, NEW, KEY)
    await rotation.rotate(both, quiet)
    async with store.reading() as session:
        sealed = await session.scalar(select(Household.phone_sealed).where(Household.id == wang.id))
    with pytest.raises(CannotOpen):
        store.keyring.open_if(sealed, households.PHONE)
    await both.close()
