"""录音和图片: what cannot be read is kept for the household's cadre where it agrees; it hears what to do instead."""

from bot.core.talk import Offers, Reply, Talk
from bot.messages import cadres as say_cadres
from bot.messages import recordings as say
from handlers.everyone.safety import helper_of_speaker
from storage import recordings
from storage.assignments import Helper
from storage.people import Villager

_MEDIA = "media_id"
_CHANGE = "change"


async def voice(talk: Talk[Villager]) -> Reply:
    """Keep a voice message for the cadre, once the household has agreed to that."""
    return await _received(talk, "voice")


async def image(talk: Talk[Villager]) -> Reply:
    """Keep a picture for the cadre, likewise."""
    return await _received(talk, "image")


async def _received(talk: Talk[Villager], kind: str) -> Reply:
    helper, media_id = await helper_of_speaker(talk), str(talk.slots.get(_MEDIA, ""))
    if helper is None or not media_id:
        return Reply(say.INSTEAD[kind])
    home = talk.speaker.household_id
    before = await recordings.agreed(talk.session, talk.speaker.account, home)
    changes = talk.opened(_CHANGE) is not None
    if before is False and not changes:
        return Reply(say.not_kept_as_before(kind), Offers(_CHANGE, ("keep",)))
    if before is not True:
        who = say_cadres.helper(helper.name, helper.phone)
        agrees = changes or talk.confirm("keep", say.may_i(kind, who))
        await recordings.decide(talk.session, talk.speaker.account, home, agrees=agrees, now=talk.now)
        if not agrees:
            return Reply(say.not_kept(kind))
    return await _kept(talk, kind, media_id, helper)


async def _kept(talk: Talk[Villager], kind: str, media_id: str, helper: Helper) -> Reply:
    await recordings.keep(
        talk.session, talk.speaker.account, talk.speaker.household_id, kind=kind, media_id=media_id, now=talk.now
    )
    return Reply(say.kept(kind, helper.name, helper.phone))
