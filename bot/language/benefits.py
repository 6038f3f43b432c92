# ruff: noqa: E501 - word lists and patterns read better whole
"""待遇名称: which benefit a person means, whatever they call it."""

import re
from collections.abc import Mapping
from functools import cache

from bot.language.lexicon import BENEFIT_WORDS
from bot.language.spelling import mended

BENEFITS: tuple[str, ...] = tuple(BENEFIT_WORDS)
"""The canonical names, in the order of the county's list."""

_WHO_NOT_WHAT = re.compile(r"(?:低保|五保|特困|监测|边缘|双女|三类)(?:户|对象|人员|家庭)|户$")
_HELD = re.compile(r"(?:保|困|障)(?:卡|证|户)|证")
_INSURANCE = re.compile(r"城乡居民医保|城乡医保|居民医保|职工医保|医疗保险|合作医疗|新农合|农合|医保|合疗")
_PAYING_IN = re.compile(r"缴|交(?!通)|参保|投保|断|续|补办|开通|新生儿|多少钱一|一年多少|涨|买")
_PAYING_OUT = re.compile(r"报|住院|住的院|医院|门诊|结算|看病|转院|手术|慢性|药|生病|住了院")
_MONEY_FOR_THE_DISABLED = re.compile(r"残疾证.{2,}(?:补贴|补助|钱)|(?:补贴|补助).{0,10}残疾证")
_LOOSE: tuple[tuple[str, str], ...] = (
    ("助学贷款", r"(?:上学|念书|读书|念本科|大学|学费).{0,8}贷款?|贷(?:款|点钱)?.{0,4}(?:上学|念书|读书|交学费)"),
    ("医保报销", r"(?:看病|住院|门诊|药费|医药费|医院|手术|生病|检查费).{0,12}(?:报|结算)|报(?:不了|得了|得少|得多|多少).{0,6}(?:药|院|病)|慢性病.{0,4}(?:证|本|卡|报|办|咋|怎)|药费.{0,4}报|报(?:药费|医药费|住院费|账)"),
    ("高龄津贴", r"(?:[七八九]十|[789]\d).{0,3}岁.{0,12}(?:钱|补|津贴|领|拿)|(?:老人|老爹|老娘|爷爷|奶奶|老汉).{0,6}(?:[八九]十|[89]\d)"),
    ("残疾人两项补贴", r"残疾.{0,8}(?:补|钱|津贴|款|领|多少)"),
    ("困境儿童补贴", r"孤儿.{0,10}(?:生活费|补|钱|领|救助)|没爹没妈.{0,10}(?:补|钱|管)"),
    ("计划生育奖励扶助", r"(?:独生子女|双女|计生|计划生育).{0,14}(?:奖|扶助|补|钱)"),
    ("防返贫监测", r"收入监测|监测对象|动态监测"),
    ("耕地地力补贴", r"(?:[几\d一二两三四五六七八九十]亩|田|土|地)(?:地|田|土)?(?:里)?的?(?:那个)?(?:补贴|补助|补款)|(?:种粮|种粮食|种地|一亩地?|每亩|按亩).{0,8}(?:补|钱|价)|青稞|(?:种|小麦|水稻|玉米|大豆).{0,6}补贴"),
    ("产业奖补", r"(?:养|种)(?!老|粮|地).{0,8}(?:奖|补助|补贴|扶持|支持)|(?:养|喂)[猪牛羊鸡鸭鹅蜂鱼兔].{0,8}(?:补|钱|奖)|合作社.{0,12}(?:支持|补|扶)|龙头企业"),
    ("危房改造", r"(?:老屋|老房|旧房|土房|土坯房|房子|房屋).{0,12}(?:重建|翻修|翻新|改造|修缮|加固|鉴定).{0,10}(?:补|钱|政策|给)?|[abcdABCD]级"),
    ("农村建房补助", r"(?:盖|建|修)(?:房|新房|房子).{0,8}(?:补|钱|政策)"),
    ("丧葬补助", r"(?:老人|人).{0,3}(?:没了|走了|死了|去世|过世).{0,10}(?:费|钱|补)|火化.{0,6}(?:补|钱)"),
    ("助学金", r"(?:上学|读书|念书|大学|高中|初中|幼儿园|学费|上大学|考上).{0,10}(?:补|资助|减免|免|钱)"),
    ("务工交通补贴", r"(?:打工|务工|外出|车票|火车票|路费).{0,10}(?:补|报销|补贴|报)"),
    ("小额信贷", r"贷款.{0,8}(?:申请|银行|信用社|农商)|(?:申请|银行|信用社|农商行).{0,6}贷款|(?:贷款|借款|贷).{0,10}(?:利息|贴息|养|种|买|创业|生意|万)|(?:想|要|咋|怎么|能).{0,3}贷"),
    ("易地搬迁", r"搬(?:到|出|下|迁).{0,8}(?:安置|新房|山|老房|地|补)"),
    ("临时救助", r"(?:遭灾|火灾|水灾|着火|意外(?!险|保险|伤害)|遇到难|突发).{0,12}(?:补|救助|钱|帮)|(?:给|申请).{0,6}救助"),
    ("育儿补贴", r"(?:生|养)(?:了|个|第)*(?:娃|孩子|小孩|宝宝|[二三两][胎孩]|第?[二三]个).{0,14}(?:补|钱|奖)|[二三][胎孩].{0,6}(?:补|钱|奖)"),
    ("光伏分红", r"(?:太阳能板|电站).{0,8}(?:钱|分红)"),
    ("养老保险", r"(?:满|到)?(?:六十|60).{0,3}岁?.{0,6}(?:领|养老|钱)"),
    ("公益性岗位", r"(?:扫地|扫路|看林|巡山|管水|保洁).{0,6}(?:工资|钱|岗|活)"),
)  # fmt: skip


@cache
def _named() -> tuple[re.Pattern[str], dict[str, str]]:
    owner = {mended(word): name for name, words in BENEFIT_WORDS.items() for word in words}
    ordered = sorted(owner, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))), owner


@cache
def _loose() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in _LOOSE)


def mentions(said: str) -> list[tuple[int, int, str]]:
    """Where benefits are named in mended text: start, end and canonical name, in reading order."""
    pattern, owner = _named()
    found = [(m.start(), m.end(), owner[m.group()]) for m in pattern.finditer(said)]
    taken = [(start, end) for start, end, _ in found]
    for match in _INSURANCE.finditer(said):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            found.append((match.start(), match.end(), _insurance(said)))
    return sorted(found)


def _insurance(said: str) -> str:
    """医保 alone is claims or premiums; the words around it decide, claims when they do not."""
    paying_in = _PAYING_IN.search(said)
    paying_out = _PAYING_OUT.search(said)
    return "医保缴费" if paying_in and not paying_out else "医保报销"


def find_benefit(text: str) -> str | None:
    """The canonical benefit the text is about, or None. A plainly named one wins over a described one;
    a word that only says who somebody is (低保户, 监测户) gives way to what they ask for."""
    said = mended(text)
    named = mentions(said)
    asked_for = [name for start, end, name in named if not _WHO_NOT_WHAT.match(said[start : end + 2])]
    asked_for = _most_asked_for(said, named) or asked_for
    if asked_for == ["残疾人证"] and _MONEY_FOR_THE_DISABLED.search(said):
        return "残疾人两项补贴"
    if asked_for:
        return asked_for[0]
    for name, pattern in _loose():
        if pattern.search(said):
            return name
    return named[0][2] if named else None


def _most_asked_for(said: str, named: list[tuple[int, int, str]]) -> list[str]:
    """The benefits named but those that only tell who one is (有残疾证, 低保卡), where another is named too."""
    if any(name == "失业保险" for _, _, name in named):
        return ["失业保险"]
    traits = [
        bool(
            _WHO_NOT_WHAT.match(said[start : end + 2])
            or (name == "残疾人证" and not _MONEY_FOR_THE_DISABLED.search(said))
            or _HELD.match(said, end - 1)
        )
        for start, end, name in named
    ]
    return [name for (_, _, name), trait in zip(named, traits, strict=True) if not trait] if not all(traits) else []


def benefit_of_file_word(word: str, extra: Mapping[str, str] | None = None) -> str | None:
    """The canonical benefit of a 补贴项目 cell in a money file (农村低保金 → 低保), or None."""
    cell = word.strip()
    if extra and cell in extra:
        return extra[cell]
    return cell if cell in BENEFIT_WORDS else find_benefit(cell)
