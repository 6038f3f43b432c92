"""格式: every shape of a pack's files, once: which keys stand where, what each may hold, in words for who fills it in.

The reader takes its keys from here and the JSON Schemas are written from here (`bangfu policies schema`), so the two
cannot come apart. What a schema cannot say (a quote is in its source, an id is used once) only the reader checks.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from policies.conditions import OPS_OF_KIND, Op
from policies.county import Counted, PairedWith, Payee, Period, Strength, Subject
from policies.vocabulary import Attribute, Kind, vocabulary

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]

ID = r"^[a-z][a-z0-9_]*$"
MONEY = ("value", "min", "max", "before")
WITHOUT_FIGURE = frozenset({"service", "priority", "waive", "full_cover", "rate_text", "cap_unknown"})
WITH_BEFORE = frozenset({"delta", "delta_min", "threshold"})
FIGURES_OF = {"range": ("min", "max"), "cap": ("max",), "floor": ("min",), "formula": ("expr",)}
"""What each kind of amount is about; a kind that is not here is about its value."""
OTHER_FIGURE = {"rate": "rate", "target": "max"}
"""What a kind may give instead."""

DATE = r"^\d{4}-\d{2}-\d{2}$"


def _text(description: str) -> Schema:
    return {"type": "string", "pattern": r"\S", "description": description}


def _texts(description: str) -> Schema:
    return {"type": ["array", "null"], "items": _text(""), "uniqueItems": True, "description": description}


def _whole(description: str, least: int = 1, most: int | None = None) -> Schema:
    bounds = {"minimum": least} if most is None else {"minimum": least, "maximum": most}
    return {"type": "integer", **bounds, "description": description}


def _year(description: str) -> Schema:
    return _whole(description, 1990, 2100)


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _date(description: str) -> Schema:
    return {"type": "string", "pattern": DATE, "format": "date", "description": description}


def _number(description: str) -> Schema:
    return {
        "anyOf": [{"type": "string", "pattern": r"^\d{1,15}(\.\d{1,6})?$"}, {"type": "number", "minimum": 0}],
        "description": description,
    }


def _word(words: Any, description: str) -> Schema:
    return {"enum": [str(word) for word in words], "description": description}


def _words(words: Any, description: str) -> Schema:
    return {"type": ["array", "null"], "items": {"enum": list(words)}, "uniqueItems": True, "description": description}


def _or_null(schema: Schema) -> Schema:
    if "type" in schema and "enum" not in schema:
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return schema if "null" in kinds else {**schema, "type": [*kinds, "null"]}
    description = schema.pop("description", "")
    return {"anyOf": [schema, {"type": "null"}], "description": description}


def _ref(shape: str) -> Schema:
    return {"$ref": f"#/$defs/{shape}"}


def _list_of(shape: str, description: str) -> Schema:
    return {"type": "array", "items": _ref(shape), "description": description}


def _shape(description: str, needed: Mapping[str, Schema], free: Mapping[str, Schema]) -> Schema:
    """An object with exactly these keys; the free ones may be null or missing."""
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(needed),
        "properties": {**needed, **{key: _or_null(schema) for key, schema in free.items()}},
    }


@cache
def shapes() -> Mapping[str, Schema]:
    """Every shape by its name."""
    words = vocabulary()
    statuses = words.attributes["household.status"].values
    figure = {
        "value": _number("数，加引号"),
        "items": _texts("名单"),
        "unit": _unit(),
        "year": _year("哪一年的"),
        "text": _text("原话"),
        "quote": _text("照抄的原句"),
        "line": _whole("原句在第几行"),
    }
    return {
        "county_page": _shape(
            "county.yaml：一个县（乡、镇、村、单位）",
            {
                "name": _text("县名"),
                "level": _text("级别：县、乡、镇、村、单位……"),
                "title": _text("文件标题"),
                "documents": {
                    "type": "object",
                    "propertyNames": {"pattern": ID},
                    "additionalProperties": _ref("document"),
                    "description": "文件：名字（小写字母）到标题和原文",
                },
            },
            {
                "area_code": {
                    "type": "string",
                    "pattern": r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$",
                    "description": "行政区划代码，加引号",
                },
                "year": _year("发文年份"),
                "note": _text("说明"),
                "shared_names": _texts("本县几项待遇都这么叫的说法"),
                "values": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        name: _or_null(_figure_by_day("items" if name in words.lists else "value"))
                        for name in words.symbols
                    },
                    "description": "只有县里能给的数；没有就是 null",
                },
                "after_exit": _ref("after_exit"),
                "visits": _list_of("visit", "多久走访一次"),
                "pairing": _ref("pairing"),
                "procedures": _list_of("procedure", "办理程序"),
            },
        ),
        "document": _shape(
            "一份文件",
            {"title": _text("标题")},
            {
                "file": {"type": "string", "pattern": r"^[^/\\]+$", "description": "sources/ 里的原文文件名"},
                "first_line": _whole("原文是一本合集里的一篇时，它在合集里的第一行"),
            },
        ),
        "figure": {
            **_shape("县里给的一个数，或一张名单；不写日期的一直算，按日期写的从那天起算", {}, figure),
            "patternProperties": {DATE: _ref("figure_of_day")},
        },
        "figure_of_day": _shape(
            "从这天起的数，或名单",
            {},
            {**figure, "by": _text("谁定的"), "note": _text("说明，如文号")},
        ),
        "after_exit": _shape(
            "脱贫以后还享不享受",
            {"keep": _flag("还享受"), "scope": _word(["household", "village"], "说的是户还是村")},
            {
                "exit_year_ge": _year("只说了哪一年以后脱贫的"),
                "quote": _text("照抄的原句"),
                "line": _whole("原句在第几行"),
            },
        ),
        "visit": _shape(
            "多久走访一次",
            {"per": {**_list_of("visit_count", "每个周期至少几次"), "minItems": 1}},
            {
                "remind_on": {
                    "type": "array",
                    "items": _whole("几号", 1, 31),
                    "uniqueItems": True,
                    "description": "每月几号提醒",
                },
                "statuses": _words(statuses, "哪些户；空着是所有有帮扶干部的户"),
                "exited_since": _year("哪一年以后脱贫的户"),
                "demonstration": _flag("只是演示"),
                "note": _text("说明"),
                "source": _ref("source"),
            },
        ),
        "visit_count": _shape(
            "每个周期至少几次", {"period": _word(Period, "周期"), "at_least": _whole("至少几次", 1, 366)}, {}
        ),
        "pairing": _shape(
            "结对",
            {},
            {
                "cadres_per_household": _whole("每户几个帮扶干部", 1, 20),
                "statuses": _words(statuses, "哪些户要有；空着是所有户"),
                "source": _ref("source"),
                "shares": _list_of("share", "哪些干部每人帮几户"),
                "rest": _ref("rest"),
            },
        ),
        "share": _shape(
            "一类干部每人帮几户",
            {"who": _text("文件怎么称呼他们"), "source": _ref("source")},
            {
                "paired_with": _word(PairedWith, "帮的是户还是学生"),
                "roles": _words(words.roles, "角色"),
                "ranks": _words(words.ranks, "职级"),
                "not_on_file": _text("还看什么（没有登记的）"),
                "at_least": _whole("至少几户", 1, 1000),
                "at_most": _whole("至多几户", 1, 1000),
            },
        ),
        "rest": _shape(
            "剩下的户归谁",
            {"who": _text("文件怎么称呼他们"), "source": _ref("source")},
            {"roles": _words(words.roles, "角色")},
        ),
        "source": _shape(
            "出处：哪份文件、第几行、原句",
            {
                "document": {"type": "string", "pattern": ID, "description": "county.yaml 里 documents 的名字"},
                "line": _whole("原文第几行"),
                "quote": _text("逐字照抄的原句"),
            },
            {"quote2": _text("同一份文件里的另一句")},
        ),
        "procedure": _shape(
            "办理程序",
            {
                "id": {"type": "string", "pattern": ID, "description": "编号"},
                "name": _text("叫什么"),
                "steps": {**_list_of("step", "几步，按先后"), "minItems": 1},
            },
            {
                "subject": _word(Subject, "办什么：benefit 享受待遇，registration 识别纳入，exit 退出"),
                "applies_to": _texts("管哪些：待遇编号、family 或类别；空着是其他所有待遇"),
                "objection": _ref("objection"),
                "demonstration": _flag("只是演示"),
                "note": _text("说明；县里自己定的程序写在这里"),
                "source": _ref("source"),
            },
        ),
        "step": _shape(
            "一步",
            {"name": _text("叫什么，如 村公示")},
            {
                "words": _texts("表格里表示走到这一步的词，如 公示中"),
                "by": _text("谁办"),
                "within": _ref("time_limit"),
                "text": _text("给群众的一句说明"),
            },
        ),
        "objection": _shape(
            "公示和提意见",
            {},
            {
                "days": _whole("公示几天", 1, 365),
                "counted": _word(Counted, "天还是工作日"),
                "where": _text("向哪里提"),
                "phone": _phone(),
                "text": _text("给群众的一句说明"),
            },
        ),
        "time_limit": _shape(
            "时限：days 和 months 写一样",
            {},
            {
                "days": _whole("几天", 1, 3650),
                "months": _whole("几个月", 1, 120),
                "counted": _word(Counted, "天还是工作日"),
            },
        ),
        "category_page": _shape(
            "一类待遇",
            {"category": _word(words.categories, "类别"), "benefits": _list_of("benefit", "这一类的待遇")},
            {},
        ),
        "benefit": _shape(
            "一项待遇，照文件写；文件没有写的一律是 null",
            {
                "id": {"type": "string", "pattern": ID, "description": "编号，以本县的名字结尾，定了就不改"},
                "family": {"type": "string", "pattern": ID, "description": "哪一种待遇，各县相同"},
                "name": _text("名字"),
                "payee": _word(Payee, "给谁：household 户，person 人，group 村或大家，worker 工作人员"),
                "strength": _word(
                    Strength, "文件说得多肯定：definite 一定，principle 原则上，explore 探索，named 只提到"
                ),
                "who": _text("什么人能享受，照文件说"),
                "conditions": _list_of("condition", "条件，都要满足；没有条件写 []"),
                "source": _ref("source"),
            },
            {
                "aliases": _texts("群众怎么叫它"),
                "amount": _ref("amount"),
                "window": _ref("window"),
                "how": _text("怎么办，照文件说"),
                "department": _text("哪个部门"),
                "applying": _ref("applying"),
                "valid": _ref("valid"),
                "note": _text("说明"),
            },
        ),
        "applying": _shape(
            "文件写的材料、地方、电话、时限",
            {"source": _ref("source")},
            {
                "papers": _texts("要带的材料"),
                "where": _text("去哪里办"),
                "phone": _phone(),
                "within": _ref("time_limit"),
            },
        ),
        "condition": {
            "type": "object",
            "description": "一个条件：attr、op、value 比一样，或者 any（一条就行）、all（都要）",
            "additionalProperties": False,
            "required": ["text"],
            "properties": {
                "text": _text("这一条的话，给群众看"),
                "attr": _word(words.attributes, "看哪一样，见 vocabulary.yaml"),
                "op": _word(Op, "怎么比"),
                "value": {"description": "和什么比"},
                "any": {**_list_of("condition", "一条就行"), "minItems": 2},
                "all": {**_list_of("condition", "都要"), "minItems": 2},
                "ask": _or_null(_text("不知道的时候怎么问")),
                "change": _or_null(_text("不符合的时候能怎么办")),
                "registered_only": _flag("只用在户类型：文件在这一条里写明在册、未标注脱贫的，脱贫以后算不算要问"),
            },
            "oneOf": [
                {"required": ["attr", "op", "value"]},
                *(
                    {"required": [group], "properties": {"attr": False, "op": False, "value": False, "ask": False}}
                    for group in ("any", "all")
                ),
            ],
            "allOf": [_comparing(attribute) for attribute in words.attributes.values()],
        },
        "amount": _amount_shape(
            "数额，照文件写；文件没有写就整个是 null",
            {"kind": _word(words.amount_kinds, "哪一种说法，见 vocabulary.yaml")},
            {
                "text": _text("原话"),
                "value": _number("数；钱加引号"),
                "min": _number("最少"),
                "max": _number("最多"),
                "before": _number("原来是多少"),
                "rate": _text("利率等，照文件说"),
                "unit": _unit(),
                "period": _text("多久一次，如 年"),
                "expr": _text("算式"),
                "term_max_years": _whole("最长几年", 1, 100),
                "interest_subsidy": _flag("贴息"),
                "collateral": _flag("要抵押"),
                "guarantee": _flag("要担保"),
            },
        ),
        "window": _shape(
            "文件说的时间",
            {},
            {
                "from": _date("从哪天"),
                "to": _date("到哪天"),
                "month_day": {"type": "string", "pattern": r"^\d{2}-\d{2}$", "description": "年份隐去时，几月几日"},
                "text": _text("原话"),
            },
        ),
        "valid": _shape(
            "文件管哪几年",
            {},
            {"from": _year("从哪一年"), "to": _year("到哪一年"), "note": _text("说明")},
        ),
        "confirmed_page": _shape(
            "confirmed.yaml：县里确认过的。只往后加，不改旧的",
            {"confirmed": {**_or_null(_list_of("confirmation", "一条一条往后加"))}},
            {},
        ),
        "confirmation": _shape(
            "县里说一项待遇现在还管用（或停发）",
            {
                "benefit": {"type": "string", "pattern": ID, "description": "待遇编号"},
                "on": _date("从哪天起"),
                "by": _text("谁确认的"),
            },
            {
                "until": _date("到哪天止"),
                "stopped": {"const": True, "description": "从 on 那天起停发"},
                "note": _text("说明"),
                "demonstration": _flag("只是演示"),
                "amount": {
                    "type": "object",
                    "minProperties": 1,
                    "propertyNames": {"pattern": DATE, "format": "date"},
                    "additionalProperties": _ref("amount"),
                    "description": "数额，按生效的日期写",
                },
                "window": _ref("hand_in"),
                "papers": _texts("要带的材料"),
                "where": _text("去哪里办"),
                "phone": _phone(),
                "within": _ref("time_limit"),
            },
        ),
        "hand_in": _shape(
            "交材料的时间",
            {"closes": _date("截止"), "what": _text("交什么")},
            {"opens": _date("开始"), "where": _text("交到哪里")},
        ),
    }


def _amount_shape(description: str, needed: Mapping[str, Schema], free: Mapping[str, Schema]) -> Schema:
    """An amount has the figures its kind is about, and a unit beside them."""
    shape = _shape(description, needed, free)
    shape["allOf"] = [
        {"if": {"properties": {"kind": {"const": kind}}}, "then": _figures(kind)} for kind in vocabulary().amount_kinds
    ]
    shape["allOf"].append({"if": {"anyOf": [_with(key) for key in MONEY]}, "then": _with("unit")})
    return shape


def _figure_by_day(needed: str) -> Schema:
    """A figure that always holds, figures by the day they begin, or both; each says what it is about."""
    only_days = {"minProperties": 1, "propertyNames": {"pattern": DATE}}
    return {**_ref("figure"), "anyOf": [_with(needed), only_days], "patternProperties": {DATE: _with(needed)}}


def _figures(kind: str) -> Schema:
    if kind in WITHOUT_FIGURE:
        return {**_with("text"), "not": {"anyOf": [_with(key) for key in MONEY]}}
    needed = {"allOf": [_with(key) for key in FIGURES_OF.get(kind, ("value",))]}
    return {"anyOf": [needed, _with(OTHER_FIGURE[kind])]} if kind in OTHER_FIGURE else needed


def _with(key: str) -> Schema:
    """This key is there, and not null."""
    return {"required": [key], "properties": {key: {"not": {"type": "null"}}}}


def _unit() -> Schema:
    words = vocabulary()
    measures, per = ("|".join(map(re.escape, some)) for some in (words.units, words.units_per))
    return {"type": "string", "pattern": f"^({measures})([/·]({per}))*$", "description": "单位，如 元/户"}


def _phone() -> Schema:
    return {"type": "string", "pattern": r"^[0-9][0-9-]{1,18}[0-9]$", "description": "电话，加引号"}


def _comparing(attribute: Attribute) -> Schema:
    """What may be asked of one attribute, and beside what."""
    one = _value(attribute)
    ops = sorted(OPS_OF_KIND[attribute.kind])
    many: Schema = {"type": "array", "items": one, "minItems": 1, "uniqueItems": True}
    between = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    return {
        "if": {"properties": {"attr": {"const": attribute.name}}, "required": ["attr"]},
        "then": {
            "properties": {"op": {"enum": [str(op) for op in ops]}},
            "allOf": [
                {
                    "if": {"properties": {"op": {"const": str(op)}}, "required": ["op"]},
                    "then": {
                        "properties": {
                            "value": {Op.IN: many, Op.HAS_ANY: many, Op.BETWEEN: between}.get(op)
                            or ({"enum": sorted(vocabulary().lists)} if op is Op.IN_LIST else one)
                        }
                    },
                }
                for op in ops
            ],
        },
    }


def _value(attribute: Attribute) -> Schema:
    if attribute.values:
        return {"enum": list(attribute.values)}
    if attribute.kind is Kind.FLAG:
        return {"type": "boolean"}
    if attribute.kind is Kind.NUMBER:
        figures = [name for name in vocabulary().symbols if name not in vocabulary().lists]
        return {"anyOf": [{"type": "number"}, {"enum": figures}]}
    return {"type": "string", "pattern": r"\S"}


@cache
def keys(shape: str) -> frozenset[str]:
    """The keys a shape may have."""
    return frozenset(shapes()[shape]["properties"])


PAGES = {"county": "county_page", "benefits": "category_page", "confirmed": "confirmed_page"}
"""Each kind of file to the shape of its page."""


def schema(kind: str) -> Schema:
    """The JSON Schema of one kind of file: county (county.yaml), benefits (a category), confirmed (confirmed.yaml)."""
    page = shapes()[PAGES[kind]]
    return {"$schema": DIALECT, "title": page["description"], **page, "$defs": _needed_by(page)}


def schema_file(kind: str) -> str:
    """The schema as its file has it."""
    return json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n"


def _needed_by(page: Schema) -> dict[str, Schema]:
    """The shapes a page speaks of, however deep."""
    found: dict[str, Schema] = {}
    waiting = [page]
    while waiting:
        text = json.dumps(waiting.pop())
        for name, shape in shapes().items():
            if name not in found and f'"#/$defs/{name}"' in text:
                found[name] = shape
                waiting.append(shape)
    return dict(sorted(found.items()))
