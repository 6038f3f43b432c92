"""结对规则: the counties' own rules, read with their quotes, and where an official stands by them."""

from pathlib import Path

import pytest

from policies import advice
from policies.catalogue import PairedWith, PairingRule, check, county_names, load_county, read_county
from policies.pairing import Fit, Missing, grades_of, standing
from policies.vocabulary import vocabulary
from storage.cadres import ROLE_NAMES

HEAD, DEPUTY = "县处级正职", "县处级副职"
SECTION, SUBSECTION = "乡科级正职", "乡科级副职"


def rule_of(county: str) -> PairingRule:
    pairing = load_county(county).pairing
    assert pairing is not None
    return pairing


@pytest.mark.parametrize(
    ("written", "grades"),
    [
        ("正县级", {HEAD}),
        ("副县", {DEPUTY}),
        ("县处级", {HEAD, DEPUTY}),
        ("县处级领导干部", {HEAD, DEPUTY}),
        ("正科", {SECTION}),
        (" 副科级 ", {SUBSECTION}),
        ("副科级干部", {SUBSECTION}),
        ("科级", {SECTION, SUBSECTION}),
        ("科员", {"科员"}),
        ("一般干部", {"科员"}),
        ("一级主任科员", {"乡科级职级"}),
        ("四级调研员", {"县处级职级"}),
        ("正科级（一级主任科员）", {SECTION, "乡科级职级"}),
        ("县（处）级", {HEAD, DEPUTY}),
        ("乡（科）级正职", {SECTION}),
        ("副镇长", {SUBSECTION}),
        ("八级职员", {"乡科级职级"}),
        ("专技", {"专业技术人员"}),
        ("职工", {"职工"}),
        ("村支书", {"村干部"}),
        ("局长", set()),
        ("正科级、局长", set()),
        ("5", set()),
        ("", set()),
        (None, set()),
    ],
)
def test_a_rank_is_what_its_words_say_and_never_guessed(written: str | None, grades: set[str]) -> None:
    assert grades_of(written) == grades


@pytest.mark.parametrize(
    ("county", "role", "rank", "fits"),
    [
        # 321 of the county's own units (002#9:665); what its townships take is left over, without a number.
        ("yiyang", "帮扶干部", "副县级", [Fit.UNDER, Fit.UNDER, Fit.UNDER, Fit.WITHIN, Fit.OVER]),
        ("yiyang", "帮扶干部", "正科", [Fit.UNDER, Fit.UNDER, Fit.WITHIN, Fit.OVER, Fit.OVER]),
        ("yiyang", "第一书记", "二级主任科员", [Fit.UNDER, Fit.UNDER, Fit.WITHIN, Fit.OVER, Fit.OVER]),
        ("yiyang", "县级", "职工", [Fit.UNDER, Fit.WITHIN, Fit.OVER, Fit.OVER, Fit.OVER]),
        ("yiyang", "乡镇", "副科级", [Fit.UNSTATED] * 5),
        ("yiyang", "帮扶干部", "村支书", [Fit.UNSTATED] * 5),
        ("yiyang", "帮扶干部", "四级调研员", [Fit.UNSTATED] * 5),
        # 1-2户 of township and village officials (002#2:161).
        ("lichuan", "乡镇", None, [Fit.UNDER, Fit.WITHIN, Fit.WITHIN, Fit.OVER, Fit.OVER]),
        ("lichuan", "帮扶干部", None, [Fit.UNSTATED] * 5),
        # 副科级以上2户 (002#4:297).
        ("sifa_cun", "帮扶干部", "副处级", [Fit.UNDER, Fit.UNDER, Fit.WITHIN, Fit.OVER, Fit.OVER]),
        # 四户 for each (002#8:603).
        ("chengtou", "村干部", None, [Fit.UNDER, Fit.UNDER, Fit.UNDER, Fit.UNDER, Fit.WITHIN]),
        # Students are paired elsewhere; 分户到人 without a number; a county whose document only says that all have one.
        ("xuexiao", "帮扶干部", "教师", [Fit.UNSTATED] * 5),
        ("lianjiang", "帮扶干部", "科员", [Fit.UNSTATED] * 5),
        ("ganzi", "帮扶干部", "科员", [Fit.UNSTATED] * 5),
        ("wangcang", "帮扶干部", None, [Fit.UNSTATED] * 5),
    ],
)
def test_where_officials_stand_by_the_rules_of_the_documents(
    county: str, role: str, rank: str | None, fits: list[Fit]
) -> None:
    rule = rule_of(county)
    assert [standing(rule, role=role, rank=rank, households=number).fit for number in range(5)] == fits


@pytest.mark.parametrize(
    ("county", "rank", "missing"),
    [
        ("yiyang", None, Missing.RANK),
        ("yiyang", " ", Missing.RANK),
        ("yiyang", "局长", Missing.RANK_NOT_UNDERSTOOD),
        ("sifa_cun", "科员", Missing.SOMETHING_ELSE),
    ],
)
def test_what_is_not_on_file_leaves_it_unknown(county: str, rank: str | None, missing: Missing) -> None:
    found = standing(rule_of(county), role="帮扶干部", rank=rank, households=9)
    assert (found.fit, found.missing) == (Fit.UNKNOWN, missing)


def test_no_rule_gives_nobody_a_number() -> None:
    assert standing(None, role="帮扶干部", rank="科员", households=9).fit is Fit.UNSTATED


def test_a_rank_that_may_or_may_not_be_meant_is_unknown(tmp_path: Path) -> None:
    pack = written(
        tmp_path, "  shares:\n    - {who: 正科级干部, ranks: [乡科级正职], at_most: 2, source: " + SOURCE + "}\n"
    )
    found = standing(read_county(pack).pairing, role="帮扶干部", rank="科级", households=3)
    assert (found.fit, found.missing) == (Fit.UNKNOWN, Missing.RANK_NOT_UNDERSTOOD)


def test_every_number_has_its_quote_and_who_takes_the_rest_is_said() -> None:
    rules = [rule for name in county_names() if (rule := load_county(name).pairing) is not None]
    assert all(share.source.quote for rule in rules for share in rule.shares)
    rest = rule_of("yiyang").rest
    assert rest is not None
    assert (rest.who, rest.roles) == ("所在乡镇（场）干部（职工）", ("乡镇",))
    assert [share.paired_with for share in rule_of("xuexiao").shares] == [PairedWith.STUDENT, PairedWith.STUDENT]


def test_the_vocabulary_knows_every_role_of_the_cadres_file() -> None:
    assert vocabulary().roles == tuple(ROLE_NAMES.values())


SOURCE = "{document: plan, line: 1, quote: 每名干部结对帮扶1-2户}"


def written(folder: Path, pairing: str) -> Path:
    pack = folder / "somewhere"
    (pack / "sources").mkdir(parents=True)
    (pack / "sources" / "plan.txt").write_text("每名干部结对帮扶1-2户\n", encoding="utf-8")
    (pack / "county.yaml").write_text(
        "name: 某县\nlevel: 县\ntitle: 方案\n"
        "documents:\n  plan: {title: 方案, file: plan.txt}\n"
        f"pairing:\n  cadres_per_household: 1\n{pairing}"
        "after_exit: {keep: true, scope: household, line: 1, quote: 每名干部}\n",
        encoding="utf-8",
    )
    return pack


@pytest.mark.parametrize(
    ("pairing", "line", "key", "what"),
    [
        ("  shares:\n    - {who: 干部, at_least: 1}\n", 9, "source", advice.NO_SOURCE),
        (
            f"  shares:\n    - {{who: 干部, at_least: 3, at_most: 2, source: {SOURCE}}}\n",
            9,
            "at_most",
            advice.MOST_BELOW_LEAST,
        ),
        (f"  shares:\n    - {{at_least: 3, source: {SOURCE}}}\n", 9, "who", advice.MISSING),
        (f"  shares:\n    - {{who: 干部, of: 户, source: {SOURCE}}}\n", 9, "of", advice.unknown_key("of", None)),
        (
            "  households_per_cadre: 4\n",
            8,
            "households_per_cadre",
            advice.unknown_key("households_per_cadre", None),
        ),
        (
            "  shares:\n    - {who: 干部, source: {document: plan, line: 1, quote: 每名干部结对帮扶3户}}\n",
            9,
            "quote",
            advice.QUOTE_NOT_FOUND,
        ),
        (
            f"  rest: {{who: 乡镇干部, roles: [镇上的人], source: {SOURCE}}}\n",
            8,
            "roles",
            advice.not_one_of("镇上的人", list(ROLE_NAMES.values())),
        ),
        (
            f"  shares:\n    - {{who: 局长, ranks: [局长], source: {SOURCE}}}\n",
            9,
            "ranks",
            advice.not_one_of("局长", list(vocabulary().ranks)),
        ),
    ],
)
def test_the_checker_names_what_is_wrong_with_a_rule(
    tmp_path: Path, pairing: str, line: int, key: str, what: str
) -> None:
    assert [(m.line, m.key, m.what) for m in check(written(tmp_path, pairing))] == [(line, key, what)]
