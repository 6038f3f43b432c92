"""改登记的信息: a household tells that something on file about it has changed; the village and township check it."""

from bot.core.talk import Reply, Talk
from bot.messages import families as say
from handlers.everyone.families import report
from storage import access
from storage.people import Villager


async def update_info(talk: Talk[Villager]) -> Reply:
    """Ask what must be known, and put it before the village and the township."""
    household = await access.household_of(talk.session, talk.speaker)
    return await report(talk, household, say.BY_PROXY if talk.speaker.proxy else say.BY_HOUSEHOLD)
