"""提醒开关: a household says it wants no reminders, or wants them again. Both may be said as often as one likes."""

from bot.core.clock import in_zone_of, local_date
from bot.core.talk import Reply, Talk
from bot.messages import notices as say
from storage import notices
from storage.people import Villager


async def unsubscribe_reminders(talk: Talk[Villager]) -> Reply:
    """Tell this household nothing by the clock any more; say what that means and how to undo it."""
    since = await notices.turn_off(talk.session, talk.speaker.household_id, talk.now)
    if since == talk.now:
        return Reply(say.OFF)
    day = local_date(in_zone_of(talk.now, since))
    return Reply(say.off_already(day.month, day.day))


async def resubscribe_reminders(talk: Talk[Villager]) -> Reply:
    """Remind this household again."""
    was_off = await notices.turn_on(talk.session, talk.speaker.household_id)
    return Reply(say.ON if was_off else say.ON_ALREADY)
