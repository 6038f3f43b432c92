"""我的干部: who helps this household."""

from bot.core.talk import Reply, Talk
from bot.messages import cadres as say
from storage.assignments import helper_of
from storage.people import Villager


async def my_cadre(talk: Talk[Villager]) -> Reply:
    """Name, unit and phone of the household's present cadre; where there is none, whom to ask for one."""
    helper = await helper_of(talk.session, talk.speaker.household_id)
    if helper is None:
        return Reply(say.NOBODY)
    return Reply(say.my_cadre(helper.name, helper.unit, helper.phone))
