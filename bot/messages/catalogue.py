"""What the command line says to staff who keep the county's policy catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

CHECK = "检查政策目录，指出每处错误在哪个文件、哪一行"
SINCE = "再和以前的目录（另一个文件夹）比，指出哪些旧的被改了、删了，而不是加一条新的"
LIST = "列出本县的待遇，和县里确认到哪天"
SHOW = "显示一项待遇：条件、数额、材料、出处、历次确认"
CONFIRM = "县里确认一项待遇还管用，或者换了数额、时间、材料、地方：在 confirmed.yaml 末尾加一条"
STOP = "一项待遇从某天起停发：在 confirmed.yaml 末尾加一条"
ADD = "照文件加一项待遇；没有出处和原句的不收"
FIGURE = "县里定的数（低保线、贫困线、大病名单）从某天起是多少：加进 county.yaml，以前的不动"
SCHEMA = "写出政策目录的 JSON Schema，给编辑器和别的程序用"

DIRECTORY = "政策目录所在的文件夹；不写就查自带的和本县自己的"
PACK = "改哪个县的文件夹；不写就是 BANGFU_CATALOGUE 里的本县"
BENEFIT = "待遇的编号、名字或大家的叫法"
ON = "从哪天起，如 2026-12-01"
UNTIL = "到哪天止"
BY = "谁定的，如 县民政局"
NOTE = "说明，如文号"
AMOUNT = "数额，如 1200.00"
AT_LEAST = "最少多少"
AT_MOST = "最多多少"
UNIT = "单位，如 元/户"
PERIOD = "多久一次，如 年"
AMOUNT_TEXT = "数额的原话"
KIND = "哪一种数额，见 vocabulary.yaml；一般不用写"
SINCE_DAY = "这个数额从哪天算；不写就是 --on 那天"
OPENS = "交材料从哪天起"
CLOSES = "交材料到哪天止"
WHAT = "交什么"
HAND_IN = "交到哪里"
PAPER = "要带的材料，一样写一次"
WHERE = "去哪里办"
PHONE = "电话"
DAYS = "几个工作日办好"
FIGURE_NAME = "哪个数：dibao_line（低保线）、poverty_line（贫困线）、major_50（50种重大疾病的名单）"
VALUE = "是多少，如 4560"
ITEM = "名单里的一样，一样写一次；写全新的名单"
FIGURE_UNIT = "单位，如 元/人·年；不写就照以前的"
DRY_RUN = "只看会加什么，不真的加"
ON_DAY = "按哪天算"
ID = "编号，小写字母，以本县的名字结尾，如 coal_subsidy_wangcang"
FAMILY = "哪一种待遇，各县相同；不写就是编号去掉县名"
NAME = "名字，如 冬季取暖补贴"
ALIAS = "群众怎么叫它，一样写一次"
CATEGORY = "类别：住房、产业、教育、健康、社保兜底、金融、就业、基础、生态、其他"
PAYEE = "给谁：household 户，person 人，group 村或大家，worker 工作人员"
STRENGTH = "文件说得多肯定：definite 一定，principle 原则上，explore 探索，named 只提到"
WHO = "什么人能享受，照文件说"
CONDITION = "条件，写成“一句话 = 属性 比法 值”，如“住C级、D级危房 = household.house_grade in C,D”；一条写一次"
NO_CONDITIONS = "文件没有写条件"
HOW = "怎么办，照文件说"
DEPARTMENT = "哪个部门"
WHICH_DOCUMENT = "哪份文件（county.yaml 里 documents 的名字）；只有一份时不用写"
QUOTE = "逐字照抄的原句"
LINE = "原句在第几行；不写就去找"
TITLE = "新文件的标题和文号"
TEXT_FILE = "新文件的原文（.txt，UTF-8）；和 --document（起个名字）、--title 一起写"

ASKED = {
    "id": f"编号（{ID}）：",
    "name": "名字：",
    "category": f"{CATEGORY}\n类别：",
    "payee": f"{PAYEE}\n给谁：",
    "strength": f"{STRENGTH}\n多肯定：",
    "who": "什么人能享受：",
    "quote": "原句：",
}
ASK_CONDITION = "条件（一句话 = 属性 比法 值；没有了直接回车）："

NO_FOLDER = "还没有地方放本县自己的目录：请先设 BANGFU_CATALOGUE（一个文件夹），或用 --pack 写明改哪个文件夹。"
NOT_A_PACK = "这个文件夹不是一个县的政策目录（没有 county.yaml）。"
AMOUNT_IS_NO_NUMBER = "数额要写成 1200.00 这样的数。"
VALUE_NEEDED = "这是一个数，请用 --value 写，如 --value 4560"
ITEMS_NEEDED = "这是一张名单，请用 --item 写，一样写一次"
FIGURE_UNIT_MISSING = "请写单位（--unit），如 元/人·年"
UNIT_MISSING = "写了数额就要写单位（--unit），如 元/户。"
WHAT_MISSING = "写了截止日（--closes）就要写交什么（--what）。"
CLOSES_MISSING = "写了交材料的事，就要写截止日（--closes）。"
NEW_DOCUMENT = "新文件要写 --document（小写字母起的、没用过的名字）、--source（原文）、--title（标题）三样"
CONDITION_UNREAD = "条件要写成“一句话 = 属性 比法 值”，如“住危房 = household.house_grade in C,D”。"
CONDITIONS_MISSING = "条件至少写一条（--condition）；文件真的没有写条件，加 --no-conditions。"
NOTHING_ADDED = "什么也没有加。"
LOOKED_AT_ONLY = "这是试看，没有写进去。"
RESTART = "写好了。重启服务后生效（见 deploy/runbook.md 第三节）。"


def needed(name: str) -> str:
    """An option is missing and nobody can be asked."""
    return f"还缺 --{name}"


def which_one(names: Sequence[str]) -> str:
    """Several benefits go by what was said."""
    return f"这样叫的有{len(names)}项，请写编号：{'、'.join(names)}。"


def no_such_benefit(said: str) -> str:
    """No benefit goes by what was said."""
    return f"没有叫“{said}”的待遇。bangfu policies list 列出全部。"


def which_figure(symbols: Mapping[str, str]) -> str:
    """No figure goes by what was said."""
    return f"县里定的数有：{'、'.join(f'{name}（{words}）' for name, words in symbols.items())}"


def which_document(names: Sequence[str]) -> str:
    """There are several documents, or none."""
    return (
        f"请用 --document 写明是哪份文件：{'、'.join(names)}"
        if names
        else "还没有文件，先用 bangfu policies document 加"
    )


def quote_not_found(document: str) -> str:
    """The words are not the document's."""
    return f"{document} 的原文里没有这句话，请逐字照抄。"


def quote_in_lines(lines: Sequence[int]) -> str:
    """The words are on several lines."""
    return f"这句话在第{'、'.join(map(str, lines[:5]))}行都有，请用 --line 写明是哪一行"


def will_add(file: str, text: str) -> str:
    """What is added, before it is."""
    return f"{file} 加上：\n\n{text}"


def carried_over(keys: Sequence[str]) -> str:
    """What the last word said and the new one says again."""
    return f"（{'、'.join(_KEYS[key] for key in keys)}没有另说，照上一条。）"


def schema_written(path: str) -> str:
    """A schema has been written."""
    return f"写好 {path}"


_KEYS = {
    "until": "止日",
    "amount": "数额",
    "papers": "材料",
    "where": "地方",
    "phone": "电话",
    "within": "时限",
    "window": "交材料的时间",
}
_FOR_SHOW = "只是演示，县里没有确认"
_IN_FORCE = {"confirmed": "县里已确认", "ended": "已过期或停发", "unstated": "县里没有确认"}


def listed(rows: Sequence[Mapping[str, Any]]) -> str:
    """The county's benefits, a line each."""
    lines = []
    category = None
    for row in rows:
        if row["category"] != category:
            category = row["category"]
            lines.append(f"{category}：")
        until = f"，到{row['until']}止" if row["until"] else ""
        amount = f"，{row['amount']}" if row["amount"] else ""
        in_force = _FOR_SHOW if row["demonstration"] else _IN_FORCE[row["in_force"]]
        lines.append(f"  {row['name']}（{row['id']}）{in_force}{until}{amount}")
    return "\n".join(lines)


def shown(row: Mapping[str, Any]) -> str:
    """One benefit, whole."""
    lines = [
        f"{row['name']}（{row['id']}），{row['category']}",
        f"给谁：{row['who']}",
        f"条件：{'；'.join(row['conditions']) or '文件没有写'}",
        f"数额（文件）：{row['document_amount'] or '文件没有写'}",
        f"怎么办：{row['how'] or '文件没有写'}",
        f"部门：{row['department'] or '文件没有写'}",
        f"出处：{row['source']['document']} 第{row['source']['line']}行“{row['source']['quote']}”",
    ]
    if row["procedure"]:
        lines.append(f"办理程序：{row['procedure']}")
    lines.append("县里的确认：" if row["confirmed"] else "县里还没有确认过。")
    for word in row["confirmed"]:
        until = f"到{word['until']}" if word["until"] else "起"
        parts = [f"  {word['on']}{until}，{word['by']}" + ("（停发）" if word["stopped"] else "")]
        parts += [f"    {day}起：{said}" for day, said in word["amounts"]]
        parts += [f"    {_KEYS[key]}：{word[key]}" for key in ("papers", "where", "phone", "window") if word[key]]
        parts += [f"    {word['note']}"] if word["note"] else []
        lines += parts
    return "\n".join(lines)
