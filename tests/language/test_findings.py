# ruff: noqa: E501 - word lists read better whole
"""What is trouble and what is none, whatever it is about: each phrase stands alone, as in a list."""

import pytest

from bot.language.findings import read_findings

TROUBLES = (
    "左眼失明 听力下降严重 膝盖积液走不远 手指被机器轧断 肝炎转氨酶高 孩子多动症 房梁朽了 瓦房梁歪了 电线乱拉 电表跳闸 自来水时有时无 "
    "门口积雪难行 吃水靠挑 学费没着落 孩子被同学欺负 工资欠着没发 被厂里辞退 网贷逾期 没有启动资金 稻子遭了稻飞虱 野猪拱了庄稼 药材没人收 "
    "林权有争议 儿子不赡养 孙子没户口 医保没续 低保被取消 对评议结果不服 家里没有壮劳力 婆媳不和"
)
NO_TROUBLE = (
    "身体健康 家庭和睦 一切正常 没有返贫风险 没有矛盾纠纷 无重大疾病 没提要求 病情稳定 恢复得不错 外债还清了 不愁吃穿 漏水已修好 纠纷已化解 "
    "欠款已结清 享受残疾人补贴 享受危房改造政策 两不愁三保障达标 小病能在村卫生室看 住院报销了八成 水费不贵 表示感谢 "
    "家里养了一条狗 女儿出嫁了 老人今年八十 核桃卖完了 儿子很懂事 已经习惯城里生活"
)
STEPS = (
    "联系县医院专家 帮办慢病卡 协调村里修路 动员参加培训 送去医院 垫付医药费 教他用手机 帮她挑水 约了律师 替他缴了医保 陪着去办证 请医生上门 "
    "下周送种子来 纳入监测 做通思想工作 组织党员除草 告诉他不要急 向镇里反映 预约挂号 给老人理发"
)


@pytest.mark.parametrize("said", TROUBLES.split())
def test_trouble_is_heard(said: str) -> None:
    assert read_findings([said]).problems != []


@pytest.mark.parametrize("said", NO_TROUBLE.split())
def test_what_is_well_or_over_is_neither_trouble_nor_help(said: str) -> None:
    found = read_findings([said])
    assert (found.problems, found.measures) == ([], [])


@pytest.mark.parametrize("said", STEPS.split())
def test_a_step_of_help_is_heard(said: str) -> None:
    found = read_findings([said])
    assert (found.problems, len(found.measures)) == ([], 1)
