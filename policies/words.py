"""话: the few Chinese words the evaluator says itself.

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
CORRECT_THE_FILE = "和实际不一样的话，请告诉村里。"


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
