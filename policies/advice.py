"""改错的话: what `bangfu policies check` says to who keeps a county's catalogue: what is wrong and what to do."""

from collections.abc import Collection, Sequence
from difflib import get_close_matches

# A file
NO_COUNTY_FILE = "这个目录里没有 county.yaml"
NO_SUCH_COUNTY = "没有这个县的政策目录"
NOT_A_FILE = "这里要放一个普通文件，现在不是（也可能是断掉的链接）"
UNREADABLE = "这个文件打不开，请看看它的权限"
TOO_BIG = "这个文件太大了，请拆开；政策目录的一个文件用不着这么大"
NOT_UTF8 = "这一行不是 UTF-8 编码（多半是 GBK），请把文件另存为 UTF-8"
CONTROL_CHARACTER = "这一行里有看不见的字符，请删掉重打这一行"
EMPTY_FILE = "这个文件是空的，不用就删掉它"
WRONG_ENDING = "文件名要以 .yaml 结尾，不然不会被读"
NOT_YAML = "这个文件读不成 YAML，请看这一行前后的缩进和冒号"
TAB = "这一行用了制表符（Tab）缩进，请都改成空格"
FULL_WIDTH_COLON = "这一行的冒号是中文的“：”，请改成英文冒号加一个空格"
NO_SPACE_AFTER_COLON = "冒号后面要空一格，如 name: 危房改造"
OPEN_BRACKET = "从这一行起，括号 [ 或 { 没有配对的另一半，或者少了逗号"
OPEN_QUOTE = "从这一行起，引号没有配对的另一半"
SECOND_DOCUMENT = "一个文件里只写一份，请删掉这一行的 --- 或 ..."
ANCHOR = "不要用 &、*、<< 这样的引用，请把内容照写一遍"
TAG = "不要用 ! 开头的标记，直接写内容"
TOO_DEEP = "一层套一层太深了，请看格式说明"
KEY_IS_NO_TEXT = "冒号前面要是一个词"

# A value
MISSING = "缺这一项"
TWICE = "同一个键写了两遍"
RUN_TOGETHER = "从这一行起几个键都写了两遍，多半是两条连在一起了：前面少了 - 开头的那一行"
NOT_A_LIST = "这里要写成一列（每项前加 -）"
ONE_VALUE = "这里只写一个值，不用方括号"
TWO_NUMBERS = "between 要写两个数，从小到大"
NOT_A_MAPPING = "这里要写成“键: 值”"
NOT_TEXT = '这里要写文字；是数字的话加上引号，如 "510821"'
EMPTY_TEXT = "这里空着：没有就写 null，有就写上"
NOT_AN_INTEGER = "这里要写整数，不加引号"
NOT_A_NUMBER = "这里要写数"
NEGATIVE = "这里不能是负数"
NOT_A_FLAG = "这里只能写 true 或 false"
NOT_A_DATE = "日期要写成 2026-12-31 这样，而且要有这一天"
ODD_YEAR = "这个年份不对，请核对"
ENDS_BEFORE_IT_BEGINS = "结束比开始还早"
BAD_ID = "编号只能用小写字母、数字和下划线，以字母开头"
BAD_MONTH_DAY = "要写成 03-31 这样，而且要有这一天"
BAD_AREA_CODE = '行政区划代码是 2、4、6、9 或 12 位数字，加引号，如 "510821"'
NOT_A_PHONE = '电话写成 "0839-4212345" 或手机号，加引号'
PLAIN_FILE_NAME = "只写 sources/ 里的文件名，不写路径"

# A benefit
ONLY_AN_ID = "这一条只有编号，别的都没有；多写了一行就删掉"
NO_SOURCE = "没有出处的待遇不能收"
NO_SUCH_LINE = "原文没有这一行"
QUOTE_NOT_FOUND = "原文里没有这句话，请逐字照抄"
SOURCE_FILE_MISSING = "写了原文文件，但 sources/ 里没有"
LINE_WITHOUT_QUOTE = "写了行号就要照抄那一行的原句（quote）"
QUOTE_WITHOUT_LINE = "写了原句就要写它在第几行（line）"
DOCUMENT_UNUSED = "列了这份文件，却没有一条出自它；不用就删掉，或者补上出处"
MONEY_QUOTED = '钱数要加引号写，如 "1200.00"'
AMOUNT_WITHOUT_UNIT = "写了数就要写单位（unit），如 元/户"
NO_FIGURE_HERE = "这一类没有数，只用 text 说；有数就换一个 kind"
NO_BEFORE_HERE = "before（原来是多少）只在 delta、delta_min、threshold 里写"
OVER_100_PERCENT = "百分数超过 100 了，请核对"
NOT_BOTH = "value（一个数）和 items（名单）只能写一样，看这个名字是数还是名单"
MIN_OVER_MAX = "最少比最多还多"
VALUE_OVER_MAX = "数额比上限还多"
VALUE_UNDER_MIN = "数额比下限还少"
FIGURE_EMPTY = "这一天起没有数，就不写这一天"
AMOUNT_EMPTY = "没有数额就不写 amount（或写 null）"
NO_CONDITION_TEXT = "每个条件都要有一句自己的话（text）"
ONE_FORM = "一个条件只能写 attr/op/value、any、all 三种里的一种"
GROUP_OF_ONE = "any、all 里至少要有两条；只有一条就直接写那一条"
ASK_INSIDE = "any、all 不问话，ask 写到里面的那一条去"
ONLY_OF_STATUS = "registered_only 只用在户类型（household.status）上，这里请去掉"
SAME_CONDITION = "这一条和前面的一条一样，删掉一条"
SAME_TEXT = "这句话和前面一条的一样，两条要说得不同"

# What the county confirms
MOST_BELOW_LEAST = "最多比最少还少"
STOP_IS_A_STOP = "停发的这一条只写 benefit、on、by、note，不写别的"
AMOUNT_OUTSIDE = "数额的日期不在这一条的 on 到 until 之间"
WINDOW_OUTSIDE = "交材料的截止日不在这一条的 on 到 until 之间"
BEFORE_THE_DOCUMENT = "比文件的年份还早，请核对年份"
PROCEDURE_WITHOUT_SOURCE = "办理程序要写出处（source）；是县里自己定的，写 note 说明；只是演示，写 demonstration: true"
DAYS_OR_MONTHS = "时限写 days（几天）或 months（几个月），只写一样"
SECOND_GENERAL = "applies_to 空着的程序只能有一个；请写明这一个管哪些待遇"
APPLYING_WITHOUT_SOURCE = "材料、地方、电话、时限是文件写的，就要写出处（source）"
APPLYING_EMPTY = "applying 里什么也没有写，没有就写 null"


def nearest(word: str, allowed: Collection[str], alike: float = 0.7) -> str | None:
    """The word that was probably meant; `alike` from 0 (anything) to 1 (the same)."""
    return next(iter(get_close_matches(word, allowed, 1, alike)), None)


def unknown_key(key: str, meant: str | None) -> str:
    """A key no page has."""
    return f"没有“{key}”这个键，是不是要写 {meant}" if meant else f"没有“{key}”这个键，请删掉或看格式说明"


def not_yaml(line: str, context: str) -> str:
    """Why a page breaks, as far as its line shows it."""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return TAB
    if "quoted" in context:
        return OPEN_QUOTE
    if "flow" in context:
        return OPEN_BRACKET
    if "：" in line and ": " not in line and not line.rstrip().endswith(":"):
        return FULL_WIDTH_COLON
    bare = line.strip().removeprefix("- ")
    if ":" in bare and ": " not in bare and not bare.endswith(":"):
        return NO_SPACE_AFTER_COLON
    return NOT_YAML


def not_one_of(value: object, allowed: Sequence[str]) -> str:
    """A word outside its list."""
    said = f"“{value}”不在可用的词里：{'、'.join(allowed)}"
    meant = nearest(str(value), allowed)
    return f"{said}；是不是要写 {meant}" if meant else said


def said_twice(word: str) -> str:
    """One word twice in a list."""
    return f"“{word}”写了两遍，删掉一个"


def out_of_bounds(value: int, least: int, most: int | None) -> str:
    """A whole number that cannot be."""
    return f"{value} 不对，要在 {least} 到 {most} 之间" if most is not None else f"{value} 不对，要从 {least} 起"


def number_written(written: str) -> str:
    """A number in quotes that is none."""
    if "," in written or "，" in written:
        return "数里不要逗号，写成 '1200.00' 这样"
    return NOT_A_NUMBER


def unknown_attribute(name: object, attributes: Collection[str]) -> str:
    """A condition asks for something no household file has."""
    # All begin with whose fact it is, so they are much alike anyway.
    meant = nearest(str(name), attributes, 0.88)
    return f"没有“{name}”这个属性，可用的见 vocabulary.yaml" + (f"；是不是要写 {meant}" if meant else "")


def op_not_for(op: str, attribute: str, allowed: Sequence[str]) -> str:
    """An operator that makes no sense for this attribute."""
    return f"“{attribute}”不能用 {op} 来比，可以用 {'、'.join(allowed)}"


def unknown_unit(unit: str, meant: str | None) -> str:
    """A unit that is not in the list of vocabulary.yaml."""
    return f"没有“{unit}”这个单位，可用的见 vocabulary.yaml 的 units" + (f"；是不是要写 {meant}" if meant else "")


def figure_missing(kind: str, words: str, needed: str) -> str:
    """A kind of amount lacks the figure it is about."""
    return f"{kind}（{words}）要写 {needed}"


def other_unit(unit: str | None) -> str:
    """A figure that begins on a day is counted in something else than before, and could not be compared."""
    return f"单位和前面的不一样（前面写的是 {unit or '没有单位'}），同一个数前后要用一样的单位"


def too_much(value: object, attribute: str) -> str:
    """A number nobody reaches."""
    return f"“{attribute}”不会是 {value}，请核对"


def duplicate_id(benefit: str, file: str, line: int) -> str:
    """Two entries of one id."""
    return f"编号 {benefit} 已经在 {file} 第{line}行用过"


def odd_ending(benefit: str, ending: str) -> str:
    """An id that does not end as the others of its county."""
    return f"编号 {benefit} 的结尾和本县别的不一样，别的都以 {ending} 结尾"


def duplicate_name(name: str, file: str, line: int) -> str:
    """Two benefits of one name: nobody could tell them apart in an answer."""
    return f"“{name}”这个名字已经在 {file} 第{line}行用过，请加几个字分开"


def alias_is_a_name(alias: str, file: str, line: int) -> str:
    """What people call one benefit is another's name."""
    return (
        f"“{alias}”是 {file} 第{line}行那一项的名字，不能当这一项的别名；"
        "要是两项真的都这么叫，写进 county.yaml 的 shared_names"
    )


def alias_is_own_name(alias: str) -> str:
    """An alias that adds nothing."""
    return f"“{alias}”就是这一项的名字，不用再当别名写"


def unknown_benefit(benefit: object, meant: str | None) -> str:
    """Something the catalogue does not have."""
    return f"目录里没有 {benefit} 这个待遇" + (f"，是不是要写 {meant}" if meant else "")


def unknown_document(document: object, meant: str | None, places: int) -> str:
    """A source the county file does not list."""
    said = f"county.yaml 的 documents 里没有 {document}" + (f"，是不是要写 {meant}" if meant else "")
    return said if places == 1 else f"{said}（一共{places}处这么写）"


def misnamed_document(document: str, written: str, places: int) -> str:
    """Hardly anybody calls a document as the county file does."""
    return f"没有一条出自 {document}，{places}处写的是 {written}，是不是这里写错了"


def other_text(places: int) -> str:
    """Hardly a quote is found in a document's text."""
    return f"有{places}处引文和这个原文对不上，原文文件多半放错了、改过了，或者行号整体挪了"


def quote_elsewhere(lines: Sequence[int]) -> str:
    """The words are the document's, the line is not."""
    places = "、".join(f"第{line}行" for line in lines[:3])
    return f"这句话不在这一行，在原文{places}，请改行号"


def quote_nearly(line: int) -> str:
    """The words are nearly the document's."""
    return f"和原文第{line}行只差标点或空格，请逐字照抄"


def unlisted_source(file: str) -> str:
    """A text nobody can quote."""
    return f"sources/ 里有 {file}，county.yaml 的 documents 里没有列它"


def same_file(document: str) -> str:
    """Two documents of one text."""
    return f"这个原文文件已经给 {document} 用了"


def never_both(text: str) -> str:
    """Two conditions no household can meet together."""
    return f"和前面“{text}”这一条不可能同时满足，没有人能享受；请改一条，或用 any"


def confirmed_twice(line: int) -> str:
    """Two words of one benefit on one day."""
    return f"这个待遇这一天在第{line}行已经确认过一次，同一天只能有一条"


def amounts_conflict(day: str, line: int) -> str:
    """Two amounts of one benefit from one day."""
    return f"{day}起的数额和第{line}行的说法不一样，同一天只能有一个数"


def procedure_for_both(name: str, line: int) -> str:
    """Two procedures for one benefit."""
    return f"“{name}”在第{line}行已经有程序了，只能有一个"


def not_in_catalogue(name: str, meant: str | None) -> str:
    """A procedure for something the catalogue does not have."""
    return f"目录里没有叫“{name}”的待遇、家族（family）或类别" + (f"，是不是要写 {meant}" if meant else "")


def step_word_twice(word: str, step: str) -> str:
    """A word that would mean two steps."""
    return f"“{word}”已经指“{step}”这一步了，一个词只能指一步"


# What was changed instead of added


def removed(what: str) -> str:
    """Something of the past is gone."""
    return f"以前有{what}，现在没有了。不要删旧的：不再有的，用 bangfu policies stop 加一条停发"


def edited(what: str, before: str, after: str) -> str:
    """Something of the past was changed."""
    return (
        f"{what}的这一项原来是“{before}”，改成了“{after}”。不要改旧的：请改回来，"
        "现在的说法用 bangfu policies confirm 加一条，写明从哪天起"
    )


def figure_edited(before: str, after: str) -> str:
    """A figure of the county was changed: every answer given by it changes, also that of the past."""
    return (
        f"这个数原来是“{before}”，改成了“{after}”，按它给过的答复都会跟着变。不要改旧的：请改回来，"
        "新的数用 bangfu policies figure 加一个，写明从哪天起"
    )


FIGURE_IN_THE_PAST = "以前的数管着这一天以后的日子，这样加会改了以前的答复；新的数要从比写过的都晚的一天起"


def source_edited(line: int) -> str:
    """The text of a document was changed."""
    return f"原文从第{line}行起和以前不一样。原文不能改；文件有了新的一版，就当另一份文件加进来"


BENEFIT = "待遇"
CONFIRMATION = "确认"
PROCEDURE = "办理程序"
DOCUMENT = "文件"
SOURCE_TEXT = "原文"
FIGURE = "数"
AFTER_EXIT = "脱贫以后的规定"
NOTHING = "空"
