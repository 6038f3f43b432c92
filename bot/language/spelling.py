"""写法: full-width, traditional, dialect, typed-by-sound and pinyin writing brought to one plain form."""

import re
import unicodedata
from functools import cache, lru_cache

from bot.language.lexicon import BENEFIT_WORDS, KEY_WORDS, LATIN_WORDS
from bot.language.sounds import loose, sound

_TRADITIONAL = (
    "賣卖兩两隻只豬猪錢钱貼贴補补領领發发沒没過过來来這这個个們们對对說说話话嗎吗買买戶户麼么樣样點点還还會会時时間间問问給给"
    "醫医藥药報报銷销險险養养長长區区縣县鄉乡鎮镇幹干電电話话號号碼码東东車车馬马張张陳陈劉刘楊杨黃黄趙赵吳吴孫孙羅罗鄭郑"
    "謝谢許许鄧邓馮冯葉叶蘇苏蔣蒋賈贾韓韩蕭萧談谈請请記记錄录條条刪删錯错誰谁讓让難难應应該该辦办證证單单經经濟济農农業业"
    "產产屋屋裡里裏里貧贫額额貸贷學学費费園园員员處处幾几從从後后開开關关歲岁見见聽听總总題题實实現现體体與与為为書书無无"
    "種种糧粮畝亩雞鸡鴨鸭魚鱼傷伤殘残廢废災灾頂顶牆墙塊块萬万圓元債债壞坏舊旧寫写請请親亲愛爱兒儿幫帮訪访確确認认檢检"
)
_FOLD = {ord(_TRADITIONAL[i]): _TRADITIONAL[i + 1] for i in range(0, len(_TRADITIONAL), 2)}
_FOLD.update({ord("妳"): "你", ord("咗"): "了", ord("佢"): "他", ord("嘅"): "的", ord("係"): "是", ord("唔"): "不"})
_FOLD.update({ord("嗰"): "那", ord("咧"): "了", ord("麽"): "么", ord("\u3000"): " ", ord("\t"): " ", ord("。"): "。"})

_DIALECT = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"啷个|哪个样|咋个|咋样|咋|怎个|怎么样|点样", "怎么"),
        (r"啥子|么子|吗子|甚么|啥|乜嘢|什嘛", "什么"),
        (r"(?:啥|什么)(?:时候|辰光|会儿)|几时|哪阵|多咱|多会儿|什么时间|哪个时候", "什么时候"),
        (r"没得|冇得|冇|木有|莫得|么得|没有得", "没有"),
        (r"^么(?=[办钱人麻问])|(?<=[，,。 ])么(?=[办钱人麻问])", "没"),
        (r"[俺偶咱]们?|阿拉|我们", "我"),
        (r"屋里头|屋头|屋里|家头", "家"),
        (r"晓不晓得|晓得", "知道"),
        (r"(?<![没么])莫(?=[再给发绑要来提])|甭|表再|不要再", "别"),
        (r"中不中|得行不|要得不|行不|可不可以|能不能|可以不|能否|可否|有没有办法", "能不能"),
        (r"好多(?=[钱个户人])|几多", "多少"),
        (r"没有|没", "没"),
        (r"小孩|孩子|细娃|娃娃|娃儿|娃子|伢子|崽", "娃"),
        (r"头先|将才|才将|方才|刚刚", "刚才"),
        (r"麻达", "问题"),
        (r"(?<=[\u4e00-\u9fff])[嘛撒噻哦呀嘞哈哟咯呗嘢啦哩啊呢喽]+", ""),
    )
)
_FUNCTION = frozenset(
    "不了的是我没有你他她它在也都就还要会能和跟与给把被让个这那哪几两一二三四五六七八九十到去来上下说看想吗呢吧啊钱人天年月日今多少什么怎谁很太"
)


@lru_cache(maxsize=256)
def fold(text: str) -> str:
    """The text in half-width, simplified, lower-case characters, one for one so that places stay the same."""
    if text.isascii():
        return text.lower()
    out = []
    for character in text.translate(_FOLD):
        if character > "\uff00" or character.isascii():
            narrow = unicodedata.normalize("NFKC", character).lower()
            out.append(narrow if len(narrow) == 1 else character)
        else:
            out.append(character)
    return "".join(out)


@cache
def _by_sound() -> tuple[dict[tuple[str, ...], str], frozenset[str]]:
    words = set(KEY_WORDS)
    for aliases in BENEFIT_WORDS.values():
        words.update(aliases)
    table: dict[tuple[str, ...], str] = {}
    for word in sorted(words):
        if 2 <= len(word) <= 6 and not word.isascii():
            key = sound(word)
            table.setdefault(key if len(word) == 2 else tuple(map(loose, key)), word)
    return table, frozenset(words)


def respell(text: str) -> str:
    """Mend words typed by sound (抵保 → 低保); the length stays the same.

    A stretch is mended only when it sounds like a word we know, shares at least half of its characters with
    it, and the strange characters are not everyday particles: 干不了 must not become 干部了.
    """
    table, words = _by_sound()
    sounds = sound(text)
    heard = tuple(map(loose, sounds))
    out = list(text)
    place = 0
    while place < len(text):
        step = next((n for n in range(min(8, len(text) - place), 1, -1) if text[place : place + n] in words), 0)
        if step:
            place += step
            continue
        step = 1
        for length in range(min(6, len(text) - place), 1, -1):
            stretch = text[place : place + length]
            key = sounds[place : place + 2] if length == 2 else heard[place : place + length]
            word = table.get(key)
            if word is None:
                continue
            strange = [a for a, b in zip(stretch, word, strict=True) if a != b]
            if 2 * len(strange) <= length and not any(c in _FUNCTION for c in strange):
                out[place : place + length] = word
                step = length
                break
        place += step
    return "".join(out)


@cache
def _by_letters() -> dict[str, str]:
    words: dict[str, str] = {}
    pool = [*LATIN_WORDS, *KEY_WORDS]
    for aliases in BENEFIT_WORDS.values():
        pool.extend(aliases)
    for word in pool:
        if not any(c.isascii() for c in word):
            words.setdefault("".join(sound(word)), word)
    words.update({"qian": "钱", "shenme": "什么", "duoshao": "多少", "le": "了", "liao": "了", "shei": "谁"})
    return words


def from_letters(text: str) -> str:
    """Pinyin letters read as the words we know (yulu jihua → 雨露计划); other text comes back unchanged."""
    letters = re.sub(r"[^a-z]", "", text.lower())
    if len(letters) < 4 or len(letters) < 0.8 * len(text.replace(" ", "")):
        return text
    words = _by_letters()
    out: list[str] = []
    place = missed = 0
    while place < len(letters):
        for length in range(min(24, len(letters) - place), 0, -1):
            word = words.get(letters[place : place + length])
            if word is not None:
                out.append(word)
                place += length
                break
        else:
            missed += 1
            place += 1
    return "".join(out) if out and missed <= len(letters) // 5 else text


@lru_cache(maxsize=256)
def mended(text: str) -> str:
    """Folded and mended text, place for place the same as what was said (pinyin letters excepted)."""
    return respell(fold(from_letters(text)))


def plain(text: str) -> str:
    """Folded, mended text with dialect words made plain and closing particles gone; for recognising only."""
    said = text
    for pattern, word in _DIALECT:
        said = pattern.sub(word, said)
    return said
