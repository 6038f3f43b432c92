import pytest

from bot.language.names import find_names, match_household, read_person, same_name, without_house


@pytest.mark.parametrize(
    ("said", "name"), [("张三家", "张三"), ("王大爷家里", "王大爷"), ("李四户", "李四"), ("赵明屋头", "赵明")]
)
def test_the_house_is_taken_off_a_name(said: str, name: str) -> None:
    assert without_house(said) == name


@pytest.mark.parametrize(
    ("said", "surname", "given", "title"),
    [
        ("老王", "王", "", "老"),
        ("倪老汉", "倪", "", "老汉"),
        ("欧阳建国家", "欧阳", "建国", ""),
        ("谢老幺", "谢", "老幺", ""),
        ("普家", "普", "", ""),
    ],
)
def test_a_person_is_read_as_surname_given_name_and_title(said: str, surname: str, given: str, title: str) -> None:
    person = read_person(said)
    assert (person.surname, person.given, person.title) == (surname, given, title)


def test_the_same_sound_is_nearly_the_same_name() -> None:
    assert same_name("王建国", "王建国") == 1.0
    assert same_name("王建郭", "王建国") == 0.9
    assert same_name("仇明", "邱明") == 0.9
    assert same_name("老王", "王建国") == 0.5
    assert same_name("李四", "王建国") == 0.0


def test_a_surname_alone_brings_every_household_of_that_name() -> None:
    files = ["李秀英", "王建国", "王有才"]
    assert match_household("王大爷", files) == [1, 2]
    assert match_household("王建国家", files) == [1]
    assert match_household("王油菜", files) == [2]
    assert match_household("赵六", files) == []


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("走访张桂兰家", ["张桂兰"]),
        ("把王有才家的问题记一下", ["王有才"]),
        ("走访李家沟村", []),
        ("养老金发了没", []),
        ("高龄补贴多少", []),
        ("鲁家、曹家都去了", ["鲁家", "曹家"]),
    ],
)
def test_names_are_found_and_words_are_not_taken_for_names(said: str, names: list[str]) -> None:
    assert [found.text for found in find_names(said)] == names


def test_a_known_name_is_found_where_grammar_sees_none() -> None:
    assert [found.text for found in find_names("今天阿依古丽来找我", ["阿依古丽"])] == ["阿依古丽"]


@pytest.mark.parametrize("said", ["今天走访了五户，都挺好", "去看了，全正常", "老人在，都健康"])
def test_saying_how_they_are_names_nobody(said: str) -> None:
    assert find_names(said) == []


@pytest.mark.parametrize(
    "said",
    [
        "高血压吃药控制得好",
        "何时能修好",
        "常年在外",
        "送温暖活动",
        "安全饮水",
        "陈年旧账",
        "水窖漏水",
        "林地纠纷",
        "时间太紧",
        "羊价跌得厉害",
        "关于低保的事",
        "易地搬迁",
    ],
)
def test_everyday_words_that_begin_like_a_name_name_nobody(said: str) -> None:
    assert find_names(said) == []


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("去看阿依古丽·买买提家", ["阿依古丽·买买提"]),
        ("走访撒拉家，羊圈塌了", ["撒拉"]),
        ("看望了邱正祥和邱正发两兄弟", ["邱正祥", "邱正发"]),
        ("去俄木伍呷家", ["俄木伍呷"]),
        ("帮姬二嫂掰苞谷", ["姬二嫂"]),
        ("洪家的猪死了", ["洪家"]),
    ],
)
def test_names_of_many_peoples_and_kin_are_found(said: str, names: list[str]) -> None:
    assert [found.text for found in find_names(said)] == names


def test_a_name_that_only_looks_or_half_sounds_like_another_is_less_than_the_same_sound() -> None:
    assert same_name("王建园", "王建国") == 0.75
    assert same_name("刘兰花", "牛南花") == 0.8
    assert same_name("王建军", "王建国") == 0.0
