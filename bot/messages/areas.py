"""行政区划: what the office is told of the county's areas and their codes."""

from collections.abc import Iterable

AREAS = "列出本县的区划：代码、名称、住着几户，代码是不是国家的"

NONE = "还没有区划。导入农户信息表或区划代码表以后就有。"
_OURS = "（暂编）"
_HINT = "标“暂编”的代码是系统自己编的。有统计用区划代码表的话，运行 bangfu import areas 导入，代码会换成国家的。"


def areas(rows: Iterable[tuple[int, str, str, bool, int]], *, ours: bool) -> str:
    """Every area (depth, code, name, official or not needing to be, households), indented below its parent.

    `ours`: some townships or villages have codes of ours.
    """
    lines = [
        f"{'  ' * depth}{code} {name} {households}户{'' if settled else _OURS}"
        for depth, code, name, settled, households in rows
    ]
    if not lines:
        return NONE
    return "\n".join([*lines, _HINT] if ours else lines)
