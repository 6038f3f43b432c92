"""诉求: what people hear of a case, from its opening to its close-out."""

NEW_FOR_OFFICE = "有一件新的诉求要由您这里办。回复“问题清单”看是什么事。"
"""Names neither who nor whom nor a number: a list it may end on is read by people it may be about."""

_KINDS = {
    "objection": "对公示有异议",
    "complaint": "反映了一个问题",
    "help": "家里有难处，要人帮忙",
    "question": "有件事想问清楚",
    "feedback": "说了说帮扶的情况",
    "problem": "有一个问题要解决",
}


def new_for_cadre(number: str, kind: str, head_name: str | None, village: str | None, text: str) -> str:
    """To the cadre who helps the household: who, what was said, and the number to name it by."""
    whose = f"{village or ''}{head_name or '您帮扶的一'}户"
    return f"{whose}{_KINDS[kind]}（编号{number}）：\n“{text}”\n回复“问题清单”，可以写办得怎么样了。"
