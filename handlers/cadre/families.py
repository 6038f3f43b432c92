"""家庭变动上报: a cadre tells what happened to one of their households."""

from bot.core.talk import Reply, Talk
from bot.messages import families as say
from handlers.cadre.households import household_meant, named_in
from handlers.everyone.families import report
from storage import access, cadres
from storage.people import Official


async def report_change(talk: Talk[Official]) -> Reply:
    """Ask which household, who and when, and put it before the village and the township."""
    own = await access.paired_with(talk.session, talk.speaker)
    household = await household_meant(talk, "household", say.WHICH_HOUSEHOLD, own, named_in(talk, own))
    return await report(talk, household, say.by_cadre(await cadres.name_of(talk.session, talk.speaker.cadre_id)))
