"""语气: what a sentence is beside what it asks: an insult, an advertisement, a danger that cannot wait."""

import re
from enum import StrEnum

_ABUSE = re.compile(
    r"(?:他|她|你|尼|泥|特|t|m|tm)(?:妈|娘|奶奶|大爷|老子)(?:的|个|逼|b)?(?:$|[，。！!,逼比b卵])|[草操艹日干肏](?:你|尼|泥)(?:妈|娘|们|先人|全家|大爷|m)|"
    r"去你(?:妈|娘|的|大爷)|(?:妈|娘)(?:了|勒|个|卖)(?:个)?(?:逼|批|b|屄|巴子|皮)|[傻沙煞]\s*[逼比币叉屌b]|(?:^|[^a-z])(?:sb|tmd|cnm|nmsl|wcnm)(?:$|[^a-z])|"
    r"狗(?:日|东西|屁|杂种|娘养|腿子|官)|王八蛋|龟儿子?|龟孙|仙人板板|先人板板|混蛋|混账|畜生|畜牲|杂种|杂碎|放屁|放你|屁话|"
    r"滚(?:蛋|犊子|开|远点|一边)|(?:^|[，。！!])滚[，。！!]*$|废物|垃圾(?:系统|机器|玩意|东西|公众号|平台|软件|$)|脑残|智障|弱智|白痴|"
    r"骗子|骗人的|死全家|不得好死|瓜娃子|瓜批|日妈|砍脑壳|短命鬼|吃屎|吃干饭|饭桶|什么(?:破|鬼|狗屁)(?:系统|玩意|东西|公众号)|老不死"
)
_ADVERT = re.compile(
    r"https?://|www\.|加.{0,3}(?:微信|vx|v信|威信|薇信|qq|好友)|刷单|中奖|恭喜[您你]|秒批|秒到账|(?:秒|当天)(?:下款|放款)|无抵押|代办(?:信用卡|贷款|证)|办假证|代开发票|"
    r"六合彩|双色球|棋牌|点击.{0,4}(?:领|链接|下载)|扫码领|清仓|特价促销|优惠(?:券|促销)|包(?:治|过)|高价(?:收购|回收)|收购旧|兼职.{0,4}日结|日(?:赚|入)(?:\d|[一二三四五六七八九几]?[百千])|月入(?:过|上|\d|[一二三四五几]?万)|"
    r"(?:领|抢|扫|点).{0,8}红包|发(?:个)?红包[吧呗啊]?$|红包.{0,4}(?:领|点击|链接)|低息贷款.{0,6}(?:联系|加|电话)",
    re.IGNORECASE,
)
_ABOUT_ADVERTS = re.compile(r"(?:能|可以)加[个你您]|骗|真的?(?:吗|假)|是不是|能信|可信|靠谱|怎么办|咋办")
"""Who asks whether an offer can be trusted offers nothing."""


_OF_ANOTHER = re.compile(
    r"(?:邻居|隔壁|别人|人家|他|她|老?[\u4e00-\u9fff]{2,4})家?的?(?:电话|手机号?|身份证|卡号|银行卡|密码|住址).{0,4}(?:发|给|告诉|说|念|报)"
)
_OWN = re.compile(r"我(?:家|的|妈|爸|儿|女|自己)|干部|书记|主任|队长|队员|村委|镇上|民政|客服|负责人|联系人")


class Danger(StrEnum):
    """What cannot wait for anybody of ours: who is called first depends on it."""

    FIRE = "fire"
    INJURY = "injury"
    FLOOD = "flood"
    VIOLENCE = "violence"


_DANGERS = (
    (Danger.FIRE, r"(?:着|起|失)火(?!灾险)|火灾|烧起来|着火|煤气.{0,3}(?:泄漏|漏气|爆)|(?:爆|触)[炸电]了"),
    (
        Danger.INJURY,
        r"流(?:了)?(?:好多|很多|不少)?血|大出血|昏(?:倒|迷|过去)|晕(?:倒|过去|死过去)|吐血|喘不(?:上|过)?气|出不(?:来|了)气|"
        r"喝(?:了|下)(?:农药|敌敌畏|百草枯|除草剂|老鼠药)|中风|心梗|骨折|摔(?:断|下来|下去|得不轻|得起不来)|(?:摔|跌|绊)(?:倒|了|伤).{0,8}(?:起不来|动不了|不动|流血|疼得)|"
        r"(?:蛇|狗)咬|(?:要|快)生了|羊水破|没气了|叫不醒|不省人事|抽搐|中毒|溺水|掉(?:水|河|井|塘)里",
    ),
    (
        Danger.FLOOD,
        r"水(?:进|漫|淹|冲)(?:了|到|进|上)?(?:屋|房|家|门|院)|(?:屋|房|家|房子|院子)里?(?:进水|被水|被淹|淹了|让水)|(?:被|让)?(?:大水|洪水|河水)(?:淹|困|冲|围)|涨水.{0,4}(?:困|淹|进|出不)|"
        r"被淹|淹了|山体滑坡|滑坡了|塌方|泥石流|(?:房子?|屋|墙|房顶)(?:要|快|突然|刚)?(?:塌|垮|倒)了|被(?:埋|压|困)|埋(?:在|住)",
    ),
    (
        Danger.VIOLENCE,
        r"(?:在|又|正|被.{0,4}|往死里|拿.{0,3})打(?:我|人|老婆|娃|孩子|老人)|家暴|打(?:架|起来)了?|拿刀|砍人|抢(?:劫|了我|东西)|小偷|贼|入室|强奸|拐(?:走|卖)|被绑",
    ),
)
_DANGER_PATTERNS = tuple((danger, re.compile(pattern)) for danger, pattern in _DANGERS)
_LONG_AGO = re.compile(
    r"去年|前年|以前|从前|上个?月|早些年|那年|几年前|小时候|政策|补贴|补助|救助金|保险|能不能(?:领|申请|享受)|多少钱|怎么申请|算不算"
)


def is_abuse(text: str) -> bool:
    """Whether somebody swears at us. It says nothing of what they want."""
    return _ABUSE.search(text.lower()) is not None


def is_advert(text: str) -> bool:
    """Whether something is offered to us that nobody here asked for."""
    return _ADVERT.search(text) is not None and not _ABOUT_ADVERTS.search(text)


def wants_of_another(text: str) -> bool:
    """Whether somebody wants a neighbour's number or papers handed over; a cadre's telephone may be asked for."""
    return _OF_ANOTHER.search(text) is not None and not _OWN.search(text)


def danger_in(text: str) -> Danger | None:
    """The danger somebody is in now, if the sentence tells of one; what was long ago, or asks for money, is none."""
    if _LONG_AGO.search(text):
        return None
    return next((danger for danger, pattern in _DANGER_PATTERNS if pattern.search(text)), None)
