"""导入: what is said about a file that cannot be read, about each row not taken or only in part, and of taking back.

No sentence about a problem repeats what stood in the cell: the list of problems may be printed, mailed or kept.
Only a dry run shows cells, and of long numbers only the end.
"""

from collections.abc import Iterable, Mapping, Sequence

KIND_NAMES: Mapping[str, str] = {
    "households": "农户信息表",
    "cadres": "帮扶干部表",
    "assignments": "结对帮扶表",
    "applications": "补贴申请表",
    "disbursements": "补贴发放表",
    "areas": "区划代码表",
}
"""What people call each kind of file."""

REASONS: Mapping[str, str] = {
    "household_code_missing": "没有填户编号，不知道是哪一户。",
    "person_code_missing": "没有填人编号，请从国家系统重新导出。",
    "code_rounded": "编号被表格改成了数字，末尾几位已经不对。请把这一列设成“文本”后重新导出。",
    "code_format": "编号里有认不出的字符，或者太长。请按系统里的编号填写。",
    "name_missing": "没有填姓名。",
    "name_injection": "姓名不是文字，像是公式或数字。请改成真实姓名。",
    "name_long": "姓名太长，请核对。",
    "head_name_missing": "没有填户主姓名。",
    "id_missing": "没有填证件号码。",
    "id_short": "证件号码位数不够，应为18位。",
    "id_length": "证件号码位数多了，应为18位。",
    "id_format": "证件号码里有数字和X以外的字符。",
    "id_checksum": "证件号码最后一位校验不对，请对照身份证核对。",
    "id_rounded": "证件号码被表格改成了数字，后几位已经不对。请把这一列设成“文本”后重新导出。",
    "id_birth": "证件号码里的出生日期不存在，请对照身份证核对。",
    "id_sex": "性别和证件号码对不上，已按填写的性别记下，请核对。",
    "id_zeros": "证件号码末三位都是0，请核对是不是被表格改过。",
    "phone": "电话不是有效的手机号或座机号，电话没有记下，请核对。",
    "phone_needed": "电话没有填或不是有效的号码。干部靠电话认人，请补上。",
    "card": "银行卡号应是12到19位数字，卡号没有记下，请核对。",
    "card_rounded": "银行卡号被表格改成了数字，后几位已经不对，卡号没有记下。请把这一列设成“文本”。",
    "category_missing": "没有填户类型。",
    "category_unknown": "户类型不在规定的八类里，请按系统里的名称填写。",
    "area_missing": "没有填乡镇或行政村。",
    "area_unknown": "管辖区划在系统里找不到，先不记。请先导入农户信息表，或核对名称。",
    "area_alike": "这里的写法和系统里的地名不完全一样，已当作同一个地方，请核对。",
    "area_code_missing": "没有填区划代码。",
    "area_code": "区划代码应是6位、9位或12位数字，村民小组15位，请核对。",
    "area_name_missing": "没有填名称。",
    "area_level": "代码的位数和这一行的级别对不上，请核对。",
    "area_outside": "代码开头和上级的代码对不上，请核对。",
    "area_code_twice": "这个代码在前面已经给了另一个地方，这一行没有收。",
    "area_name_twice": "这个地方在前面已经有另一个代码，这一行没有收。",
    "area_parent_differs": "按代码，上级是另一个地方，这一行没有收，请核对。",
    "area_parent_unknown": "表里和系统里都没有它的上级，请把上级的代码和名称也写进表里。",
    "area_county_unknown": "不是本县的代码，系统里也没有这个县，这一行没有收。",
    "area_county_differs": "县名和县的代码对不上，请核对。",
    "area_was_unknown": "按原来的代码或上级，在系统里找不到它，请核对。",
    "area_moved_twice": "新的上级下面已经有这个地方，没有再移过去，请核对。",
    "area_ambiguous": "有好几个地方叫这个名字，管辖区划先不记。请写上乡镇名，或填区划代码。",
    "number": "这一格应是数字，没有看懂，先不记。",
    "year": "年度没有看懂，请写成2025这样，先不记。",
    "yes_no": "这一格应填“是”或“否”，没有看懂，先不记。",
    "sex": "性别应填“男”或“女”，没有看懂，先不记。",
    "house_grade": "危房等级应是A、B、C、D，没有看懂，先不记。",
    "too_long": "这一格文字太长，先不记。",
    "head_missing": "这一户没有标明户主，户主先空着。",
    "head_bad": "户主这一行有问题没有收下，这一户先没有户主成员。",
    "head_twice": "这一户标了不止一个户主，按先出现的算。",
    "contradiction": "同一户各行写得不一样，按户主那一行记。",
    "cadre_name": "帮扶责任人的姓名没有填或不像姓名，结对先不记。",
    "cadre_phone": "帮扶责任人的电话没有填或不是有效的号码，结对先不记。",
    "cadre_name_differs": "系统里这个电话登记的是另一个姓名，先不改，请核对。",
    "wecom_taken": "这个企业微信账号已经登记在别的干部名下，先不记。",
    "role_missing": "没有填角色。",
    "role_unknown": "角色应是帮扶干部、驻村工作队、第一书记、村干部、乡镇、县级之一。",
    "benefit_missing": "没有填补贴项目。",
    "benefit_format": "补贴项目不像名称，请核对。",
    "date_missing": "没有填日期。",
    "date_invalid": "日期没有看懂，请写成2026-11-15这样。",
    "date_future": "日期比今天还晚，请核对。",
    "date_order": "状态日期比申请日期还早，请核对。",
    "amount_missing": "没有填金额。",
    "amount_invalid": "金额没有看懂，请只写数字，最多两位小数。",
    "amount_sign": "金额应大于0。追回或冲销请另外登记。",
    "amount_large": "金额太大，请核对单位是不是“元”。",
    "state_missing": "没有填状态。",
    "state_unknown": "发放状态应是已发放、发放失败、待发放之一。",
    "state_format": "当前状态不像状态名称，请核对。",
    "batch_missing": "发放批次和发放日期都没有填，分不清是哪一笔。",
    "batch_format": "发放批次太长或认不出，请核对。",
    "person_unknown": "这一户里没有这个人，这一笔先按全家的记，请核对。",
    "person_alike": "这一户里有两个人叫这个名字，这一笔先按全家的记，请填上人编号。",
    "payment_twice": "同一批次里这一户有不止一笔，都记下了，请核对有没有重复。",
    "household_unknown": "系统里没有这个户编号，请先导入农户信息表。",
    "household_reopened": "这一户登记为已经撤户，文件里还有，已重新登记，请核对。",
    "member_died": "这个人登记为已经去世，文件里还有，没有恢复，请核对。",
    "name_mismatch": "户主姓名和系统里这一户的户主对不上，请核对户编号。",
}
"""Why a row, or one cell of it, was not taken."""


def at_row(row: int, column: str, reason: str) -> str:
    """Say where the problem is and what to do."""
    return f"第{row}行“{column}”：{reason}"


def repeated_person(first: str) -> str:
    """Say that the person stood in the file before."""
    return f"这个人在{first}已经出现过，这一行没有收。"


def repeated_id(first: str) -> str:
    """Say that another person of the file has the same identity number."""
    return f"这个证件号码在{first}已经出现过，这一行没有收。"


def repeated_row(first: str) -> str:
    """Say that another row of the file is about the same thing."""
    return f"和{first}说的是同一件事，这一行没有收。"


def row_of(row: int, sheet: str | None) -> str:
    """Name another row of the file, with its sheet where that is another one."""
    return f"第{row}行" if sheet is None else f"工作表“{sheet}”第{row}行"


REASON_COLUMN = "未导入原因"
"""The heading of the column that tells why, in the workbook of rejected rows; 原因 alone is a column of some files."""

NOT_FOUND = "找不到这个文件，请核对路径。"
NOT_A_TABLE = (
    "打不开这个文件：不是 .xlsx、.xls 或 .csv 表格，或者文件坏了。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
)
WEB_PAGE = "这个文件其实是网页。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
PASSWORD = "这个文件加了密码。请去掉密码，另存后再导入。"  # noqa: S105 - a sentence, not a secret
TOO_BIG = "这个文件太大了，请分成几个文件导入。"
FAR_CELL = "表格右边或下边很远的地方还有内容，多半是误填的。请删掉后面的空白行和列，另存后再导入。"
CHANGED_MEANWHILE = "导入的时候这个文件被改动了。请再导入一次。"
EMPTY = "这个文件里没有内容。"
ENCODING = "看不懂这个文件的文字编码。请用 Excel 或 WPS 打开后另存为 .xlsx 再导入。"
TOO_MANY_AREAS = "同一个乡镇或村下面的地名太多了，不像是真的。请核对乡镇、村、组这几列有没有填错。"
NOTHING_BELOW = "只找到了表头，下面没有数据。"


def no_heading(kind: str, wanted: Iterable[str]) -> str:
    """Say that no heading row of this kind was found, and which headings are needed."""
    return f"没有找到{KIND_NAMES[kind]}的表头。表头里至少要有：{'、'.join(wanted)}。"


def headings_missing(kind: str, missing: Iterable[str]) -> str:
    """Say which headings the table lacks."""
    return f"{KIND_NAMES[kind]}缺少这些列：{'、'.join(missing)}。请补上后再导入。"


def sheet_headings_missing(sheet: str, missing: Iterable[str]) -> str:
    """Say which headings one sheet of a file lacks, while others have them all."""
    return f"工作表“{sheet}”缺少这些列：{'、'.join(missing)}。请补上，或删掉这张工作表后再导入。"


def wrong_kind(wanted: str, found: str) -> str:
    """Say that the file is of another kind than the command."""
    return f"这像是{KIND_NAMES[found]}，不是{KIND_NAMES[wanted]}。请换一个文件，或换一种导入。"


NEW = "新增"
YES = "是"
NO = "否"
UNREADABLE = "（打不开）"

MADE: Mapping[str, str] = {
    "household": "农户",
    "member": "家庭成员",
    "cadre": "帮扶干部",
    "area": "区划",
    "application": "补贴申请",
    "disbursement": "补贴发放",
}
"""What a dry run calls a new row of each table."""


FAMILY_EVENT = "家庭变动"


def family_event(kind: str, person: str | None, other: str | None) -> str:
    """Say what happened to a household, to whom, and which other household has to do with it."""
    named = "，".join([*([f"人编号{person}"] if person else []), *([f"另一户{other}"] if other else [])])
    return f"{kind}（{named}）" if named else kind


def income_of(year: int, kind: str) -> str:
    """The heading of one kind of income of one year."""
    return f"{year}年{kind}"


def difference(row_of: str, field: str, old: str | None, new: str | None) -> str:
    """Say what would become of one cell, that a row would be new, or what happened to a household."""
    if field == NEW:
        return f"{row_of} 新增{new}"
    if field == FAMILY_EVENT:
        return f"{row_of} {field}：{new}"
    return f"{row_of} {field}：{old or '（空）'} → {new or '（空）'}"


def sums(
    households: tuple[int, int],
    members: tuple[int, int],
    handed_over: int,
    recategorised: Sequence[tuple[str, str, int]],
) -> Iterable[str]:
    """Say how much of the register is made and changed: new and changed ones, in that order."""
    of_households = f"农户新增{households[0]}户、改{households[1]}户"
    yield f"{of_households}；成员新增{members[0]}人、改{members[1]}人；换帮扶责任人{handed_over}户。"
    for old, new, count in recategorised:
        yield f"户类型 {old} → {new}：{count}户。"


MISSING = "文件里没有的"
MISSING_HEADINGS = ("户编号", "户主姓名", "所在地", "人编号", "姓名")
DIFFERENCES = "改动清单"
DIFFERENCE_HEADINGS = ("编号", "项目", "原来", "改后")
MISSING_FILE = "把系统里有、这个文件里没有的户和人另存为这个 .xlsx"
DIFFERENCES_FILE = "和 --dry-run 一起用：把全部改动另存为这个 .xlsx"
ONLY_WITH_DRY_RUN = "--differences 要和 --dry-run 一起用。"


def missing_households(count: int) -> str:
    """Say how many households of the file's area it lacks."""
    return f"系统里有{count}户不在这个文件里，没有删："


def missing_members(count: int) -> str:
    """Say how many people of the file's households it lacks."""
    return f"系统里有{count}人不在文件里他们那一户，没有删："


def missing_one(number: str, name: str | None) -> str:
    """Name a household by its head, or a person."""
    return f"{number} {name or '（没有姓名）'}"


def households_stored(count: int) -> str:
    """How far an import has stored."""
    return f"已存{count}户"


def rows_put_back(count: int) -> str:
    """How far taking an import back has come."""
    return f"已放回{count}条"


def more_differences(count: int) -> str:
    """Say how many changes are not shown."""
    return f"还有{count}处"


def import_of(kind: str) -> str:
    """What the command for one kind of file does."""
    return f"导入{kind}（.xlsx、.xls、.csv）"


UNDO = "撤回一次导入，改过的都改回去"
BATCH = "第几批，就是导入后显示的批号"
NOT_A_BATCH = "批号要写数字"


def no_such_batch(batch: int) -> str:
    """Nothing was imported under that number."""
    return f"没有第{batch}批导入。请核对批号。"


def undone_before(batch: int) -> str:
    """It was taken back already."""
    return f"第{batch}批已经撤回过了。"


def undone(batch: int, deleted: int, restored: int) -> str:
    """The sums of taking an import back."""
    return f"第{batch}批已撤回：删除{deleted}条，改回{restored}条。"


ROWS: Mapping[str, str] = {
    "application": "申请",
    "approval": "审批记录",
    "area": "区划",
    "assignment": "结对",
    "binding": "绑定",
    "cadre": "干部",
    "call_list": "打电话名单",
    "consent": "同意记录",
    "disbursement": "发放",
    "family_event": "家庭变动",
    "handover": "移交",
    "household": "农户",
    "household_status": "户情变迁",
    "income": "收入",
    "invitation": "绑定码",
    "member": "成员",
    "outbox": "待发消息",
    "proxy": "代办人",
    "reminder": "提醒",
    "reminders_off": "提醒设置",
    "visit": "走访",
    "told_fact": "农户自己说的情况",
    "public_notice": "公示名单",
    "public_notice_line": "公示名单里的一行",
    "case": "诉求",
    "recording": "录音或图片",
}
"""What the rows of each table are called that may hang on an imported one."""

_NUMBERS_AT_MOST = 10


def of_an_older_version(batch: int) -> str:
    """It was made before an import kept what is needed to take it back."""
    return f"第{batch}批不能撤回，什么也没有改：它是升级以前导入的。要改回去，请导入以前的表格。"


def key_is_gone(batch: int) -> str:
    """What was there before cannot be read any more."""
    return (
        f"第{batch}批不能撤回，什么也没有改：原来的号码是用已经换掉的密钥加密的，请把旧密钥也填进 BANGFU_SECRET_KEYS。"
    )


def stood_on_meanwhile(batch: int) -> str:
    """Something came to hang on an imported row just now."""
    return f"第{batch}批不能撤回，什么也没有改：刚刚有人在这批农户上记了东西。请再试一次，会说明是哪些。"


def cannot_undo(
    batch: int,
    later: Sequence[int],
    hanging: Mapping[str, tuple[int, Sequence[str]]],
    changed: tuple[int, Sequence[str]],
) -> str:
    """Say what stands on an import: later imports, rows that hang on those it made, and rows changed since."""
    reasons = []
    if later:
        reasons.append(f"{'、'.join(f'第{one}批' for one in later)}后来又动了这些行，要先撤回")
    if hanging:
        kinds = (f"{ROWS[table]}{count}条{_of(numbers)}" for table, (count, numbers) in sorted(hanging.items()))
        reasons.append(f"要删的行上已有{'、'.join(kinds)}")
    count, numbers = changed
    if count:
        reasons.append(f"有{count}行后来在别处改过{_of(numbers)}")
    return f"第{batch}批不能撤回，什么也没有改：{'；'.join(reasons)}。"


def _of(numbers: Sequence[str]) -> str:
    if not numbers:
        return ""
    more = f"等{len(numbers)}户" if len(numbers) > _NUMBERS_AT_MOST else ""
    return f"（户编号{'、'.join(numbers[:_NUMBERS_AT_MOST])}{more}）"
