"""The menu under the chat and the routes agree."""

from bot.app import ROUTES
from bot.inbound.understanding import plain
from bot.messages import menu
from storage.people import Villager


def test_every_entry_of_the_menu_says_words_that_a_household_is_understood_by() -> None:
    known = {plain(words) for route in ROUTES if route.speaker in (Villager, object) for words in route.words}
    said = {plain(words) for _, words in (*menu.HOUSEHOLD_MENU, *menu.MORE_ENTRIES)}
    assert said <= known


def test_the_menu_keeps_to_what_wechat_takes() -> None:
    """OA Creating_Custom-Defined_Menu: 1-3 on the bar, 1-5 below one; names of 16 and 60 bytes, keys of 128."""
    assert len(menu.HOUSEHOLD_MENU) + 1 <= 3
    assert len(menu.MORE_ENTRIES) <= 5
    assert all(len(name.encode()) <= 16 for name, _ in menu.HOUSEHOLD_MENU)
    assert all(len(name.encode()) <= 60 and len(key.encode()) <= 128 for name, key in menu.MORE_ENTRIES)
