"""登记问题: a cadre writes down what a household needs; and what is asked here that is done elsewhere."""

from datetime import date

from bot.messages.talk import quoted

WHICH = "哪一户的问题？"
WHAT = "是什么问题？直接说就行，比如“屋顶漏水”。"
SHORTEST = 2
LONGEST = 500
SAY_MORE = "再多说几个字，好让人明白。"
NOT_KEPT = "好的，没有记。"
TO_VISIT = "记成一次走访"
NOTHING = "先不记"
MONEY_ELSEWHERE = (
    "发钱的账以县里导入的发放表为准，这里不记，免得两边对不上。您送去的钱和东西，可以记成一次走访。要记吗？"
)
NO_FIXED_DAY = "走访不用约定日子，这个月哪天去都行，改了不用报。去过以后，用一句话记走访。"
MEASURE_TO_WHAT = "这条措施记到哪里？"
INTO_LAST_VISIT = "记进最近一次走访"
AS_PROBLEM = "登记成一个问题，办完了再销"


def sure(head_name: str, text: str) -> str:
    """Once before it is opened."""
    return f"登记{head_name}户的问题：\n{quoted(text)}\n回复1就登记，回复2不登记。"


def opened(number: str, head_name: str, handler: str | None) -> str:
    """It is open."""
    by = f"，由{handler}办" if handler else ""
    return f"登记了：{head_name}户的问题，编号{number}{by}。办好了回复“问题清单”，写上办得怎样。"


def figures(day: date, households: int, visited: int, problems: int) -> str:
    """The month of one cadre in a few numbers; what an office counts it takes from the tables."""
    left = households - visited
    due = f"还有{left}户这个月没走访，回复“还有谁没走访”看是谁。" if left else "都走访过了。"
    return (
        f"到{day.month}月{day.day}日，您帮扶{households}户，这个月走访了{visited}户，{due}\n"
        f"等着答复的问题{problems}件。\n全镇、全县的数，请县里的管理员导出表格。"
    )
