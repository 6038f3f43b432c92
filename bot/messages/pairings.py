"""结对缺口: what the office is told of households without a cadre and cadres with too many."""

from collections.abc import Sequence

PAIRINGS = "结对帮扶"
GAPS = "哪些户还没有帮扶干部，哪些干部结对的户超过县里定的数"

ALL_PAIRED = "每一户都有帮扶干部。"
NO_MOST = "县里没有定一名干部最多结对几户，所以不查超数。各干部的户数加 --json 看。"
HEAD_UNKNOWN = "户主待补"


def gaps(without: Sequence[tuple[str, str | None, str]], over: Sequence[tuple[str, int]], most: int | None) -> str:
    """The households (number, head, area) without a cadre, then the cadres (name, households) over their number."""
    lines = [f"还没有帮扶干部的有{len(without)}户：" if without else ALL_PAIRED]
    lines += [f"  户{number} {head or HEAD_UNKNOWN} {area}" for number, head, area in without]
    if most is None:
        lines.append(NO_MOST)
    elif over:
        lines.append(f"结对超过{most}户的干部有{len(over)}名：")
        lines += [f"  {name} {households}户" for name, households in over]
    else:
        lines.append(f"没有干部结对超过{most}户。")
    return "\n".join(lines)
