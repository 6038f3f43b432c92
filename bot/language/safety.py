# ruff: noqa: E501 - word lists and patterns read better whole
"""安全: what must be recognised for certain before anything is weighed: despair, tricks, advertising, other people's data."""

import re

from bot.language.names import find_names
from bot.language.sounds import loose, sound
from bot.language.tone import is_advert

_CRISIS = re.compile(
    r"不(?:想|愿意?)(?:再|继续)?活(?!动|泼|络|儿|路)|不想[^干做，, ]{0,3}活(?:了|咯|哒|着)|活(?:不下去|不起|腻|够)了?(?!.{0,4}(?:低保|补))|活(?:着|起|到)(?:也|都|真|真的|还)?(?:没|冇|没有|没得|没啥|没什么|有啥|有什么)(?:啥|什么|得|有)?(?:意思|劲|意义|盼头|想头|用)|"
    r"没(?:有|得)?(?:啥)?活头|活个(?:啥|什么)劲|不想(?:在)?(?:这)?世上|离开这个世界|下辈子再|写(?:好)?(?:了)?遗书|想不开|做(?:点)?傻事|一了百了|想解脱|"
    r"(?:我|就|真|还|好|都|也|很|老|老是|只|总)?想死(?!你|我|他|她|个|家|人|了你|了我|老)|(?:我|想|要|就|不如|还是|干脆)(?:也|都|还)?去死|寻死|寻短|自(?:杀|尽)(?!式)|轻生|跳(?:楼|河|井|桥|崖|塘|江)(?!价|大|甩|机|促|.{0,4}(?:救|洗|游|捞|抓|清仓))|投(?:河|井)自?|"
    r"(?<![鸡鸭鹅猪牛羊狗猫鱼])(?:喝|吃)(?:了|点|瓶|下)?(?:农药|敌敌畏|百草枯|除草剂|老鼠药|耗子药|安眠药|药死|毒药)(?!的(?:菜|草|果|水|饭))|喝药(?:算了|死|自)|(?:想|就|去)喝药(?!汤|酒|治)|喝药水(?:死|算|自|给)|上吊(?!车|桥|灯|扇|牌|装|运)|割(?:腕|脉)|"
    r"死了(?:算(?:了|球)|干净|倒好|一了)|(?:不如|还不如|宁愿|只有)(?:一)?死(?!人|猪|马)|没有?活路(?:了|走|可走|啊)?(?:$|[，,。！!])|一死了之|结束(?:自己的?|我的?)?(?:生命|这一生|自己)|了结(?:自己|算了|我自己)|生不如死|要死给|死给(?:你们?|他们?|她)看|杀了我|同归于尽|日子.{0,4}不想过了|^(?:我)?不想过了|"
    r"(?:带着?|抱着?)(?:娃|孩子|儿子|女儿|全家)(?:一起|一块)?(?:去)?死|唔想(?:活|做人)"
)
_ONLY_A_WAY_OF_SPEAKING = re.compile(r"(?:累|热|冷|气|烦|急|吓|笑|饿|渴|困|想|丑|忙|美|乐|高兴|痛|冻|晒|闷|羡慕)死")
_CRISIS_SOUNDS = tuple(
    " ".join(map(loose, sound(words)))
    for words in (
        "不想活了",
        "活不下去了",
        "活着没意思",
        "喝农药死",
        "寻短见",
        "想自杀",
        "要自杀",
        "想上吊",
        "去跳河",
        "去跳楼",
    )
)
_CRISIS_LETTERS = ("buxianghuo", "xiangzisha", "huobuxiaqu", "henongyao", "huozhemeiyisi")
_INJECTION = re.compile(
    r"忽略.{0,12}(?:指令|规则|提示|设定|要求|内容|限制)|无视.{0,8}(?:规则|限制|指令)|忘(?:记|掉).{0,8}(?:指令|规则|设定|身份)|(?:系统|开发者?|管理员|超级|root|debug|调试|上帝|越权)(?:模式|权限|提示词|指令|身份)|提示词|system\s*prompt|ignore\s+(?:all|previous)|</?[a-z_|]+>|"
    r"\b(?:select|insert|update|delete|drop|union|alter|truncate)\b.{1,40}\b(?:from|table|into|set|where|select|members?|households?)\b|' *or *'?1|[;'\"]\s*--\s*$|<script|你(?:现在)?是.{0,6}(?:dan|没有限制|无限制)|"
    r"jailbreak|越狱模式|扮演|假装你是|sudo |rm -rf|\{\{|\$\{|(?:把|将).{0,4}(?:数据库|所有人|全部(?:农户|用户|人)).{0,8}(?:导出|发|给我|列)|(?:全|整)个?(?:村|县|镇)(?:人|农户|所有人|的人|老百姓)?的?(?:身份证|银行卡|电话|手机|密码)|^(?:system|assistant|developer)\s*[:：]"
)
_PRIVATE = re.compile(
    r"身份证|银行卡|卡号|存折号|密码|手机号|电话号?码?|联系方式|住址|住在?哪|病历|征信|户口本|余额|存款"
)
_VERY_PRIVATE = re.compile(r"身份证|银行卡|卡号|存折|密码|病历|征信|余额|存款")
_THEIR_FACTS = re.compile(
    r"低保|补贴|补助|收入|领(?:了)?多少|拿(?:了)?多少|多少钱|贫困户|家庭(?:情况|信息)|信息|档案|资料|得什么病|欠|贷款"
)
_HAND_OVER = re.compile(
    r"发(?:给)?我|给我|念|告诉我|报(?:一下|给)|查(?:一下|查|给)?|看看|提供|我是.{0,8}(?:的|他|她)|说(?:一下|给)|调出|要一?下|是多少|多少|导出"
)
_ONE_OF_MINE = re.compile(
    r"我(?:家|屋|们|妈|爸|爹|娘|大|儿|女|娃|孙|崽|老公|老婆|老伴|媳妇|男人|婆娘|爷|奶|公公|婆婆|弟|哥|姐|妹|自己|的|本人|也|都|就)"
)
_HELPERS = re.compile(
    r"干部|书记|队长|队员|主任|责任人|负责人|联系人|帮扶|驻村|村医|客服|工作人员|村委|镇上|乡上|部门|民政|医保局|服务"
)
_PROBING = re.compile(
    r"(?:邻居|隔壁|别人|他们|人家|老[\u4e00-\u9fff]|他|她|全村人?|谁)家?的?.{0,4}(?:身份证|银行卡|卡号|密码|手机号|存款)"
)
_THEIRS = re.compile(
    r"(?:组长|队长|村长|支书|书记|主任|会计|文书|干部|医生|老师)(?:家|本人)的?.{0,4}(?:身份证|银行卡|卡号|密码|存款|存折|余额)"
)
"""Somebody's office may be asked for, and their telephone; what is theirs at home not."""
_BLAME = re.compile(
    r"凭(?:什么|啥)|举报|投诉|关系|亲戚|不公|公平|楼房|有车|小车|轿车|贪|冒领|假低保|反映|查查|核查|怎么还|还(?:吃|领|享受)|也(?:吃|领)|比我"
)
_PLEADING = re.compile(
    r"求求|求(?:你|您|政府|领导|救)|恳[求请]|帮帮|救救|(?:派|来|叫).{0,2}人.{0,4}(?:看|帮|管)|去看看(?:他|她)|没(?:有)?人(?:照顾|管|要|端|送饭)|想(?:个|点)?办法|伸出|无依无靠|可怜|过不下去|揭不开锅"
)
"""Who pleads for somebody, often at length, wants help for them and none of their data."""


def in_despair(said: str) -> bool:
    """Whether the words speak of ending one's life, plainly, in dialect, typed by ear or in pinyin letters."""
    if _CRISIS.search(said):
        return True
    if said.isascii():
        letters = re.sub(r"[^a-z]", "", said.lower())
        return any(words in letters for words in _CRISIS_LETTERS)
    if _ONLY_A_WAY_OF_SPEAKING.search(said):
        return False
    heard = " ".join(map(loose, sound(said)))
    return any(words in heard for words in _CRISIS_SOUNDS)


def is_trick(said: str) -> bool:
    """Whether it is an attempt on the bot itself, or advertising."""
    return bool(_INJECTION.search(said)) or is_advert(said)


def asks_about_another(said: str, role: str) -> bool:
    """Whether it asks for another household's data, which is not given, whatever role is claimed."""
    if _PROBING.search(said) and _HAND_OVER.search(said) and not _HELPERS.search(said):
        return True
    if _THEIRS.search(said) and _HAND_OVER.search(said):
        return True
    private = bool(_PRIVATE.search(said))
    if not private and not (role != "cadre" and _THEIR_FACTS.search(said)):
        return False
    if _HELPERS.search(said) or (
        _ONE_OF_MINE.search(said) and not re.search(r"我是.{0,6}(?:的|他|她)|发我|给我", said)
    ):
        return False
    if not private and _BLAME.search(said):
        return False
    who = re.match(r"我(?:是|叫|姓)", said)
    if _PLEADING.search(said) and not (_VERY_PRIVATE.search(said) or re.search(r"发(?:给)?我|告诉我|念给", said)):
        return False
    people = [n for n in find_names(said) if len(n.text) > 1 and (private or not who or n.start > who.end())]
    if not people:
        return False
    if role == "cadre":
        return bool(_VERY_PRIVATE.search(said) and re.search(r"发(?:给)?我|念|告诉我|我是", said))
    asks = re.search(r"[?？吗]|多少|查|什么|发我|给我|念|告诉|看看|是不是|有没有|几|没有?$", said)
    return bool(asks and (private or any(p.house for p in people)))
