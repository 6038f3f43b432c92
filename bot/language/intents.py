# ruff: noqa: E501 - word lists and patterns read better whole
"""意图: what a person wants, with what they told and how sure we are.

Three things are weighed, all of them readable: certain rules (menu words, safety), cues (a pattern and its
weight, below) and likeness to the example sentences in examples.yaml, which staff may extend. Each answer
carries its reasons.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

from bot.language.benefits import find_benefit, mentions
from bot.language.cues import CUES, MENU, Cue
from bot.language.dates import find_dates
from bot.language.names import find_names
from bot.language.numbers import find_amounts
from bot.language.slots import read_slots
from bot.language.spelling import mended, plain

Role = Literal["household", "cadre", "newcomer"]

WRITES = frozenset(
    [
        "unbind",
        "update_info",
        "income_report",
        "unsubscribe_reminders",
        "resubscribe_reminders",
        "visit_checkin",
        "issue_open",
        "issue_close",
        "benefit_record",
        "reschedule_visit",
        "handover",
        "correct_checkin",
        "add_measure",
    ]
)
"""Intents that lead to something being written down: a mistake here does harm, so they must be surer."""

DISCLOSURES = frozenset(
    {"household_lookup", "household_profile", "my_cadre", "my_households", "report_stats", "issue_list"}
)
"""Intents that hand out facts on file."""

SURE = 0.45
SURE_TO_WRITE = 0.6


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another possible meaning."""

    intent: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Ask:
    """A further thing the same message asks, in its own words."""

    intent: str
    slots: Mapping[str, object]
    text: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `also` holds what else the message asks; `reasons` say which rule, cues and examples
    spoke for it."""

    intent: str
    slots: Mapping[str, object]
    confidence: float
    alternatives: tuple[Alternative, ...] = ()
    also: tuple[Ask, ...] = ()
    reasons: tuple[str, ...] = field(default=(), compare=False)

    @property
    def sure(self) -> bool:
        """Whether to act; otherwise ask back with the first choices. Writing asks for more than telling."""
        return self.confidence >= (SURE_TO_WRITE if self.intent in WRITES else SURE)


_CRISIS = re.compile(
    r"不想活|活不下去(?!.{0,4}(?:低保|补))|活着没(?:有)?(?:意思|劲|意义)|不想.{0,3}活了|想死(?!你)|去死|寻死|自杀|轻生|跳[楼河井桥]|喝(?:了)?(?:农药|敌敌畏|百草枯|药死)|上吊|"
    r"割腕|死了算(?:了|球)|没有?活路|一死了之|不如死|结束(?:自己的?)?生命|了结(?:自己|算了)|生不如死|要死给|杀了我|不想过了"
)
_INJECTION = re.compile(
    r"忽略.{0,12}(?:指令|规则|提示|设定|要求|内容|限制)|无视.{0,8}(?:规则|限制|指令)|(?:系统|开发者?|管理员|超级|root|debug|调试|上帝)(?:模式|权限|提示词|指令)|提示词|system\s*prompt|ignore\s+(?:all|previous)|</?[a-z_|]+>|"
    r"\b(?:select|insert|update|delete|drop|union|alter)\b.{1,40}\b(?:from|table|into|set|where|select)\b|' *or *'?1|--\s*$|<script|你(?:现在)?是.{0,6}(?:dan|没有限制|无限制)|"
    r"jailbreak|越狱|扮演|假装你是|sudo |rm -rf|\{\{|\$\{|(?:把|将).{0,4}(?:数据库|所有人|全部(?:农户|用户|人)).{0,8}(?:导出|发|给我|列)|全(?:村|县|镇)(?:人|农户|所有人)?的?(?:身份证|银行卡|电话|手机)"
)
_ADVERT = re.compile(
    r"https?://|www\.|红包|中奖|恭喜您|刷单|兼职日结|加(?:我)?(?:微信|vx|v信|qq)|代办(?:信用卡|贷款)|秒(?:批|到账)|无抵押|低息贷款.{0,6}(?:联系|加|电话)|扫码领|点击(?:领取|链接|下载)|办假证|代开发票|彩票|双色球|六合彩|棋牌|包(?:治|过)|优惠(?:券|促销)|特价|清仓|收购旧"
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
    r"我(?:家|妈|爸|爹|娘|儿|女|娃|孙|老公|老婆|媳妇|男人|爷|奶|公公|婆婆|弟|哥|姐|妹|自己|的|本人)"
)
_HELPERS = re.compile(
    r"干部|书记|队长|队员|主任|责任人|负责人|联系人|驻村|村医|客服|工作人员|村委|镇上|乡上|部门|民政|医保局|服务"
)
_PROBING = re.compile(
    r"(?:邻居|隔壁|别人|他们|人家|老[\u4e00-\u9fff]|他|她|全村人?|谁)家?的?.{0,4}(?:身份证|银行卡|卡号|密码|手机号|存款)"
)


def understand(text: str, role: str = "household", *, today: date | None = None) -> Understanding:
    """What the person wants: the intent, the slots said, how sure that is, and the next best readings.

    `role` is household, cadre or newcomer (nobody knows yet who they are). Below `sure` the bot asks back.
    """
    said = mended(text).strip()
    day = today or date.min.replace(year=2025, month=7, day=1)
    certain = _certain(said, role)
    if certain is not None:
        intent, confidence, reason = certain
        slots = read_slots(text, intent, role, day)
        if reason == "crisis":
            slots["crisis"] = True
        return Understanding(intent, slots, confidence, reasons=(reason,))
    scores, reasons = _scores(said, role, day)
    ranked = _as_confidence(scores)
    intent, confidence = ranked[0]
    others = tuple(Alternative(name, share) for name, share in ranked[1:4] if share >= 0.02)
    return Understanding(intent, read_slots(text, intent, role, day), confidence, others, reasons=tuple(reasons[intent]))


def _certain(said: str, role: str) -> tuple[str, float, str] | None:
    if _CRISIS.search(said):
        others = role == "cadre" and not said.startswith("我") and not said.startswith("不想")
        return ("issue_open", 0.5, "crisis") if others else ("request_help", 1.0, "crisis")
    if _INJECTION.search(said) or _ADVERT.search(said):
        return "out_of_scope", 0.99, "safety: neither a question nor a report"
    if _asks_about_another(said, role):
        return "out_of_scope", 0.97, "safety: somebody else's data"
    bare = re.sub(r"[\s,，。.!！?？~～、]", "", said)
    if not bare or re.fullmatch(r"[\d\W_]{1,4}", bare):
        return (
            ("out_of_scope", 0.3, "nothing to go by")
            if not re.search("[\U0001f44b\U0001f64b]", said)
            else ("greeting", 0.9, "a wave")
        )
    if re.fullmatch(r"(?:哈|嘿|呵|嘻|啊|嗯|哦|呃){2,}|[哦嗯呃额]|(.)\1{3,}", bare):
        return "out_of_scope", 0.9, "only a sound"
    for pattern, intent, roles in MENU:
        if role in roles and pattern.fullmatch(bare):
            return intent, 1.0, f"menu word {bare}"
    return None


def _asks_about_another(said: str, role: str) -> bool:
    """Rule 10: another household's data is not given, whatever role is claimed."""
    if _PROBING.search(said) and _HAND_OVER.search(said) and not _HELPERS.search(said):
        return True
    if not _PRIVATE.search(said) and not (role != "cadre" and _THEIR_FACTS.search(said)):
        return False
    if (_ONE_OF_MINE.search(said) and not re.search(r"我是.{0,6}(?:的|他|她)|发我|给我", said)) or _HELPERS.search(
        said
    ):
        return False
    people = [n for n in find_names(said) if len(n.text) > 1]
    if not people:
        return False
    if role == "cadre":
        return bool(_VERY_PRIVATE.search(said) and re.search(r"发(?:给)?我|念|告诉我|我是", said))
    asks = re.search(r"[?？吗]|多少|查|什么|发我|给我|念|告诉|看看|是不是|有没有|几", said)
    return bool(asks and (_PRIVATE.search(said) or any(p.house for p in people)))


def _masked(said: str, day: date) -> str:
    """The sentence with dates, sums, benefits and names each made one sign, so that examples generalise."""
    spans: list[tuple[int, int, str]] = [(s, e, "Ⓑ") for s, e, _ in mentions(said)]
    spans += [(a.start, a.end, "Ⓜ") for a in find_amounts(said)]
    spans += [(d.start, d.end, "Ⓓ") for d in find_dates(said, day)]
    spans += [(m.start(), m.end(), "Ⓣ") for m in re.finditer(r"1\d{10}", said)]
    spans += [(m.start(), m.end(), "Ⓦ") for m in re.finditer(r"[a-z]{2}-?\d{2,}", said)]
    spans += [(n.start, n.end, "Ⓝ家" if n.text.endswith("家") else "Ⓝ") for n in find_names(said)]
    out: list[str] = []
    place = 0
    for start, end, sign in sorted(spans):
        if start >= place:
            out += [said[place:start], sign]
            place = end
    out.append(said[place:])
    return re.sub(r"\d+", "#", plain("".join(out)))


def _features(masked: str) -> set[str]:
    text = "^" + re.sub(r"[\s,，。；;、!！?？：:\"'“”~～….]+", "|", masked).strip("|") + "$"
    grams = {text[i : i + 2] for i in range(len(text) - 1)}
    grams.update(text[i : i + 3] for i in range(len(text) - 2))
    grams.update(c for c in text if "Ⓐ" <= c <= "Ⓩ")
    return grams


@dataclass(frozen=True, slots=True)
class _Model:
    """The examples of one role, ready for comparing: likeness by rare grams, and odds of grams by intent."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    weight: Mapping[str, float]
    postings: Mapping[str, tuple[int, ...]]
    norms: tuple[float, ...]
    odds: Mapping[str, Mapping[str, float]]
    intents: tuple[str, ...]


def examples() -> dict[str, dict[str, list[str]]]:
    """The example sentences by role and intent, as they stand in examples.yaml (one sentence a line)."""
    import yaml  # here, because only the first sentence needs it

    source = files("bot.language").joinpath("examples.yaml").read_text(encoding="utf-8")
    loaded = yaml.load(source, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - safe loaders both
    return {
        role: {
            intent: [line.strip() for line in block.splitlines() if line.strip()] for intent, block in intents.items()
        }
        for role, intents in loaded.items()
    }


@cache
def _model(role: str) -> _Model:
    everything = examples()
    own = "cadre" if role == "cadre" else "household"
    rows = [(t, i) for part in ("everyone", own) for i, lines in everything[part].items() for t in lines]
    return build_model(rows)


def build_model(rows: list[tuple[str, str]]) -> _Model:
    """Make a model of (sentence, intent) rows; public so that examples can be checked against each other."""
    day = date(2025, 7, 1)
    featured = [_features(_masked(mended(text).strip(), day)) for text, _ in rows]
    labels = tuple(intent for _, intent in rows)
    postings: dict[str, list[int]] = defaultdict(list)
    per_intent: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    size: dict[str, int] = defaultdict(int)
    for number, (grams, label) in enumerate(zip(featured, labels, strict=True)):
        size[label] += 1
        for gram in grams:
            postings[gram].append(number)
            per_intent[gram][label] += 1
    weight = {g: math.log(1 + len(rows) / len(p)) * (0.5 if len(g) == 1 else 1.0) for g, p in postings.items()}
    norms = tuple(math.sqrt(sum(weight[g] ** 2 for g in grams)) or 1.0 for grams in featured)
    odds: dict[str, Mapping[str, float]] = {}
    for gram, counts in per_intent.items():
        everywhere = sum(c / size[i] for i, c in counts.items()) / len(size)
        odds[gram] = {
            i: math.log(((c + 0.3 * everywhere) / (size[i] + 0.3)) / everywhere) for i, c in counts.items() if c
        }
    return _Model(
        tuple(t for t, _ in rows),
        labels,
        weight,
        {g: tuple(p) for g, p in postings.items()},
        norms,
        odds,
        tuple(dict.fromkeys(labels)),
    )


LIKENESS, ODDS, CUE_SCALE = 8.0, 0.8, 1.8
"""How much the nearest examples, the grams' odds and the cues count; found by setting aside each eighth of the
examples in turn and reading it with the rest."""


def _liken(model: _Model, grams: set[str], leave_out: int = -1) -> tuple[dict[str, float], dict[str, str]]:
    known = [g for g in grams if g in model.weight]
    total = math.sqrt(sum(model.weight.get(g, 5.0 if len(g) > 1 else 2.5) ** 2 for g in grams)) or 1.0
    dots: dict[int, float] = defaultdict(float)
    for gram in known:
        square = model.weight[gram] ** 2
        for number in model.postings[gram]:
            dots[number] += square
    best: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number, dot in dots.items():
        if number != leave_out:
            best[model.labels[number]].append((dot / (total * model.norms[number]), number))
    scores: dict[str, float] = {}
    nearest: dict[str, str] = {}
    for intent, likes in best.items():
        top = sorted(likes, reverse=True)[:3]
        scores[intent] = LIKENESS * sum(share * like for share, (like, _) in zip((0.6, 0.25, 0.15), top, strict=False))
        nearest[intent] = model.texts[top[0][1]]
    strength = 1 / math.sqrt(max(4, len(grams)))
    for gram in known:
        if len(gram) == 1 and gram < "Ⓐ":
            continue
        for intent, odd in model.odds[gram].items():
            if odd > 0:
                scores[intent] = scores.get(intent, 0.0) + ODDS * strength * 0.5 * odd
    return scores, nearest


def _scores(said: str, role: str, day: date) -> tuple[dict[str, float], dict[str, list[str]]]:
    model = _model("cadre" if role == "cadre" else "household")
    masked = _masked(said, day)
    scores, nearest = _liken(model, _features(masked))
    reasons: dict[str, list[str]] = defaultdict(list)
    for intent in model.intents:
        scores.setdefault(intent, 0.0)
        if intent in nearest:
            reasons[intent].append(f"like “{nearest[intent]}”")
    benefit = find_benefit(said)
    clear = plain(said)
    for cue in CUES:
        if _fires(cue, clear, masked, role, has_benefit=benefit is not None):
            for intent, weight in cue.votes:
                if intent in scores:
                    scores[intent] += CUE_SCALE * weight
                    reasons[intent].append(f"{cue.name} {weight:+.1f}")
    if role == "newcomer" and "bind" in scores:
        scores["bind"] += 0.8
    return scores, reasons


def _fires(cue: Cue, clear: str, masked: str, role: str, *, has_benefit: bool) -> bool:
    if cue.role not in ("any", "cadre" if role == "cadre" else "household"):
        return False
    if cue.benefit is not None and cue.benefit != has_benefit:
        return False
    return bool(_compiled(cue.pattern).search(masked if cue.masked else clear))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Cues are compiled when first needed: the room stays quick to import."""
    return re.compile(pattern)


def _as_confidence(scores: dict[str, float]) -> list[tuple[str, float]]:
    top = max(scores.values())
    shares = {intent: math.exp(score - top) for intent, score in scores.items()}
    total = sum(shares.values())
    # A sentence that resembles nothing we know must not look certain just because one intent is ahead.
    familiar = min(1.0, 0.35 + top / 6)
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    return [(intent, round(share / total * familiar, 4)) for intent, share in ranked]
