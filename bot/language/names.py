# ruff: noqa: E501 - word lists and patterns read better whole
"""姓名: people as cadres name them (老王, 王大爷, 张三家), and which name on file is meant."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from bot.language.sounds import loose, name_sound, syllable
from bot.language.spelling import fold

COMPOUND_SURNAMES = frozenset(
    [
        "欧阳",
        "上官",
        "司马",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "令狐",
        "司徒",
        "夏侯",
        "宇文",
        "长孙",
        "端木",
        "独孤",
        "南宫",
        "轩辕",
        "闻人",
        "申屠",
        "呼延",
        "万俟",
        "澹台",
        "淳于",
        "赫连",
        "钟离",
        "拓跋",
        "吉克",
        "阿苏",
        "阿的",
        "吉木",
        "沙马",
        "马海",
        "阿尔",
        "曲比",
        "勒格",
        "吉尔",
        "贾巴",
        "阿力",
        "木乃",
        "海来",
        "俄木",
        "的日",
        "安尔",
        "相里",
        "百里",
        "东郭",
        "西门",
        "鲜于",
        "濮阳",
        "太史",
        "仲孙",
        "闾丘",
        "亓官",
        "巫马",
        "公冶",
        "梁丘",
        "左丘",
    ]
)
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟"
    "熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符"
    "舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏"
    "席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼"
    "蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况宿"
    "鲜郇逯官隆茹诺战慕危玉银亢嵇湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由尼罗阎"
    "傅洪赖萧贝贲诸钮滑荀酆凤羿汲邴糜隗牧宓蓬郗仰暴钭蓟怀鄂莘贡逄郦郏璩濮习宦慎庾暨沃蔚夔厍訾乜蒯竺红侬水撒喇妥拜锁税昔哈虎者蹇代腾侴"
)
_RARE = frozenset(
    "位来公国平相初都利由但支元信居门海阿智幸干富那计容强成明时位全和和单关应时连向文农宗管路边相满花权索宣都伏呼衣战原初云暴怀滑红代腾锁拜者税昔慎沃贡"
)
"""Surnames that are everyday words too: believed only where the grammar leaves no doubt."""

_TITLES = (
    "老太太|老奶奶|老爷爷|老爷子|老大爷|老大娘|老太婆|老婆婆|老两口|老伯伯|老人家|老汉|老太|老爹|老伯|老头|大爷|大伯|大叔|大妈|大娘|大婶|大嫂|大哥|大姐|奶奶|爷爷|"
    "婆婆|公公|伯伯|叔叔|阿姨|阿婆|阿公|孃孃|嬢嬢|嬢|孃|婶婶|婶子|婶|嫂子|嫂|老师|师傅|书记|主任|支书|村长|组长|会计|女士|先生|同志|大姨|[大二三四五六七八九幺小](?:嫂|哥|姐|叔|伯|爷|婶|娘|姨|舅|姑|妹|弟|爸|妈)|姨|姑|舅|叔|伯|爷|娘|婆|哥|姐|妈|老人"
)
_NICK = "老[大二三四五六七八九幺么]|[大二三四五六七八九幺][娃毛狗]|老幺"
_HOUSE = "屋里头|屋头|屋里|家里|家头|那户|这户|一家|家|户"
_TAIL = re.compile(rf"(?:的)?(?:{_HOUSE})$")
_NOT_GIVEN = frozenset(
    "家户的了去到说在是不没和跟给把被让也都就还要与及或吗呢吧啊呀这那哪他她它我你您们个户组村乡镇县市区路已再很太最更约因于等住送买访走看问查签打绑回"
    "讲办缺病漏欠领交收报想着过下里外后间内，。、；：,;: 0123456789一两"
)
_HOW_THEY_ARE = frozenset(
    {"挺好", "很好", "还好", "蛮好", "不错", "正常", "健康", "平安", "安好", "没事", "可以", "顺利", "在家"}
)
"""After a surname that is an everyday word, these say how somebody is: 都挺好 is no name."""

_ORDINARY = (
    "高龄 高血 高中 高兴 高职 高考 高校 方便 方法 方案 何时 何种 黄牛 黄豆 黄瓜 黄土 马上 马铃 马路 金额 金融 钱款 钱都 白内 白天 白菜 安置 安全 安排 安装 安葬 全村 全家 全部 "
    "全年 全乡 全镇 全县 全护 成年 成绩 成本 常年 常规 常见 周边 周末 周一 周二 周三 周四 周五 周六 周日 周天 周围 周转 于是 时候 时间 关系 关于 关闭 关掉 关心 关节 解决 解释 "
    "解绑 解除 应该 石头 温度 温馨 江边 田里 田地 路灯 路面 路费 路上 路断 万元 万一 单子 单位 单独 单据 曾经 易地 易返 强化 强烈 房子 房屋 房顶 房产 房租 车祸 车辆 车票 车费 "
    "包户 包村 包括 包工 计划 计生 全面 毛病 平时 平安 明天 明年 明细 明白 明确 党员 党组 党委 文件 文化 文字 牛羊 牛奶 牛棚 牛圈 项目 支部 支书 支持 支出 严重 常住 申请 申报 "
    "申诉 宣传 付款 付出 花费 花椒 花生 米油 米面 水管 水泥 谢谢 许多 许可 施工 施肥 干部 干活 管理 管护 管道 麻烦 麻将 商量 商店 门诊 门口 门锁 盖房 冷库 冷冻 钟点 司法 司机 "
    "经费 查询 查看 查一 查出 查下 燕麦 阳光 阳台 来自 简单 台账 陆续 国庆 国家 国道 那个 那边 那户 都是 都有 景区 公益 公示 公公 公社 公开 元旦 支教 利息 利用 居民 居住 智力 "
    "智能 信息 信用 信贷 富裕 初中 初一 海鲜 阿姨 阿婆 位置 相关 相信 海拔 由于 但是 玉米 玉树 银行 战友 米和 和谐 和他 农业 农村 农户 农药 农合 农商 农保 宗教 边缘 满意 满足 "
    "花钱 孙子 孙女 孙娃 危房 危方 危改 危旧 万块 元块 权利 原来 原因 原地 云南 容易 成功 成立 成员 成都 连续 连夜 连接 向上 时常 管好 路过 雷雨 柴火 蓝莓 甘蔗 桑叶 桑蚕 桂花 "
    "梅雨 苗木 苗圃 谷子 豆子 豆角 麦子 栗子 燕子 荣誉 祖国 池塘 沙发 沙子 沙石 师傅 师范 席位 南方 南瓜 班主 班级 储蓄 劳动 劳力 劳务 皮肤 皮蛋 楼房 楼上 楼梯 厉害 区里 区别 "
    "国税 平方 干净 干旱 计算 索赔 修路 修房 修缮 修理 修好 修水 勾画 茅草 呼吸 居家 展示 阴天 信访 幸福 富余 由村 任务 任何 武装 康复 康养 施救 向导 常委 温室 安徽 程序 程度 "
    "夏天 夏季 秋天 金秋 江西 江苏 汤药 白糖 白酒 白条 龙头 万户 严禁 武汉 陕西 梁上 贺卡 顾虑 毛衣 毛巾 毛毯 毛猪 史上 邓小 莫名 孔雀 戴帽 章程 舒服 舒适 童年 季度 涂料 盛产 "
    "游客 辛苦 蒙古 华西 喻为 解放 艾草 阳性 穆斯 卓越 古树 吉祥 简易 车间 党建 党的 宫颈 费用 席子 卫生 卫计 米粉 应急 师生 商品 沙土 桑树 明显 官方 封闭 谈话 谈心 惠农 惠民 "
    "乐观 南边 燕窝 楚雄 满分 海南 区域 权益 强制 强调 平均 支付 相当 门面 云端 都不 都没 都在 普通 普遍 普高 鹿茸 羊羔 羊圈 羊肉 乌鸡 修建 那天 那里 那家 公路 公司 公租 元钱 "
    "束手 信号 智慧 尼龙 阿胶 水稻 马达 羊价 牛价 路拄 水池 水窖 水井 水渠 水库 水沟 水质 水电 水压 水费 水表 水果 水源 水利 水务 水厂 水田 水灾 水冲 水淹 水都 水不 水吃 水龙 "
    "水泵 水塔 水缸 水桶 水流 水产 水牛 水土 温暖 温饱 陈年 陈旧 安心 安静 常用 常有 金钱 金银 单身 单亲 严肃 康健 齐全 乐意 万事 盛开 成果 成长 成熟 成活 高度 高温 高价 高产 "
    "高压 高烧 白血 白色 白蚁 黄色 黄金 黄精 黄桃 黄连 石榴 石灰 石子 石板 石料 牛肉 马桶 马车 江水 田间 田坎 田埂 林地 林下 林权 林木 林业 方面 方向 方言 龙眼 简历 空巢 常态 "
    "危险 危重 文明 文盲 党费 米饭 麦收 谷雨 夏收 冷风 冷饭 冷得 熊猫 雷电 雷击 甘薯 解答 解困 余下 余款 余额 余元 车子 车站 车坏 柳树 杨树 柏树 苗子 苗情 季节 路口 路程 路基 "
    "路段 路途 路旁 路边 路不 路没 路坏 路滑 桂圆 易燃 古稀 关怀 关爱 关注 支架 施策 施行 曾祖 曾孙 孙辈 农机 农具 农活 农闲 农忙 农资 柴草 盛夏 盖好 盖新 盖了 管子 利率 应当 "
    "应届 幸好 全程 全额 全身 全天 房东 房贷 房改 房梁 花草 花了 羊只 羊群 羊毛 羊草 牛只 牛草 喻示 平台 平整 平稳 平常 计量 门窗 门前 屋后 边境 边界 和睦 和气 和解 和好 查实 "
    "查验 查清 查明 史料 时而 时不 时刻 连同 连着 麻药 麻木 干燥 干粮 桑拿 梅毒 毛发 向村 向镇 向县 向民 向他 向她 向其 鱼塘 鱼苗 鱼虾 蓝色 红薯 红枣 红肿 红包 暴雨 暴力 暴晒 "
    "滑坡 滑倒 习惯 怀疑 怀孕 怀里 代办 代缴 代理 腾退 拜年 税费 慎重 沃柑 哈密 虎皮 鱼病 赖以 赖账 赖着 巴不 凤凰 水旱 傅粉 荀子 诸如 诸多"
)
_WORDS = frozenset(_ORDINARY.split())
"""Everyday words that begin like a name: 高血压, 何时, 常年 and 温暖 name nobody."""
_RIGHT = re.compile(
    r"$|[\s,，。；;、：:！!？?（(→\-—]|家|户|屋|的|在|说|和|跟|去|来|到|是|有|又|也|已|今|昨|上个?月|送|没|不|孩|娃|儿子|女|老[两伴人母]|住院|因|反映|申|要|纳入|想|还|两|一|他|她|本人|"
    r"夫妇|夫妻|同志|[两三四五]兄|[两三四五]姐|等|\d|人不|不在|全家|贷|产|低保|危|残|得|患|外出|务工|主动|表示|生病|病|腿|腰|缺|房|屋顶|这|那|全年|记|发|领|改|推|走访|家庭|联系|签|电话|身份证|手机|多少|什么|收入|情况|档案|说|喝|享受|属于|领取|名下|是否|算不算"
)
_LEAD = re.compile(
    r"(?:(?:问了|联系了|联系上了|核查|核实|陪同?|送|随访|望了|慰问了|户了|访了|关于|碰到|遇到|走访|入户|入护|走房|探望|看望|慰问|签到|打卡|家访|回访|上门|拜访|查询|查看|查|[查察]一[下吓]|应为|应是|移交|这户|对象是|给|帮|把|替|到|去|去了|到了|看了|看|访|走完|走了|走|在|电话给|联系|户主|户|户：|户:|病人|老人|党员|军人|家属|学生|问题|措施|登记|录入|"
    r"脱贫户|低保户|监测户|贫困户|五保户|特困户|边缘户|一般户|村民|群众|组|村|的|趟|过|完|下|一下|完了|关于|销号|办结|解决|：|:|给|和|与|跟|、|，|,|。|；|;| )|^)$"
)


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """A person as named: surname and given name as far as said, and what they were called besides (大爷, 老汉)."""

    surname: str
    given: str
    title: str

    @property
    def name(self) -> str:
        """Surname and given name without any title."""
        return self.surname + self.given


@dataclass(frozen=True, slots=True)
class NameInText:
    """A name found in a sentence: as said without 家 or 户 (普家 stays, there is only a surname), and where."""

    text: str
    start: int
    end: int
    house: bool


def surname_of(name: str) -> str:
    """The surname a name begins with, compound surnames first; empty when it begins with none we know."""
    if name[:2] in COMPOUND_SURNAMES and len(name) > 2:
        return name[:2]
    return name[:1] if name[:1] in SURNAMES else ""


def without_house(said: str) -> str:
    """The name without a trailing 家, 户 or 屋头 (张三家 → 张三, 普家 → 普)."""
    name = fold(said).strip(" ，,。:：")
    return _TAIL.sub("", name) or name


@lru_cache(maxsize=512)
def read_person(said: str) -> PersonSaid:
    """What is said of a person's name: 王大爷 → 王 + 大爷, 老王 → 王 + 老, 张三家 → 张三."""
    name = without_house(said)
    if re.fullmatch(r"[老小阿][\u4e00-\u9fff]", name) and name[1] in SURNAMES:
        return PersonSaid(name[1], "", name[0])
    match = re.fullmatch(rf"(.{{1,4}}?)({_TITLES})", name)
    title = ""
    if match:
        name, title = match[1], match[2]
    surname = surname_of(name)
    given = name[len(surname) :]
    if not surname and len(name) == 1:
        surname, given = name, ""
    return PersonSaid(surname, given, title)


_LOOK_ALIKE = (
    "国园圆囯 未末 己已巳 士土 日曰目 戌戍戊 昊吴 晓哓 娟绢捐 明朋 玉王主 贵责 芬芳 桂佳 秀季 福幅富 林材 全金 建健 天夫 兰蓝 大太犬 生主 军车 云去 东乐 平半 文义 玲铃 梅海 春舂 风凤 "
    "华毕 光先 荣荥 芹芥 仁仨 田由甲申 千干于 永水 冰水 波泼 清请情 晴睛 德徳 胜脏 学字 宇字 刚钢岗 强张 伟韦 杰木 志忠 忠思 英莫 丽雨 红江 长张 良艮 孝考老 才寸 有友 子于 卫工 庆床"
)
"""Characters of names that are taken for one another when written down or recognised from a picture."""


@cache
def _looks_like(one: str, other: str) -> bool:
    return any(one in group and other in group for group in _LOOK_ALIKE.split())


def _looks_same(one: str, other: str) -> bool:
    """Whether two names of three characters and more differ in one that looks alike."""
    if len(one) != len(other) or len(one) < 3 or one[0] != other[0]:
        return False
    different = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(different) == 1 and _looks_like(*different[0])


def _sounds_same(one: str, other: str) -> float:
    if len(one) != len(other):
        return 0.0
    first, second = name_sound(one), name_sound(other)
    if first == second:
        return 0.9
    return 0.8 if tuple(map(loose, first)) == tuple(map(loose, second)) else 0.0


def same_name(said: str, on_file: str) -> float:
    """How well a name as said fits a name on file: 1 the same, about 0.9 the same sound, 0.5 only the surname fits
    (老王, 王大爷, 王家), 0 another person. 0.8 and 0.75 are only alike, by the ear of a dialect or by the eye."""
    filed = fold(on_file).strip()
    whole = without_house(said)
    if not filed or not whole:
        return 0.0
    if whole == filed:
        return 1.0
    person = read_person(said)
    surname = surname_of(filed) or filed[:1]
    if person.surname and person.given:
        if person.name == filed:
            return 0.98
        alike = _sounds_same(person.name, filed)
        if alike:
            return alike
        if _looks_same(person.name, filed):
            return 0.75
        nick = re.fullmatch(_NICK, person.given)
        return 0.35 if nick and person.surname == surname else 0.0
    if person.surname:
        if person.surname == surname:
            return 0.5
        return 0.4 if loose(syllable(person.surname)) == loose(name_sound(filed)[0]) else 0.0
    given = filed[len(surname) :]
    if person.given == given and len(given) > 1:
        return 0.7
    return 0.6 if len(given) > 1 and _sounds_same(person.given, given) else 0.0


def match_household(said: str, candidates: Sequence[str]) -> list[int]:
    """The places of the candidates that fit best, all equally good ones; empty when none fits at all."""
    scores = [same_name(said, name) for name in candidates]
    best = max(scores, default=0.0)
    if best < 0.3:
        return []
    return [place for place, score in enumerate(scores) if score >= best - 0.05]


def find_names(text: str, known: Sequence[str] = ()) -> list[NameInText]:
    """The people named in a sentence, in order. A known name found anywhere wins over the grammar."""
    if not known:
        return list(_named_by_grammar(fold(text)))
    return _find_names(fold(text), known)


@lru_cache(maxsize=256)
def _named_by_grammar(said: str) -> tuple[NameInText, ...]:
    """One sentence is looked through for its dates, its slots and its note: once is enough."""
    return tuple(_find_names(said, ()))


def _find_names(said: str, known: Sequence[str]) -> list[NameInText]:
    found: list[NameInText] = []
    for name in sorted(set(known), key=len, reverse=True):
        place = said.find(fold(name)) if name else -1
        if place >= 0 and not any(f.start < place + len(name) and place < f.end for f in found):
            found.append(NameInText(name, place, place + len(name), _is_house(said, place + len(name))))
    place = 0
    while place < len(said):
        overlap = next((f for f in found if f.start <= place < f.end), None)
        if overlap is not None:
            place = overlap.end
            continue
        here = _name_at(said, place)
        if here is not None and not any(f.start < here.end and here.start < f.end for f in found):
            found.append(here)
            place = here.end
        else:
            place += 1
    for match in _DOTTED.finditer(said):
        start, end = match.span("name")
        found = [f for f in found if f.end <= start or end <= f.start]
        found.append(NameInText(said[start:end], start, end, _is_house(said, end)))
    found.extend(f for f in _framed(said) if not any(g.start < f.end and f.start < g.end for g in found))
    return sorted(found, key=lambda f: f.start)


def _is_house(said: str, place: int) -> bool:
    return bool(re.match(r"(?:的)?(?:家(?!庭)|户(?!主|口|籍|内|外)|屋头|屋里)", said[place : place + 4]))


_FRAMED = re.compile(
    r"(?:走访了?|入户了?|看望了?|慰问了?|回访了?|家访了?|(?<![得想来回迁])(?<!搬)(?:到|去|去了|到了)|路过)(?P<name>[一-鿿]{1,4}?)(?:家(?![庭长畜禽具电乡住里沟湾坪村寨坝庄河山坡梁岭院屯营塘冲垭咀岩庙桥店铺集洼川台岗镇])|屋头|屋里|户(?![主口籍内外型]))"
)
"""What is visited and called a house is one, whatever its name: 去撒拉家, 到侬家, 在阿牛家."""
_NO_FRAMED = re.compile(
    r"^(?:[他她我你咱人大各自老国回搬安公厂商农专卖买哪每两几这那谁本该全一二三四五六七八九十第邻亲女儿娘婆岳外隔户贫脱低监群村居组边五特困移\d第]|新|签到|打卡|走访|入户|看望|慰问|了解|朋友|同学|领导|同事|附近|其他|别|多|所有|包|结对|帮扶|联系|辖区|村)|[了的过着说是在有没和跟与及给、]|的$|[村组沟湾坪坝寨庄专国大]$|^成"
)


_DOTTED = re.compile(
    r"(?:[一-鿿]{0,8}(?:走访|入户|看望|慰问|联系|[给到去访看和跟在帮替户民]|电话))?(?P<name>[一-鿿]{2,6}(?:[·•・‧][一-鿿]{2,6}?)+)(?=家|户|屋|[的说在送反身有没今因不]|[^一-鿿]|$)"
)
"""阿依古丽·买买提: a dot joins a given name and a father's."""


def _framed(said: str) -> Iterator[NameInText]:
    for match in _FRAMED.finditer(said):
        if not _NO_FRAMED.search(match["name"]) and match["name"] not in _WORDS:
            start, end = match.span("name")
            surname_only = len(match["name"]) == 1 and said[end] == "家"
            yield NameInText(said[start : end + surname_only], start, end + surname_only, True)


_VILLAGE = re.compile(r"[沟湾坪村寨坝庄河山坡梁岭院屯营塘冲垭咀岩庙桥店铺集洼川台岗镇乡]")
_TITLED = re.compile(rf"(?:{_TITLES}|{_NICK})")


def _name_at(said: str, place: int) -> NameInText | None:
    first = said[place]
    if first in "老小阿" and place + 1 < len(said) and said[place + 1] in SURNAMES and said[place + 1] not in _RARE:
        if (
            _RIGHT.match(said, place + 2)
            and said[place : place + 3] not in ("老党员",)
            and said[place - 1 : place] not in ("养", "敬")
        ):
            return NameInText(said[place : place + 2], place, place + 2, _is_house(said, place + 2))
        return None
    pair = said[place : place + 2]
    surname = pair if pair in COMPOUND_SURNAMES else first
    if first == "于" and said[place - 1 : place] and said[place - 1] in "关由位对至等属低高在处善终便利":
        return None
    if first == "成" and said[place - 1 : place] and said[place - 1] in "去走办做完":
        return None
    if surname == first and (first not in SURNAMES or pair in _WORDS):
        return None
    after = place + len(surname)
    led = bool(_LEAD.search(said[max(0, place - 3) : place]))
    titled = _TITLED.match(said, after)
    if titled and (led or first not in _RARE):
        end = titled.end()
        return NameInText(said[place:end], place, end, _is_house(said, end))
    if said[after : after + 1] == "家" and said[after + 1 : after + 2] not in (
        "庭",
        "长",
        "畜",
        "禽",
        "具",
        "电",
        "里",
    ):
        if (
            (first in _RARE and not led)
            or _VILLAGE.match(said, after + 1)
            or (first in _RARE and said[after + 1 : after + 2] == first)
        ):
            return None
        return NameInText(said[place : after + 1], place, after + 1, True)
    return _full_name_at(said, place, after, led=led, rare=first in _RARE)


def _full_name_at(said: str, place: int, after: int, *, led: bool, rare: bool) -> NameInText | None:
    for length in (2, 1):
        given = said[after : after + length]
        end = after + length
        if len(given) < length or not all("\u4e00" <= c <= "\u9fff" and c not in _NOT_GIVEN for c in given):
            continue
        if rare and given in _HOW_THEY_ARE:
            continue
        house = _is_house(said, end)
        if (
            given[-1] in "刚中"
            and not house
            and said[end : end + 1] not in ("", " ", ",", "，", "。", "；", "、", "：", ":")
        ):
            continue
        titled = re.match(rf"(?:{_TITLES})(?=家|户|$|[，,。 、的])", said[end : end + 5]) if length else None
        edge = end == len(said) or said[end] in " ,，。；;、：:→（("
        if house and length == 2 and given[-1] in "一二三四五六七八九十几两" and said[end] == "户":
            continue
        if (house and (led or not rare)) or titled or (edge and ((led and not rare) or (length == 2 and led))):
            return NameInText(said[place:end], place, end, house)
        if led and not rare and _RIGHT.match(said, end):
            return NameInText(said[place:end], place, end, house)
    return None
