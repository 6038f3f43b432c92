"""家庭变动 as people tell of it."""

import pytest

from bot.language.families import change_in, tells_only_of_a_change


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("王大爷上个月过世了", "died"),
        ("我妈走了", "died"),
        ("李家添了个孙子", "born"),
        ("王建国媳妇生了双胞胎", "born"),
        ("张三家分户了", "split"),
        ("王建国家户主换成他儿子", "head_changed"),
        ("李秀英家女儿出嫁了，10月的事", "moved_out"),
        ("李四家儿媳户口迁进来了", "moved_in"),
        ("赵六家并到他哥家了", "merged"),
    ],
)
def test_a_change_is_heard_for_what_it_is(said: str, kind: str) -> None:
    assert change_in(said) == kind
    assert tells_only_of_a_change(said)


@pytest.mark.parametrize(
    "said",
    [
        "走访王建国，老伴去世情绪低落",
        "昨天去了李秀英家，老人去世",
        "王建国老伴病故，屋顶漏水",
        "谁家分户了？",
        "王建国去世了怎么办",
        "王建国家情况",
        "",
    ],
)
def test_a_visit_a_question_or_a_second_subject_is_not_only_a_change(said: str) -> None:
    assert not tells_only_of_a_change(said)
