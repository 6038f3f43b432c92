"""Each errcode leads to the right next step on each platform."""

import pytest

from bot.wechat.errcodes import ERRCODES, Action, Platform, action_of, meaning_of, name_of

OA, WECOM = Platform.OFFICIAL_ACCOUNT, Platform.WECOM


@pytest.mark.parametrize(
    ("errcode", "platform", "action"),
    [
        (0, OA, Action.OK),
        (-1, WECOM, Action.RETRY),
        (40001, OA, Action.REFRESH_TOKEN),
        (42001, WECOM, Action.REFRESH_TOKEN),
        (43004, OA, Action.UNREACHABLE_USER),
        (43101, OA, Action.FALL_BACK),
        (45015, OA, Action.FALL_BACK),
        (45047, OA, Action.FALL_BACK),
        (45009, OA, Action.STOP_UNTIL_RESET),
        (45011, OA, Action.DELAY),
        (45033, WECOM, Action.DELAY),
        (43117, OA, Action.DELAY_USER),
        (60111, WECOM, Action.GIVE_UP_USER),
        (47003, OA, Action.GIVE_UP_MESSAGE),
        (40164, OA, Action.ALARM),
        (60020, WECOM, Action.ALARM),
    ],
)
def test_what_to_do(errcode: int, platform: Platform, action: Action) -> None:
    assert action_of(errcode, platform) is action


def test_48002_is_a_person_on_one_platform_and_a_permission_on_the_other() -> None:
    assert action_of(48002, OA) is Action.UNREACHABLE_USER
    assert action_of(48002, WECOM) is Action.ALARM


@pytest.mark.parametrize(("errcode", "platform"), [(99999, OA), (99999, WECOM), (60020, OA), (43004, WECOM)])
def test_an_unknown_code_costs_one_message_only(errcode: int, platform: Platform) -> None:
    assert action_of(errcode, platform) is Action.GIVE_UP_MESSAGE


def test_no_code_stands_twice_for_one_platform() -> None:
    seen = [(row.code, platform) for row in ERRCODES for platform in ([row.platform] if row.platform else Platform)]
    assert len(seen) == len(set(seen))


def test_the_operator_reads_what_a_code_means() -> None:
    assert meaning_of(40164, OA) == "this machine's address is not on the whitelist"
    assert meaning_of(48002, WECOM) == "API forbidden for this app"
    assert meaning_of(40007, OA) == "invalid media id"
    assert meaning_of(40007, WECOM) == ""
    assert name_of(43004) == "require_subscribe"
    assert name_of(123456789) == ""
