"""事件: what WeChat tells us of an account: it follows, leaves, scans a code, accepts notices."""

from bot.core.talk import Offers, Reply, Talk
from bot.messages import binding as say_binding
from bot.messages import help as say
from bot.wechat.push import SubscriptionStep
from handlers.everyone import binding, privacy
from handlers.everyone.help import ROUTE, choices, open_chosen
from storage import contacts
from storage.bindings import EndReason
from storage.people import Newcomer, Speaker

NOTHING = Reply("")
"""Some events are answered with silence."""


async def followed(talk: Talk[Speaker]) -> Reply:
    """Welcome somebody who follows; a code in the QR code that led here binds at once."""
    open_chosen(talk)
    await contacts.set_reachable(talk.session, talk.speaker.account, reachable=True, now=talk.now)
    bound = await binding.bind_by_scene(talk, str(talk.slots.get("scene", "")))
    return bound or _welcome(talk)


async def unfollowed(talk: Talk[Speaker]) -> Reply:
    """Forget who left, as WeChat asks of us: all that is kept of the account. Nobody reads a reply."""
    await privacy.forget(talk, EndReason.UNFOLLOWED)
    return Reply("", forgets=True)


async def scanned(talk: Talk[Speaker]) -> Reply:
    """A follower scans a QR code: one of ours carries a binding code, any other gets a greeting."""
    open_chosen(talk)
    bound = await binding.bind_by_scene(talk, str(talk.slots.get("scene", "")))
    return bound or _welcome(talk)


async def accepted_notices(talk: Talk[Speaker]) -> Reply:
    """Count the notices somebody has just accepted. A refusal in the same window takes nothing away."""
    for change in talk.slots.get("changes", ()):
        if change.step is SubscriptionStep.ANSWERED and change.accepted:
            await contacts.accept(talk.session, talk.speaker.account, change.template_id, talk.now)
    return NOTHING


async def refused_notices(talk: Talk[Speaker]) -> Reply:
    """Forget the notices somebody has switched off in the settings; WeChat tells only of refusals there."""
    for change in talk.slots.get("changes", ()):
        if change.accepted is False:
            await contacts.used_up(talk.session, talk.speaker.account, change.template_id, talk.now)
    return NOTHING


def _welcome(talk: Talk[Speaker]) -> Reply:
    if isinstance(talk.speaker, Newcomer):
        return Reply(say.welcome(say_binding.BIND_FIRST.split("\n")))
    offered = choices(talk.speaker)
    text = say.menu(say.HELLO + say.CAN_DO, [label for _, label in offered])
    return Reply(text, Offers(ROUTE, tuple(intent for intent, _ in offered)))
