"""话: the few Chinese words the evaluator and the catalogue's checker say themselves.

Questions and names of facts are data (catalogue/vocabulary.yaml and the county's own files); only what binds
them together is here.
"""

YES = "是"
NO = "否"
NOT_ON_FILE = "没有登记"
NOT_CHECKED = "还没有人核过"
EXITED_UNSTATED = "脱贫以后还享不享受，文件没有写"
NOT_A_KIND_OF_THE_DOCUMENT = "文件里没有这一类户"
EXIT_YEAR_MISSING = "哪一年脱贫没有登记"
ASK_AFTER_EXIT = "脱贫以后还能不能享受这一项？文件没有写，请问村里或县里。"
ASK_EXIT_YEAR = "您家是哪一年脱贫的？"
ASK_SUDDEN_HARDSHIP = "突发严重困难户算不算文件说的对象？文件没有写，请问村里或县里。"
CORRECT_THE_FILE = "登记的和实际不一样，请告诉村里更正。"


def fact(name: str, value: str) -> str:
    """One fact as the store has it."""
    return f"{name}：{value}"


def in_their_words(said: str) -> str:
    """A fact nobody of the office wrote down."""
    return f"{said}（您家自己说的）"


def ask_words(ask: str, named: list[str]) -> str:
    """A question about words of many, with those that are meant."""
    return f"{ask.removesuffix('？')}（{'、'.join(named)}）？"


def ask_figure(symbol: str) -> str:
    """Only the county can give this figure."""
    return f"{symbol}是多少？文件没有写，请问村里或县里。"


def figure_missing(symbol: str) -> str:
    """The fact is known, the figure to compare it with is not."""
    return f"{symbol}文件没有写"


def needed(texts: list[str], hint: str) -> str:
    """What would change a no."""
    return f"要符合{'、'.join(f'“{text}”' for text in texts)}才行。{hint}"


# What `check` says to who keeps the catalogue.
NOT_YAML = "这个文件读不成 YAML，请看这一行前后的缩进和冒号"
NO_COUNTY_FILE = "这个目录里没有 county.yaml"
NO_SUCH_COUNTY = "没有这个县的政策目录"
MISSING = "缺这一项"
UNKNOWN_KEY = "没有这个键，是不是写错了"
TWICE = "同一个键写了两遍"
NOT_A_LIST = "这里要写成一列（每项前加 -）"
ONE_VALUE = "这里只写一个值，不用方括号"
TWO_NUMBERS = "between 要写两个数，从小到大"
NOT_A_MAPPING = "这里要写成“键: 值”"
NOT_TEXT = "这里要写文字"
NOT_AN_INTEGER = "这里要写整数"
NOT_A_NUMBER = "这里要写数"
NOT_A_FLAG = "这里只能写 true 或 false"
NOT_A_DATE = "日期要写成 2026-12-31 这样，而且要有这一天"
ENDS_BEFORE_IT_BEGINS = "结束比开始还早"
MOST_BELOW_LEAST = "最多比最少还少"
BAD_ID = "编号只能用小写字母、数字和下划线"
BAD_MONTH_DAY = "要写成 03-31 这样"
NO_SOURCE = "没有出处的待遇不能收"
PROCEDURE_WITHOUT_SOURCE = "办理程序要写出处（source）；是县里自己定的，写 note 说明；只是演示，写 demonstration: true"
DAYS_OR_MONTHS = "时限写 days（几天）或 months（几个月），只写一样"
NOT_A_PHONE = '电话只写数字和短横，加引号，如 "0839-4212345"'
NO_SUCH_LINE = "原文没有这一行"
QUOTE_NOT_FOUND = "原文这一行里没有这句话，请逐字照抄"
SOURCE_FILE_MISSING = "写了原文文件，但目录里没有"
MONEY_QUOTED = '钱数要加引号写，如 "1200.00"'
NO_CONDITION_TEXT = "每个条件都要有一句自己的话（text）"
ONE_FORM = "一个条件只能写 attr/op/value、any、all 三种里的一种"


def not_one_of(value: object, allowed: list[str]) -> str:
    """A word outside its list."""
    return f"“{value}”不在可用的词里：{'、'.join(allowed)}"


def unknown_attribute(name: object) -> str:
    """A condition asks for something no household file has."""
    return f"没有“{name}”这个属性，可用的见 vocabulary.yaml"


def op_not_for(op: str, attribute: str) -> str:
    """An operator that makes no sense for this attribute."""
    return f"“{attribute}”不能用 {op} 来比"


def duplicate_id(benefit: str, file: str, line: int) -> str:
    """Two benefits of one id."""
    return f"编号 {benefit} 已经在 {file} 第{line}行用过"


def unknown_benefit(benefit: object) -> str:
    """A confirmation of something the catalogue does not have."""
    return f"目录里没有 {benefit} 这个待遇"


def unknown_document(document: object) -> str:
    """A source the county file does not list."""
    return f"county.yaml 的 documents 里没有 {document}"
