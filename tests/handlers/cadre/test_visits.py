"""A cadre tells of a visit, corrects it, takes it back."""

from collections.abc import Callable
from datetime import date

from sqlalchemy import select, update

from storage.areas import Area
from storage.cadres import Cadre, Role
from storage.visits import VisitRevision
from tests.village import Helper, House, Village
from tests.wechat import Phone, TimeMachine

Phones = Callable[[House | Helper | str], Phone]

MEND = "要改，直接说，比如“不是2袋是3袋”“日期是昨天”；不要了，说“撤回”。"
WANG_RECORDED = f"记下了：11月23日走访王建国户。\n送了：化肥2袋\n问题：屋顶漏水\n{MEND}"
NOT_FOUND = "您能查的户里没有找到“{}”。请核对户主名字再说一次；说“我的户”可以看名单。"


async def test_one_sentence_is_a_visit(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang, await village.household("李秀英")]))

    assert await li.says("走访 王建国 送化肥2袋 屋顶漏水") == WANG_RECORDED
    assert await li.retries() == WANG_RECORDED

    [visit] = await village.visits_to(wang)
    assert visit.note == "走访 王建国 送化肥2袋 屋顶漏水"
    assert visit.visited_on == date(2026, 11, 23)
    assert visit.items == [{"name": "化肥", "quantity": 2, "unit": "袋"}]
    assert visit.problems == ["屋顶漏水"]
    assert (visit.measures, visit.amounts, visit.state) == ([], [], "recorded")


async def test_day_measure_and_money_are_understood_and_shown(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    li = phone(await village.cadre("李梅", visits=[wang]))

    assert await li.says("昨天去了王建国家，送慰问金500元，屋顶漏水，联系住建所") == (
        "记下了：11月22日走访王建国户。\n送了：慰问金\n问题：屋顶漏水\n措施：联系住建所\n金额：慰问金500元\n" + MEND
    )

    [visit] = await village.visits_to(wang)
    assert visit.visited_on == date(2026, 11, 22)
    assert visit.amounts == [{"value": 500, "what": "慰问金"}]


async def test_a_bare_word_asks_for_household_and_findings(village: Village, phone: Phones) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))

    question = "走访了哪一户？回复数字，或者直接说户主名字。"
    assert await cadre.says("走访") == f"{question}\n1 王建国\n2 李秀英"
    assert await cadre.says("9") == f"请回复1到2之间的数字。\n{question}\n1 王建国\n2 李秀英"
    assert await cadre.says("1") == "看到了什么？直接说就行。"
    assert await cadre.says("屋顶漏水") == f"记下了：11月23日走访王建国户。\n问题：屋顶漏水\n{MEND}"

    assert await cadre.says("签到") == f"{question}\n1 李秀英\n2 王建国"
    assert await cadre.says("老李") == "看到了什么？直接说就行。"
    assert await cadre.says("腿疼") == f"记下了：11月23日走访李秀英户。\n问题：腿疼\n{MEND}"


async def test_what_is_told_beside_the_name_is_not_asked(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang, await village.household("李秀英")]))

    await cadre.says("入户")
    assert await cadre.says("王建国家，送了一桶油") == f"记下了：11月23日走访王建国户。\n送了：油1桶\n{MEND}"


async def test_ten_at_most_are_offered_those_not_visited_first(village: Village, phone: Phones) -> None:
    names = ["赵大", "钱二", "孙三", "李四", "周五", "吴六", "郑七", "王八斤", "冯九", "陈十", "褚十一"]
    cadre = phone(await village.cadre("李梅", visits=[await village.household(name) for name in names]))

    await cadre.says("走访 赵大 身体好")
    assert (await cadre.says("走访")).splitlines()[1:] == [
        "1 钱二", "2 孙三", "3 李四", "4 周五", "5 吴六", "6 郑七", "7 王八斤", "8 冯九", "9 陈十", "10 褚十一",
    ]  # fmt: skip
    assert await cadre.says("赵大") == "看到了什么？直接说就行。"


async def test_without_households_it_says_so(village: Village, phone: Phones) -> None:
    cadre = phone(await village.cadre("李梅"))
    for words in ("走访", "我的户", "还有谁没走访"):
        assert await cadre.says(words) == "您名下还没有结对的户。如果弄错了，请找乡镇或县里的管理员。"


async def test_a_name_misspelt_is_taken_by_its_sound_and_shown(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("走访王建果，屋顶漏水") == (
        f"记下了：11月23日走访王建国户。\n问题：屋顶漏水\n您说的是“王建果”，按王建国户记的。\n{MEND}"
    )


async def test_households_of_one_name_are_told_apart_by_place_and_number(village: Village, phone: Phones) -> None:
    near, far = await village.household("张三"), await village.household("张三", village="白石村")
    twin = await village.household("张三", village="白石村")
    cadre = phone(await village.cadre("李梅", visits=[near, far, twin]))

    assert await cadre.says("走访张三，腿疼") == (
        "“张三”是哪一户？\n"
        "1 张三（青山村1组）\n"
        f"2 张三（白石村1组，编号尾号{far.number[-2:]}）\n"
        f"3 张三（白石村1组，编号尾号{twin.number[-2:]}）"
    )
    assert await cadre.says("1") == f"记下了：11月23日走访张三（青山村1组）户。\n问题：腿疼\n{MEND}"
    assert len(await village.visits_to(near)) == 1


async def test_a_household_of_another_and_none_at_all_sound_the_same(village: Village, phone: Phones) -> None:
    wang, other = await village.household("王建国"), await village.household("陈大毛")
    await village.cadre("赵强", visits=[other])
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("走访陈大毛，腿疼") == NOT_FOUND.format("陈大毛")
    assert await cadre.says("走访吴有有，腿疼") == NOT_FOUND.format("吴有有")
    assert await village.visits_to(other) == []


async def test_several_households_are_all_taken_or_none(village: Village, phone: Phones) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))

    assert await cadre.says("走访王建国、陈大毛，都送了大米1袋") == NOT_FOUND.format("陈大毛")
    assert await village.visits_to(wang) == []
    assert await cadre.says("走访王建国、李秀英，都送了大米1袋") == (
        "记下了2户：\n11月23日走访王建国户。\n送了：大米1袋\n11月23日走访李秀英户。\n送了：大米1袋\n" + MEND
    )
    assert await cadre.says("撤回") == "撤回了2户：\n11月23日走访王建国户\n11月23日走访李秀英户\n都不算了。"


async def test_a_visit_that_did_not_happen_is_not_logged(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("走访王建国家没走成，下大雨路断了") == "好的，没有记走访。等去成了，再发一句就行。"
    assert await village.visits_to(wang) == []


async def test_the_same_sentence_again_asks_whether_it_is_a_second_visit(
    village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))
    sentence = "走访 王建国 送化肥2袋 屋顶漏水"
    asked = "今天已经记过一模一样的一条（王建国户）。是又走访了一次吗？回复“是”再记一条，“不是”就不记。"

    await cadre.says(sentence)
    assert await cadre.says(sentence) == asked
    assert await cadre.says("不是") == "好的，没有再记，还是原来那一条。"
    assert len(await village.visits_to(wang)) == 1
    assert await cadre.says(sentence) == asked
    assert await cadre.says("是") == WANG_RECORDED
    assert len(await village.visits_to(wang)) == 2
    time_machine.move_to("2026-11-24T09:00+08:00")
    assert (await cadre.says(sentence)).startswith("记下了：11月24日走访王建国户。")


async def test_a_day_ahead_is_asked_about(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("走访王建国，后天再来看看") == f"记下了：11月23日走访王建国户。\n措施：后天再来看看\n{MEND}"
    assert await cadre.says("明天走访了王建国家，腿疼") == "11月24日还没到。是哪天走访的？"
    assert await cadre.says("昨天") == f"记下了：11月22日走访王建国户。\n问题：腿疼\n{MEND}"


async def test_a_vague_day_is_kept_as_said(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("国庆前去了王建国家，送月饼2盒") == (
        "记下了：“国庆前”走访王建国户。\n送了：月饼2盒\n"
        "日子按您说的“国庆前”记的；要记到哪一天，就说“日期是昨天”这样的话。\n" + MEND
    )
    [visit] = await village.visits_to(wang)
    assert (visit.visited_on, visit.date_text) == (None, "国庆前")


async def test_corrections_mend_the_last_visit_and_keep_what_it_said(village: Village, phone: Phones) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))
    await cadre.says("走访 王建国 送化肥2袋 屋顶漏水")

    assert await cadre.says("不是2袋是3袋") == "改好了：11月23日走访王建国户。\n送了：化肥3袋\n问题：屋顶漏水"
    assert await cadre.says("日期是昨天") == "改好了：11月22日走访王建国户。\n送了：化肥3袋\n问题：屋顶漏水"
    await cadre.says("改一下")
    assert await cadre.says("还有屋里没电") == (
        "改好了：11月22日走访王建国户。\n送了：化肥3袋\n问题：屋顶漏水；屋里没电"
    )
    assert await cadre.says("不是王建国是李秀英") == (
        "改好了：11月22日走访李秀英户。\n送了：化肥3袋\n问题：屋顶漏水；屋里没电"
    )
    assert await cadre.says("不是李秀英是陈大毛") == NOT_FOUND.format("陈大毛")

    assert await village.visits_to(wang) == []
    [visit] = await village.visits_to(li)
    assert visit.state == "corrected"
    assert visit.note == "走访 王建国 送化肥2袋 屋顶漏水\n屋里没电"
    async with village.database.reading() as session:
        revisions = (await session.scalars(select(VisitRevision).order_by(VisitRevision.id))).all()
    assert [revision.said for revision in revisions] == [
        "不是2袋是3袋", "日期是昨天", "还有屋里没电", "不是王建国是李秀英",
    ]  # fmt: skip
    assert revisions[0].before["items"] == [{"name": "化肥", "quantity": 2, "unit": "袋"}]
    assert revisions[3].before["household_id"] == wang.id


async def test_what_is_wrong_is_asked_when_it_was_not_said(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("改一下") == "最近七天没有您的走访记录，没有可以改的。"
    await cadre.says("走访 王建国 送化肥2袋 屋顶漏水")
    assert await cadre.says("改一下") == (
        "要改的是：11月23日走访王建国户。哪里不对？直接说，比如“不是2袋是3袋”“日期是昨天”“还有孩子要上学”。"
    )
    assert await cadre.says("化肥4袋") == "改好了：11月23日走访王建国户。\n送了：化肥4袋\n问题：屋顶漏水"


async def test_taking_back_goes_one_visit_back_each_time_and_only_today_s(
    village: Village, phone: Phones, time_machine: TimeMachine
) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))
    nothing = "今天没有可以撤回的走访记录。更早的记录要改，直接说哪里不对。"

    time_machine.move_to("2026-11-23T23:50+08:00")
    await cadre.says("走访王建国，腿疼")
    time_machine.move_to("2026-11-24T00:05+08:00")
    assert await cadre.says("撤回") == nothing
    await cadre.says("走访王建国，眼睛看不清")
    await cadre.says("走访李秀英，腿疼")
    assert await cadre.says("撤回") == "撤回了：11月24日走访李秀英户，这一条不算了。"
    assert await cadre.retries() == "撤回了：11月24日走访李秀英户，这一条不算了。"
    assert await cadre.says("撤回") == "撤回了：11月24日走访王建国户，这一条不算了。"
    assert await cadre.says("撤回") == nothing

    assert [visit.state for visit in await village.visits_to(wang)] == ["recorded", "withdrawn"]
    assert [visit.state for visit in await village.visits_to(li)] == ["withdrawn"]


async def test_one_cadre_cannot_take_back_another_s_visit(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre, other = phone(await village.cadre("李梅", visits=[wang])), phone(await village.cadre("赵强"))

    await cadre.says("走访王建国，腿疼")
    assert await other.says("撤回") == "今天没有可以撤回的走访记录。更早的记录要改，直接说哪里不对。"
    assert [visit.state for visit in await village.visits_to(wang)] == ["recorded"]


async def test_leaving_half_way_writes_nothing(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    await cadre.says("走访")
    await cadre.says("1")
    assert await cadre.says("取消") == "好的，这件事先不办。想办什么，直接说就行。"
    assert await village.visits_to(wang) == []


async def test_a_village_official_tells_of_any_household_of_the_village(village: Village, phone: Phones) -> None:
    wang, far = await village.household("王建国"), await village.household("陈大毛", village="白石村")
    official = await village.cadre("周敏", role=Role.VILLAGE)
    async with village.database.writing() as session:
        area_id = await session.scalar(select(Area.id).where(Area.name == "青山村"))
        await session.execute(update(Cadre).where(Cadre.id == official.id).values(area_id=area_id))
    cadre = phone(official)

    assert await cadre.says("走访王建国家，屋顶漏水") == f"记下了：11月23日走访王建国户。\n问题：屋顶漏水\n{MEND}"
    assert await cadre.says("走访陈大毛家，屋顶漏水") == NOT_FOUND.format("陈大毛")
    assert (len(await village.visits_to(wang)), len(await village.visits_to(far))) == (1, 0)


async def test_only_words_about_the_record_take_it_back(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    for words in ("删掉刚才那条", "头先嗰条录错咗，删咗佢", "撤销上一条"):
        await cadre.says("走访王建国，腿疼")
        assert await cadre.says(words) == "撤回了：11月23日走访王建国户，这一条不算了。"
    await cadre.says("走访王建国，腿疼，屋顶漏水")
    await cadre.says("改一下")
    assert await cadre.says("删掉屋顶漏水") == "改好了：11月23日走访王建国户。\n问题：腿疼"
    assert [visit.state for visit in await village.visits_to(wang)] == [*["withdrawn"] * 3, "corrected"]


async def test_a_name_that_only_looks_like_theirs_is_asked_about(village: Village, phone: Phones) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang, await village.household("李秀英")]))

    assert await cadre.says("走访王建园，腿疼") == "“王建园”是哪一户？\n1 王建国"
    assert await village.visits_to(wang) == []
    assert (await cadre.says("1")).startswith("记下了：11月23日走访王建国户。\n问题：腿疼\n")


async def test_of_two_households_one_not_reached_only_the_other_is_kept(village: Village, phone: Phones) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))

    assert await cadre.says("走访王建国家，腿疼；李秀英家没去成，路断了") == (
        f"记下了：11月23日走访王建国户。\n问题：腿疼\n{MEND}"
    )
    assert await village.visits_to(li) == []


async def test_another_cadre_s_household_in_the_middle_of_a_note_stops_all_of_it(
    village: Village, phone: Phones
) -> None:
    wang, other = await village.household("王建国"), await village.household("陈大毛")
    await village.cadre("赵强", visits=[other])
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    assert await cadre.says("去了王建国家，屋顶漏水，又去了陈大毛家，他腿疼") == NOT_FOUND.format("陈大毛")
    assert await village.visits_to(wang) == []


async def test_of_a_vague_day_that_can_only_be_a_few_one_is_chosen_by_its_number(
    village: Village, phone: Phones
) -> None:
    wang = await village.household("王建国")
    cadre = phone(await village.cadre("李梅", visits=[wang]))

    said = await cadre.says("上周去了王建国家，猪死了两头")
    assert said.startswith("记下了：“上周”走访王建国户。\n问题：猪死了两头\n")
    assert said.endswith(
        "知道是哪天，就回复数字：\n1 11月16日（周一）\n2 11月17日（周二）\n3 11月18日（周三）\n4 11月19日（周四）\n"
        "5 11月20日（周五）\n6 11月21日（周六）\n7 11月22日（周日）"
    )
    assert await cadre.says("5") == "改好了：11月20日走访王建国户。\n问题：猪死了两头"
    [visit] = await village.visits_to(wang)
    assert (visit.visited_on, visit.date_text) == (date(2026, 11, 20), "上周")


async def test_what_is_told_of_one_household_is_not_written_into_another_s(village: Village, phone: Phones) -> None:
    wang, li = await village.household("王建国"), await village.household("李秀英")
    cadre = phone(await village.cadre("李梅", visits=[wang, li]))

    await cadre.says("去了王建国家，他癌症住院，又去了李秀英家，屋顶漏水")
    [visit] = await village.visits_to(li)
    assert visit.note == "又去了李秀英家，屋顶漏水"
