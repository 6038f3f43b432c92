"""公众号底部的菜单: each entry says words that a talk is known by."""

HOUSEHOLD_MENU = (
    ("我的补贴", "我的补贴"),
    ("我能享受", "我能享受什么"),
)
"""Entries on the bar itself: what is written on them, and the words a tap says."""

MORE = "更多"
MORE_ENTRIES = (
    ("我的干部", "我的干部"),
    ("什么时候截止", "什么时候截止"),
    ("找人帮忙", "人工"),
    ("绑定", "绑定"),
    ("帮助", "帮助"),
)


def as_json() -> dict[str, object]:
    """The menu as `/cgi-bin/menu/create` takes it (OA Creating_Custom-Defined_Menu: 1-3 on the bar, 1-5 below)."""
    bar: list[dict[str, object]] = [_tap(*entry) for entry in HOUSEHOLD_MENU]
    bar.append({"name": MORE, "sub_button": [_tap(*entry) for entry in MORE_ENTRIES]})
    return {"button": bar}


def _tap(name: str, words: str) -> dict[str, object]:
    return {"type": "click", "name": name, "key": words}
