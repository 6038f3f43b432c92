"""我家登记的信息: what is on file about us, is it right."""

from bot.core.talk import Reply, Talk
from bot.messages import benefits as say_benefits
from bot.messages import households as say_of_households
from bot.messages import masking
from bot.messages import profile as say
from handlers.everyone.households import causes_of, incomes_of, standing_of
from storage import access, households, members
from storage.people import Villager
from storage.sealing import keyring_of


async def household_profile(talk: Talk[Villager]) -> Reply:
    """Show the household its own file; of numbers only the last four digits, since phones are lent and lost."""
    household = await access.household_of(talk.session, talk.speaker)
    door = await households.doorplate(talk.session, household.id)
    people = await members.of_household(talk.session, household.id)
    keyring = keyring_of(talk.session)
    phone = keyring.open_if(household.phone_sealed, households.PHONE)
    card = keyring.open_if(household.card_sealed, households.CARD)
    causes = causes_of(household)
    by_kind = await incomes_of(talk.session, household)
    income = household.income_per_capita_fen
    return Reply(
        say.profile(
            head_name=household.head_name,
            village=door.village,
            standing=say_of_households.standing(await standing_of(talk.session, household)),
            people=[f"{one.name}（{one.relation}）" if one.relation else one.name for one in people],
            causes=say_of_households.causes(causes) if causes else None,
            income=None if income is None else say_benefits.yuan(income),
            incomes=say_of_households.incomes(by_kind) if by_kind else None,
            house_grade=household.house_grade,
            water_safe=household.water_safe,
            phone_tail=masking.last_digits(phone),
            card_tail=masking.last_digits(card),
        )
    )
