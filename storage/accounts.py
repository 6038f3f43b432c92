"""账号: all that is kept of one WeChat or WeCom account, and how it is forgotten.

WeChat asks of who is told of `unsubscribe` to delete that user's information; a person may ask the same at any time
(个人信息保护法 第十五条、第四十七条). The openid is in many tables: a test walks all of them, so that a new one is
noticed here.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from storage import bindings, consents, contacts, conversations, inbox, outbox, proxies, recordings
from storage.bindings import EndReason
from storage.people import Account
from storage.proxies import Ended


async def erase(session: AsyncSession, account: Account, reason: EndReason, now: datetime) -> list[Ended]:
    """Forget an account: end its binding and what it may do for others, and take its name, what it said and what it was
    told out of every table; gives the proxies that have ended with it.

    What became of the household stays: its register and the ledgers are kept by duty. The tries to bind that count
    against guessing are known by a blind index only and run out in days.
    """
    ended = await proxies.forget(session, account, now)
    await bindings.forget(session, account, reason, now)
    await consents.forget(session, account, now)
    await conversations.end(session, account)
    await inbox.forget(session, account)
    await outbox.forget(session, account, now)
    await contacts.forget(session, account)
    await recordings.forget(session, account)
    return ended
