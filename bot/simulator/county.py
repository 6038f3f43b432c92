"""示例县: writes the files of a small county, in the published layouts, so that the bot has somebody to talk about.

Nobody in it exists: the names are drawn from lists, the identity numbers begin with an area code no place has,
and what the county pays is invented.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from rustpy_xlsxwriter import write_worksheet

from storage.imports.columns import check_character

COUNTY_NAME = "旺苍县"
CADRE_PHONE = "19900000001"
"""The phone of 李梅, the cadre of the README's conversation; 王建国's household is hers."""

# 99 is no province of GB/T 2260, so no such number was ever given to anybody.
_AREA_CODE = "990100"
_FIRST_HOUSEHOLD = 9901000000000000

_TOWNSHIPS = ("东河镇", "嘉川镇", "木门镇", "普济镇", "三江镇")
_VILLAGES = (
    *("青山村", "石门村", "双河村", "松林村", "清水村", "红星村", "高阳村", "白果村", "茶园村", "石桥村"),
    *("杨柳村", "大坪村", "核桃村", "龙潭村", "马鞍村", "梨树村", "新房村", "云峰村", "井坝村", "柏林村"),
)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶余"
_MEN = "伟强磊军勇杰涛明超刚平辉建国华志文成荣福贵林海永祥光德富清忠兴洋"
_WOMEN = "芳敏静丽娟艳秀英霞红玉兰桂珍梅燕春花莲琴凤云香翠菊萍惠娜淑"
_UNITS = ("县教育局", "县医保局", "县林业局", "县农业农村局", "县民政局", "县住建局", "县人社局", "县水利局")
_RANKS = (("一般干部", 16), ("科级", 4), ("县处级", 1))
_BANKS = ("农村信用社", "邮政储蓄银行", "农业银行")
_CATEGORIES = (
    *(("脱贫户", 58), ("一般农户", 14), ("边缘易致贫户", 9), ("脱贫不稳定户", 7), ("突发严重困难户", 2)),
    *(("一般贫困户", 5), ("低保贫困户", 3), ("特困供养户", 2)),
)
_CAUSES = ("因病", "因残", "因学", "因灾", "缺技术", "缺资金", "缺劳动力", "交通条件落后", "自身发展动力不足")
_STEPS = ("申请已受理", "村级评议", "村公示", "乡镇审核", "公示中", "县级审批", "已批准")
_REFUSALS = ("家庭人均收入超过标准", "已享受同类补贴", "材料不齐，通知后未补交")
_FAILURES = ("银行卡号与户名不符", "账户已销户", "账户状态异常")
_HOUSE_REPAIR = "农村危房改造补助"
_DIBAO = "农村低保金"
_TEKUN = "特困供养金"
_OLD_AGE, _OLD_ENOUGH, _OLD_ONES = "高龄津贴", 80, 12
_LAND, _FOREST, _MEALS = "耕地地力补贴", "退耕还林补助", "营养餐补助"
PAID_AGAIN = "补发"
"""What the batch of a payment is called that makes good one that failed."""
_RELIEF, _DISABLED = "临时救助", "残疾人两项补贴"
_DIRT = ("fullwidth", "injection", "id_short", "id_checksum", "id_rounded", "no_name", "phone", "spaces", "category")
_MUST_REJECT = frozenset(("injection", "id_short", "id_checksum", "id_rounded", "no_name", "category"))

Record = dict[str, str | int | float | None]


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault put into the households file on purpose, and whether its row must be rejected."""

    kind: str
    person: str
    rejected: bool


@dataclass(frozen=True, slots=True)
class County:
    """The files written, and what is in them."""

    folder: Path
    households: int
    members: int
    cadres: int
    planted: tuple[Planted, ...]

    def file(self, kind: str) -> Path:
        """Give the file of one kind, `households` to `disbursements`."""
        return self.folder / f"{kind}.xlsx"


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    sex: str
    age: int
    relation: str


@dataclass(frozen=True, slots=True)
class _Cadre:
    name: str
    phone: str
    unit: str
    rank: str
    role: str
    area: str
    wecom_user: str


@dataclass(frozen=True, slots=True)
class _Home:
    number: str
    township: str
    village: str
    group: str
    category: str
    cause: str
    income: float
    grade: str
    water: str
    phone: str
    bank: str
    card: str
    dibao: bool
    people: tuple[_Person, ...]
    cadre: _Cadre


def make_county(
    folder: Path,
    *,
    on: date,
    seed: int = 1,
    villages: int = 10,
    households: int = 320,
    dirt: float = 0.0,
) -> County:
    """Write the five files of a county as it stands on that day; the same seed writes the same county.

    `dirt` is the share of member rows that get a fault, of the kinds real files have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    random = Random(seed)
    places = _places(villages)
    cadres = _cadres(random, places, households)
    homes = [_home(random, index, places, cadres) for index in range(households)]
    taken: set[str] = set()
    rows = [row for home in homes for row in _member_rows(random, home, on, taken)]
    planted = _plant(random, rows, dirt)
    _write(folder / "households.xlsx", rows, title=f"{COUNTY_NAME}防止返贫监测农户信息表")
    _write(folder / "cadres.xlsx", [_cadre_row(cadre) for cadre in cadres])
    _write(folder / "assignments.xlsx", [_assignment_row(home) for home in homes])
    _write(folder / "applications.xlsx", list(_application_rows(random, homes, on)))
    _write(folder / "disbursements.xlsx", list(_disbursement_rows(random, homes, on)))
    return County(folder, len(homes), len(rows), len(cadres), planted)


def _places(villages: int) -> list[tuple[str, str]]:
    """Give township and village of each village, two or more villages a township."""
    rounds = [_VILLAGES[index % len(_VILLAGES)] for index in range(villages)]
    return [(_TOWNSHIPS[index % len(_TOWNSHIPS)], _numbered(name, index)) for index, name in enumerate(rounds)]


def _numbered(name: str, index: int) -> str:
    again = index // len(_VILLAGES)
    return name if again == 0 else name.replace("村", f"{again + 1}村")


def _cadres(random: Random, places: Sequence[tuple[str, str]], households: int) -> list[_Cadre]:
    """Give 李梅 first, then a cadre for about every sixteen households, and the people of villages and offices."""
    township, village = places[0]
    cadres = [_Cadre("李梅", CADRE_PHONE, "县教育局", "一般干部", "帮扶干部", township + village, "limei")]
    taken = {CADRE_PHONE}

    def add(role: str, unit: str, rank: str, area: str) -> None:
        name = _name(random, random.choice("男女"))
        account = f"cadre{len(cadres) + 1:04d}"
        cadres.append(_Cadre(name, _phone(random, taken), unit, rank, role, area, account))

    for index in range(1, max(2, households // 16)):
        township, village = places[index % len(places)]
        add("帮扶干部", random.choice(_UNITS), _weighted(random, _RANKS), township + village)
    for township, village in places:
        add("驻村工作队", random.choice(_UNITS), "一般干部", township + village)
        add("村干部", f"{village}村委会", "村干部", township + village)
    for township, village in places[::2]:
        add("第一书记", random.choice(_UNITS), "科级", township + village)
    for township in dict.fromkeys(township for township, _ in places):
        add("乡镇", f"{township}政府", "科级", township)
    add("县级", "县农业农村局", "科级", COUNTY_NAME)
    return cadres


def _home(random: Random, index: int, places: Sequence[tuple[str, str]], cadres: Sequence[_Cadre]) -> _Home:
    township, village = places[index % len(places)]
    helpers = [cadre for cadre in cadres if cadre.role == "帮扶干部"]
    cadre = helpers[index % len(helpers)]
    people = _family(random)
    if index == 0:
        people = _wang_jianguo()
    elif index == len(helpers) * 2:
        # 李梅 has two households whose heads share a name: the bot must ask which.
        people = (replace(people[0], name="张建华", sex="男"), *people[1:])
    elif index == len(helpers) * 3:
        people = (replace(people[0], name="张建华", sex="男"), *people[1:])
    category = "脱贫户" if index == 0 else _weighted(random, _CATEGORIES)
    if category == "特困供养户":
        people = (_Person(people[0].name, people[0].sex, max(people[0].age, 62), "户主"),)
    poor = category not in ("脱贫户", "一般农户")
    dibao = (
        index == 0
        or category == "低保贫困户"
        or (category not in ("一般农户", "特困供养户") and random.random() < 0.35)
    )
    return _Home(
        number=str(_FIRST_HOUSEHOLD + index),
        township=township,
        village=village,
        group=f"{1 + index // len(places) % 8}组",
        category=category,
        cause="" if category == "一般农户" else random.choice(_CAUSES),
        income=round(random.uniform(3200, 7600) if poor else random.uniform(7200, 19800), 2),
        grade=random.choices(("A", "B", "C", "D"), (66, 24, 7, 3))[0],
        water="否" if random.random() < 0.04 else "是",
        phone=_phone(random, set()),
        bank=random.choice(_BANKS),
        card="6217" + "".join(random.choices("0123456789", k=15)),
        dibao=dibao,
        people=people,
        cadre=cadre,
    )


def _wang_jianguo() -> tuple[_Person, ...]:
    return (
        _Person("王建国", "男", 68, "户主"),
        _Person("赵秀英", "女", 66, "配偶"),
        _Person("王小军", "男", 41, "之子"),
        _Person("王雨晴", "女", 14, "之孙女"),
    )


def _family(random: Random) -> tuple[_Person, ...]:
    """Draw a household as they are in the hills: old people alone, couples, three generations, grandchildren left."""
    shape = random.choices(("alone", "couple", "nuclear", "three", "grandchildren"), (14, 20, 34, 22, 10))[0]
    old = shape in ("alone", "couple", "grandchildren")
    head_sex = "男" if random.random() < 0.78 else "女"
    head_age = random.randint(56, 88) if old else random.randint(32, 60)
    head = _Person(_name(random, head_sex), head_sex, head_age, "户主")
    if shape == "alone":
        return (head,)
    other = "女" if head_sex == "男" else "男"
    spouse = _Person(_name(random, other), other, max(24, head_age + random.randint(-5, 4)), "配偶")
    surname = head.name[0] if head_sex == "男" else spouse.name[0]
    people = [head, spouse]
    younger = min(head.age, spouse.age)
    if shape == "three":
        parent = random.choice("男女")
        name = _name(random, parent, surname=surname if parent == "男" else None)
        people.append(
            _Person(
                name,
                parent,
                max(head_age, spouse.age) + random.randint(21, 30),
                f"之{'父' if parent == '男' else '母'}",
            )
        )
    if shape in ("nuclear", "three"):
        for _ in range(random.choices((1, 2, 3), (45, 45, 10))[0]):
            sex = random.choice("男女")
            age = younger - random.randint(21, 30)
            if age >= 0:
                people.append(_Person(_name(random, sex, surname=surname), sex, age, "之子" if sex == "男" else "之女"))
    if shape == "grandchildren":
        for _ in range(random.choices((1, 2), (60, 40))[0]):
            sex = random.choice("男女")
            age = random.randint(3, 16)
            people.append(_Person(_name(random, sex, surname=surname), sex, age, "之孙子" if sex == "男" else "之孙女"))
    return tuple(people)


def _name(random: Random, sex: str, *, surname: str | None = None) -> str:
    letters = _MEN if sex == "男" else _WOMEN
    given = "".join(random.choices(letters, k=1 if random.random() < 0.25 else 2))
    return (surname or random.choice(_SURNAMES)) + given


def _phone(random: Random, taken: set[str]) -> str:
    while (phone := f"199{random.randrange(10**8):08d}") in taken:
        pass
    taken.add(phone)
    return phone


def _weighted(random: Random, choices: Iterable[tuple[str, int]]) -> str:
    words, weights = zip(*choices, strict=True)
    return str(random.choices(words, weights)[0])


def _member_rows(random: Random, home: _Home, on: date, taken: set[str]) -> Iterator[Record]:
    for position, person in enumerate(home.people, start=1):
        health = _health(random, person.age)
        schooling = _schooling(random, person.age)
        can_work = 16 <= person.age < 66 and not schooling and health != "患有大病"
        works = can_work and person.age < 60 and random.random() < 0.7
        yield {
            "县(市、区、旗)": COUNTY_NAME,
            "乡(镇)": home.township,
            "行政村": home.village,
            "自然村(组)": home.group,
            "户编号": home.number,
            "人编号": f"{home.number}{position:02d}",
            "姓名": person.name,
            "性别": person.sex,
            "证件号码": _id_number(random, person, on, taken),
            "与户主关系": person.relation,
            "民族": "汉族" if random.random() < 0.97 else "藏族",
            "文化程度": _education(random, person.age),
            "在校生状况": schooling,
            "健康状况": health,
            "残疾等级": random.choice(("一级", "二级", "三级", "四级")) if health == "残疾" else "",
            "劳动技能": _labor(person.age, health, can_work),
            "务工区域": random.choice(("县内", "省内县外", "省外")) if works else "",
            "务工时间(月)": random.randint(2, 11) if works else None,
            "是否参加城乡居民基本医疗保险": "是" if random.random() < 0.98 else "否",
            "是否参加城乡居民基本养老保险": "是" if person.age >= 16 and random.random() < 0.94 else "否",
            "是否享受低保": "是" if home.dibao else "否",
            "是否特困供养": "是" if home.category == "特困供养户" else "否",
            "户类型": home.category,
            "主要致贫原因": home.cause,
            "家庭人口数": len(home.people),
            "人均纯收入(元)": home.income,
            "危房等级": home.grade,
            "饮水是否安全": home.water,
            "联系电话": home.phone,
            "开户银行": home.bank,
            "银行卡号": home.card,
            "帮扶责任人": home.cadre.name,
            "帮扶责任人电话": home.cadre.phone,
            "帮扶单位": home.cadre.unit,
        }


def _id_number(random: Random, person: _Person, on: date, taken: set[str]) -> str:
    # Born so that the age is right on the day, whatever day of the year it is.
    year_begins = date(on.year - person.age - 1, 1, 1) + timedelta(days=on.timetuple().tm_yday)
    while True:
        birth = year_begins + timedelta(days=random.randrange(1, 362))
        order = random.randrange(1, 499) * 2 + (1 if person.sex == "男" else 0)
        digits = f"{_AREA_CODE}{birth:%Y%m%d}{order:03d}"
        if digits not in taken:
            taken.add(digits)
            return digits + check_character(digits)


def _health(random: Random, age: int) -> str:
    if age >= 60:
        return random.choices(("健康", "长期慢性病", "患有大病", "残疾"), (58, 28, 5, 9))[0]
    return random.choices(("健康", "长期慢性病", "患有大病", "残疾"), (90, 4, 2, 4))[0]


def _schooling(random: Random, age: int) -> str:
    if 3 <= age < 6:
        return "学前教育"
    if 6 <= age < 12:
        return "小学"
    if 12 <= age < 15:
        return "初中"
    if 15 <= age < 18:
        return random.choice(("普通高中", "中职"))
    if 18 <= age < 22 and random.random() < 0.6:
        return random.choice(("本科", "高职高专"))
    return ""


def _education(random: Random, age: int) -> str:
    if age < 7:
        return "学龄前儿童" if age < 6 else "小学"
    if age < 13:
        return "小学"
    if age < 16:
        return "初中"
    if age < 19:
        return "高中"
    if age < 35:
        return random.choices(("初中", "高中", "大专", "本科及以上"), (35, 30, 20, 15))[0]
    if age < 60:
        return random.choices(("文盲或半文盲", "小学", "初中", "高中"), (6, 38, 46, 10))[0]
    return random.choices(("文盲或半文盲", "小学", "初中"), (38, 50, 12))[0]


def _labor(age: int, health: str, can_work: bool) -> str:
    if can_work and health == "健康" and age < 60:
        return "普通劳动力"
    if can_work:
        return "弱劳动力或半劳动力"
    return "丧失劳动力" if health == "患有大病" and 16 <= age < 60 else "无劳动力"


def _cadre_row(cadre: _Cadre) -> Record:
    return {
        "姓名": cadre.name,
        "电话": cadre.phone,
        "单位": cadre.unit,
        "职务级别": cadre.rank,
        "角色": cadre.role,
        "管辖区划": cadre.area,
        "企业微信账号": cadre.wecom_user,
    }


def _assignment_row(home: _Home) -> Record:
    return {
        "户编号": home.number,
        "户主姓名": home.people[0].name,
        "帮扶责任人": home.cadre.name,
        "帮扶责任人电话": home.cadre.phone,
        "帮扶单位": home.cadre.unit,
        "职务级别": home.cadre.rank,
    }


def _application_rows(random: Random, homes: Sequence[_Home], on: date) -> Iterator[Record]:
    """Most households in a C or D house have asked for repair; every step an application can be at occurs."""
    entitled = [home for home in homes[1:] if home.grade in ("C", "D")]
    # Every third has not asked yet: somebody must be left to remind.
    asking = [homes[0], *(home for index, home in enumerate(entitled) if index % 3 != 2)]
    for index, home in enumerate(asking):
        refused = index % 9 == 8
        step = "不予批准" if refused else _STEPS[(index + 4) % len(_STEPS)]
        asked = on - timedelta(days=random.randint(40, 110))
        yield {
            "户编号": home.number,
            "户主姓名": home.people[0].name,
            "补贴项目": _HOUSE_REPAIR,
            "申请日期": asked.isoformat(),
            "当前状态": step,
            "状态日期": (asked + timedelta(days=random.randint(5, 38))).isoformat(),
            "原因": random.choice(_REFUSALS) if refused else "",
            **_FOR_ALL,
        }
    yield from _applications_of_the_first(homes[0], on)


_FOR_ALL: Record = {"人编号": "", "享受人": ""}
"""What the columns of a person hold where a row is about the whole household."""


def _applications_of_the_first(home: _Home, on: date) -> Iterator[Record]:
    """王建国 has one granted and not paid yet, one refused with a reason that can be objected to, and one long late."""
    told = (
        (_RELIEF, 25, "已批准", 6, "", None),
        (_DISABLED, 40, "不予批准", 4, "残疾等级不在补贴范围内", 1),
        (_OLD_AGE, 90, "乡镇审核", 60, "", 1),
    )
    for benefit, asked, state, since, reason, person in told:
        yield {
            "户编号": home.number,
            "户主姓名": home.people[0].name,
            "补贴项目": benefit,
            "申请日期": (on - timedelta(days=asked)).isoformat(),
            "当前状态": state,
            "状态日期": (on - timedelta(days=since)).isoformat(),
            "原因": reason,
            **(_FOR_ALL if person is None else _for_one(home, person)),
        }


def _for_one(home: _Home, person: int) -> Record:
    return {"人编号": f"{home.number}{person + 1:02d}", "享受人": home.people[person].name}


def _disbursement_rows(random: Random, homes: Sequence[_Home], on: date) -> Iterator[Record]:
    """Pay 低保 and 特困 monthly, four months back; now and then one fails, and this month's may still be coming."""
    for home in homes:
        if not home.dibao and home.category != "特困供养户":
            continue
        benefit = _DIBAO if home.dibao else _TEKUN
        amount = (260.0 if home.dibao else 780.0) * len(home.people)
        for index, paid_on in enumerate(_paydays(on, months=4)):
            latest = index == 3
            state = "已发放"
            if paid_on > on:
                state = "待发放"
            elif home.number != str(_FIRST_HOUSEHOLD) and random.random() < (0.08 if latest else 0.01):
                state = "发放失败"
            yield {
                "户编号": home.number,
                "户主姓名": home.people[0].name,
                "补贴项目": benefit,
                "金额(元)": amount,
                "发放日期": paid_on.isoformat(),
                "发放批次": f"{paid_on:%Y%m}{'低保' if home.dibao else '特困'}",
                "银行卡号": home.card,
                "发放状态": state,
                "备注": random.choice(_FAILURES) if state == "发放失败" else "",
                **_FOR_ALL,
            }
    yield from _payments_of_the_first(homes[0], on)
    yield from _payments_of_the_old(homes[1:], on)


def _payments_of_the_first(home: _Home, on: date) -> Iterator[Record]:
    """王建国's household has money that is late, some that failed and was paid again, and some of the grandchild's."""
    yield _payment(home, _LAND, 312.0, on - timedelta(days=24), state="待发放")
    yield _payment(home, _FOREST, 480.0, on - timedelta(days=70), state="发放失败", remark="银行卡未激活")
    yield _payment(home, _FOREST, 480.0, on - timedelta(days=41), batch=PAID_AGAIN)
    yield _payment(home, _MEALS, 800.0, on - timedelta(days=55), person=3)


def _payments_of_the_old(homes: Sequence[_Home], on: date) -> Iterator[Record]:
    """Pay a few of the old in their own name, two months back."""
    old = ((home, place) for home in homes for place, one in enumerate(home.people) if one.age >= _OLD_ENOUGH)
    for home, place in islice(old, _OLD_ONES):
        for paid_on in _paydays(on, months=3)[:2]:
            yield _payment(home, _OLD_AGE, 50.0, paid_on, person=place)


def _payment(
    home: _Home,
    benefit: str,
    yuan: float,
    paid_on: date,
    *,
    state: str = "已发放",
    remark: str = "",
    batch: str = "",
    person: int | None = None,
) -> Record:
    return {
        "户编号": home.number,
        "户主姓名": home.people[0].name,
        "补贴项目": benefit,
        "金额(元)": yuan,
        "发放日期": paid_on.isoformat(),
        "发放批次": f"{paid_on:%Y%m}{benefit}{batch}",
        "银行卡号": home.card,
        "发放状态": state,
        "备注": remark,
        **(_FOR_ALL if person is None else _for_one(home, person)),
    }


def _paydays(on: date, *, months: int) -> list[date]:
    """Give the 15th of this month and of the months before it, oldest first."""
    first = on.replace(day=15)
    days = [first]
    while len(days) < months:
        first = (first.replace(day=1) - timedelta(days=1)).replace(day=15)
        days.append(first)
    return days[::-1]


def _plant(random: Random, rows: Sequence[Record], dirt: float) -> tuple[Planted, ...]:
    """Spoil that share of the rows; never the first household, which the README talks about."""
    spoilable = range(len(_wang_jianguo()), len(rows))
    count = min(len(spoilable), round(len(rows) * dirt))
    planted = []
    for turn, index in enumerate(random.sample(spoilable, count)):
        kind = _DIRT[turn % len(_DIRT)]
        _SPOIL[kind](rows[index])
        planted.append(Planted(kind, str(rows[index]["人编号"]), kind in _MUST_REJECT))
    return tuple(planted)


def _spoil_checksum(row: Record) -> None:
    number = str(row["证件号码"])
    # The next digit is never right: one number has one check character. 000 would look rounded.
    row["证件号码"] = number[:17] + ("1" if number[17] in "0X" else str(int(number[17]) % 9 + 1))


def _spoil_rounded(row: Record) -> None:
    row["证件号码"] = float(str(row["证件号码"]).replace("X", "0")[:15] + "000")


def _spoil(heading: str, change: Callable[[str], str]) -> Callable[[Record], None]:
    def spoil(row: Record) -> None:
        row[heading] = change(str(row[heading]))

    return spoil


_SPOIL: Mapping[str, Callable[[Record], None]] = {
    "fullwidth": _spoil("证件号码", lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})),
    "injection": _spoil("姓名", lambda _: '=HYPERLINK("http://x","a")'),
    "id_short": _spoil("证件号码", lambda text: text[:15]),
    "id_checksum": _spoil_checksum,
    "id_rounded": _spoil_rounded,
    "no_name": _spoil("姓名", lambda _: ""),
    "phone": _spoil("联系电话", lambda _: "1380013"),
    "spaces": _spoil("姓名", lambda text: f" {text[0]} {text[1:]}\u3000"),
    "category": _spoil("户类型", lambda _: "其他"),
}


def _write(path: Path, rows: list[Record], *, title: str | None = None) -> None:
    if title is None:
        write_worksheet(rows, str(path), sheet_name="Sheet1")
        return
    last_column = len(rows[0]) - 1
    merged: list[Any] = [(0, 0, 0, last_column, title)]
    write_worksheet(rows, str(path), sheet_name="Sheet1", header_row=1, merge_ranges=merged)
