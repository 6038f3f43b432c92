# ruff: noqa: E501 - word lists and patterns read better whole
"""问题与措施: what of a visit note is trouble, and what is a step of help; each in the few words an official writes.

A clause is weighed by the words in it (`TROUBLE_WORDS`, `_STEP`); words that say all is well, that trouble is over, or that
only name a benefit or a paper are covered first, so that they weigh nothing. What is handed back was said, shortened,
and in a few cases put into the word of a handbook (娃 is 孩子, 签了 is 签字确认, 已换新 names what was broken).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from bot.language.clauses import tells
from bot.language.harm import BEFORE, GREETING, HEARSAY, OVER, REPORTS, TROUBLE_WORDS, WELL, weighs

_APART = 5
_SHORT_ENOUGH = 11
_LONGEST, _LONGEST_STEP = 10, 13
"""An official writes a finding in about so many characters."""


@dataclass(slots=True)
class Findings:
    """Troubles and steps of help, in the order told."""

    problems: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)


# ------------------------------------------------------------------ what is a step of help

_WHEN = (
    r"(?:今天|今日|今早|明天|明儿|后天|大后天|当天|当场|现场|当即|立即|立马|马上|及时|赶紧|尽快|随后|随即|同时|并且?|另外|还|也|又|再|就|都|便|已经?|正在?|拟|准备|打算|计划|需要?|得(?!了)|要|可以|接下来|下一步|下步|近期|"
    r"回头|改天|过几天|月底前?|年底前?|下(?:个)?(?:周|月|星期|礼拜)[一二三四五六日天]?|本?周[一二三四五六日天]|回来(?:就|后)?|顺便|然后|最后|先|继续|一起|帮扶措施|措施|将|会同|分别|上午|下午|晚上|两家都|每户|各|约好|争取|答应|承诺|临时|专门|主动|积极|特意|逐一|详细|耐心|再次|多次|上门)"
)
_WHO = r"(?:双方|我们?(?:单位|队|俩)?(?:就|去|来)?|本人|额|咱们?|工作队|驻村队|驻村工作队|单位|村里|村上|村委会?|镇上|和[一-鿿]{1,5}(?:一起)?|跟[一-鿿]{1,4}一起|会同[一-鿿]{1,6}|与[一-鿿]{1,5}一起)"
_FOR = (
    r"(?:(?:给|为|替|向|跟|和|同|与|对|找|把|将|被)(?:[一-鿿]{1,7}?)|给|为|替|从(?:[一-鿿]{1,6}?)|到(?:[一-鿿]{1,6}?))"
)
_VERB = (
    r"(?:联系(?!上|不上|人|方式)|联络|协调|对接|沟通|衔接|申请(?!的|书|被)|申报(?!的|被)|补报|上报|报告|报(?:了|到|给|修|警|案|批|名|国土|自然|交通|农业|保险|镇|乡|村|县|水利|派出|公安|综治|住建|民政|医保|教育|电力|供电|上去)|汇报|反馈|反映(?:给|到)|建议|动员|劝(?:说|导|解)?|规劝|宣传|宣讲|讲(?!得|究|的)|解释|解答|说明|告知|告诉|答复|答应(?=帮|给|替|协|联|解|去|向|跟|做|尽|为)|承诺(?=帮|给|替|协|联|解|去|向|跟|做|尽|为)|回复|"
    r"教(?!室|师|育部|材)|帮(?!扶(?!鸡|物))|协助|帮忙|帮助|帮着|推荐|介绍|安排|组织|发动|争取|督促|催|提醒|叮嘱|嘱咐|叮咛|嘱|代办|代缴|代|陪|护送|接送|带(?:去|她|他|老|孩|着|到)|拉着|开车|送(?:医|去(?:医|县|镇|卫|乡|住|检|做|办)|到(?:县|镇|卫|医|乡)|医院|回家|学上门|她|他|老|做|往)|换(?!届)|修(?!路占)|维修|装(?:了|上|个)|安装|更换|"
    r"填|落实|跟进|跟踪|调解|调处|化解|劝解|安抚|疏导|疏通|办(?!公|法|酒|的)|指导|培训|辅导|核实后|签(?!到|收)|垫|纳入|(?<=[^他她们])(?:打|通)了?个?电话|转(?:移(?!性|支付|就业)|送|介|诊)|请(?!客|我)|喊|叫(?!做)|让(?!人|路)|约|找(?!到|不)|拨打|登记(?!在|的)|打报告|打扫|清理|清扫|整理|搬(?:开|到|走)|铲|收割|收购|以购代捐(?=买|购|收)|买(?!卖|不)|购买|采购|匀|赊|砌|盖(?:上|起)|拉(?:了)?[块彩]|补种|消毒|打药|喷药|捐|募捐|众筹|做(?:了)?(?:[一-鿿]{0,5}(?:工作|思想|解释|登记|联系卡|筛查|体检|检查|鉴定))|寻(?:了)?(?=个|人|匠)|砌|盘炕|除(?=草|雪)|栽|喂|劈|担水|挑水|理发|剪(?=了?(?:头发|指甲))|[代补预]?缴(?=了?(?:医保|养老|费|电费|社保))|列入|列进|预约|(?<=[里府委办局站会部上])反映|转(?=到(?:县|市|省|医))|打(?=了?(?:扫|针|疫苗|药))|量(?:了)?(?=.{0,3}(?:血压|体温|血糖))|调(?:了|换)|"
    r"画|留(?:了)?(?:张)?(?:纸条|电话)|放(?:在)?(?:了)?(?:邻居|隔壁)|发(?:朋友圈|动|放|招聘|布|了)|通知|疏散|撤离|检修|加固|量(?:了)?地|丈量|取样|送检|挂(?:失|号)|补办|激活|教会|搭(?!理)|除草|认证|建(?=档|卡|联系)|问(?:信用社|了?民政|了?银行|一下|问|清)|走(?:民主|法律|诉讼|程序)|商量|协商|谈(?!恋)|说(?:列入|好)|标(?:了|上)|记(?:下|录)|查(?:了)?(?=粮|低保|补贴|卡)|重新|租|借(?:了|给)|种上|弄|跑(?=镇|县|乡|民政|卫生|医|手续)|去(?=工商|民政|派出所|残联|信用社|银行|村建办|镇上|县里)|下周|后天|明天)"
)
_STEP = re.compile(rf"^(?P<ahead>(?:{_WHEN}|{_WHO}|[，, ])*)(?P<for>{_FOR})?(?P<done>(?:{_WHEN})*)(?P<verb>{_VERB})")
_AGAIN = re.compile(
    rf"^(?:{_WHO})?(?P<when>(?:明天|明儿|后天|大后天|回头|改天|过几天|下(?:个)?(?:周|月|星期|礼拜)[一二三四五六日天]?|本?周[一二三四五六日天]|月底前?|晚上))(?P<what>.{{2,}})"
)
_NOT_OURS = re.compile(
    r"出院|开学|上班|回来(?!再)|回家|卖|领(?:钱|到|工资)|到期|完工|考试|满\d|生(?:产|孩|了)?$|结婚|打工|发(?:工资|钱)|入住|搬家"
)
_THEIRS = re.compile(
    r"^(?:又|还|也|就)*(?:他|她|其(?!它|他)|户主|本人|老人|老汉|老两口|夫妻|儿子|女儿|儿媳|媳妇|男人|丈夫|妻子|老婆|老伴|爱人|家属|家人|娃|孩子|孙|亲戚|邻居|厂里|公司|老板|施工队|父|母|爸|妈|爷|奶|哥|弟|姐|妹|自己|自家|闺女|姑娘|小儿|大儿|老大|老二|子女|群众|合作社|信用社|银行|学校|政府)"
)
_NOT_DONE = re.compile(
    r"没(?:有)?(?:联系上|帮|教|讲|办|钱|人|找|法|买|签)|不(?:让|肯|愿|想|会|能|用|敢|方便|懂|了解)|想(?:找|请|让|要|申请|办|贷|买|学|换|进|参加|把|再|养|种|开)|希望|要求|嫌|怕|担心|自己|舍不得|等着|等(?=通知)|够条件|问(?:能|可|有没有|什么|啥|怎么)"
)
_DONE_FOR_THEM = re.compile(r"(?:批下来|已签约|签约|享受|发放到位|在吃药|开学|办了(?:低保|证)|已还|已办|已交)")
_ANSWERS = re.compile(
    r"^(?:我|我们|就|又|也|就?跟[他她](?:们)?|给[他她](?:们)?|对[他她])+(?P<verb>说|讲|回答|答)(?:了|是)?(?P<what>.{2,})"
)

# ------------------------------------------------------------------ cutting a clause into pieces

_CUT = re.compile(
    r"(?<=[一-鿿]{3})(?=(?:我们?就?|已经?|马上|当场|现场|立即|赶紧|及时|并|回来就|准备|打算|拟)(?:[一-鿿]{0,4}?)(?:联系|协调|对接|帮|协助|劝|动员|宣传|讲|解释|教|建议|上报|报|让|叫|喊|督促|提醒|叮嘱|垫|陪|带|给|跟|申请|登记|告诉|请|找|约|说))|"
    r"(?<=[一-鿿]{4})(?<![没不未想要求能会己可让叫喊请给来去我们已人上村里们他她其着忙助])(?=(?:联系(?!不上|人|不|方|上|好|卡|电话)|送(?:去)?(?:医院|卫生院|县|镇)|帮(?:他|她|其|忙|着|助他)|协助(?!其|他|她|不)|劝(?:他|她|其)|动员|让(?:他|她|其)|教(?:他|她|其)|给(?:他|她|其)(?:讲|说|办|装|换|联|申)|提醒|叮嘱|建议(?!是)|陪(?:他|她)|带(?:他|她)去|喊(?:他|她)|跟[^，。不]{1,5}(?:联系|说|沟通)))|"
    r"(?<=了)(?=(?:本?周|下周|星期|礼拜)[一二三四五六日天]|明天|后天|下个?[周月])|"
    r"(?<=[一-鿿]{2})(?:但是|但|因此|所以|于是|然后|另外|而且|并且|同时|以及|加上|结果)(?=[一-鿿]{2})"
)
_PART = re.compile(r"、|以及|；")


def read_findings(clauses: Iterable[str]) -> Findings:
    """Troubles and steps of help told in these clauses, which no longer say who was visited and when."""
    found = Findings()
    section = asked = ""
    for clause in clauses:
        head = _SECTION.fullmatch(clause.strip())
        if head:
            section = "problems" if head["problem"] else "measures" if head["measure"] else ""
            continue
        numbered = _NUMBERED.match(clause)
        body = clause[numbered.end() :] if numbered else clause
        if section and not numbered and section == "problems" and _STEP.match(body):
            section = ""
        for piece in _pieces(body):
            asked = _read_piece(piece, section, asked, found)
    found.problems = list(
        dict.fromkeys(phrase for phrase in found.problems if len(phrase) > 1 and not _LOSS_ONLY.match(phrase))
    )
    found.measures = list(dict.fromkeys(found.measures))
    return found


_LOSS_ONLY = re.compile(r"^(?:直接|经济|一共|总共|共|合计)*(?:损失|欠)(?:大概|大约|约|近)?[\d一二两三四五六七八九十万]")
"""A sum without what was lost: it stands among the amounts."""
_SECTION = re.compile(
    r"(?:[一二三四五六1-9][、.．]?)?(?:(?P<problem>(?:目前|当前|现|主要)?(?:存在)?的?(?:主要)?(?:问题|困难|诉求|困难诉求|困难问题|难处|需求)(?:及诉求|和困难|是|有|如下)?|反映(?:的)?(?:[两二三四几]件事|问题|情况|如下)?|说)|"
    r"(?P<measure>(?:帮扶|解决|处理|下步|下一步)?的?(?:措施|办法|打算|工作|计划|意见|建议|解决办法)|处理(?:情况|结果))|(?P<none>走访情况|基本情况|家庭情况|收入情况|收入核查|收入))"
)
_NUMBERED = re.compile(r"^(?:[（(]?[1-9一二三四五][）)、.．]|[①-⑨]|[一二三四五]是|其[一二三四])\s*")


def _is_whole(piece: str) -> bool:
    """Whether words before a verb stand by themselves; 交通补贴 in 交通补贴教他填了 is only what it is done to."""
    return len(piece) > _SHORT or (len(piece) > 1 and (weighs(piece) or _STEP.match(piece) is not None))


_OTHERS_DO = re.compile(
    rf"^(?:{_WHEN}|{_WHO})*(?:叫|请|组织|让|喊|安排|发动|协调|邀请|带领|动员|约|跟|和|向|与|找|同|给|为|替|去|到|对)(?!.*了$)"
)


def _pieces(body: str) -> list[str]:
    pieces: list[str] = []
    rest = 0
    for cut in _CUT.finditer(body):
        if _is_whole(body[rest : cut.start()]) and not _OTHERS_DO.match(body[rest : cut.start()]):
            pieces.append(body[rest : cut.start()])
            rest = cut.end()
    pieces.append(body[rest:])
    return [piece for piece in pieces if piece.strip()]


def _read_piece(piece: str, section: str, asked: str, found: Findings) -> str:
    """Put what one piece says where it belongs; what the family asked waits for the answer."""
    body = _LEAD.sub("", piece).strip()
    if HEARSAY.match(piece) or HEARSAY.match(body):
        return asked
    spoken = _SPEAKER.match(body)
    if spoken:
        body = body[spoken.end() :]
        if body.startswith("要") and not WELL.search(body):
            found.problems.append(body[:_LONGEST])
            return asked
    if len(body) < 2:
        return asked
    about = _TOLD_ABOUT.fullmatch(body)
    if about and not weighs(about["what"]):
        found.measures.append("讲" + about["what"].removesuffix("的"))
        return ""
    told = _TOLD.fullmatch(body)
    if told and asked:
        found.measures.extend("讲" + part for part in re.split(r"和|、|与", asked))
        return ""
    question = _QUESTION.match(body)
    if question:
        return question[1]
    step = _step(body)
    if step is not None:
        before, step_words = step
        if before and _is_trouble(before):
            found.problems.extend(_troubles(before))
        if not _ASKS_AFTER.search(step_words) and tells(step_words).help >= _HELP_WITH_VERB:
            for subject in _subjects(step_words):
                _add_step(subject, found)
            return ""
        if before:
            return asked
    if section == "measures":
        _add_step(body, found)
        return asked
    if section == "problems" and not WELL.search(body):
        found.problems.extend(short for part in _PART.split(body) if len(part) > 1 for short in _troubles(part))
        return asked
    parts = [part for part in _PART.split(body) if part]
    if not _THEIRS.match(body) and tells(body).help >= _HELP_ALONE:
        for part in parts:
            _add_step(part, found)
        return ""
    heavy = [part for part in parts if _is_trouble(part)]
    found.problems.extend(short for part in heavy for short in _troubles(part))
    return asked


_TROUBLE_WITH_WORDS, _TROUBLE_ALONE = 0.3, 0.93
"""How surely a clause must tell of trouble where the lists of words know it for trouble, and where they do not."""
_HELP_WITH_VERB, _HELP_ALONE = 0.15, 0.9
"""How surely it must tell of a step of help where it begins with a verb of helping, and where not."""


_ASKS_AFTER = re.compile(r"问(?:了|一?下)?(?:近况|情况|问)|了解(?:了)?情况|^联系在外|一起去一?趟")
_TWO_SUBJECTS = re.compile(
    r"(?P<verb>(?:宣传|宣讲|讲解?|核对|核查)了?)(?P<one>[一-鿿]{2,6})(?:、|和|及|与|以及)(?P<other>[一-鿿]{2,8})"
)


def _subjects(step: str) -> list[str]:
    """A step that names two subjects is two: 宣传医保、养老政策 tells of 医保 and of 养老政策."""
    two = _TWO_SUBJECTS.fullmatch(step)
    return [two["verb"] + two["one"], two["verb"] + two["other"]] if two else [step]


def _is_trouble(part: str) -> bool:
    if OVER.search(part) or BEFORE.search(part) or GREETING.search(part):
        return False
    known = weighs(part)
    if not known:
        part = WELL.sub("", part)
    if not known and (len(part) < _SHORTEST or _FRAME.search(part)):
        return False
    return tells(part).trouble >= (_TROUBLE_WITH_WORDS if known else _TROUBLE_ALONE)


_SHORTEST = 3
_FRAME = re.compile(
    r"^(?:走访|入户|看望|慰问|去了|到了)|[跑走看]了(?:一下|一趟|一圈|[一二两三四五六\d]+[家户])|一起去|一趟"
)


def _add_step(text: str, found: Findings) -> None:
    """Add a step; a bare verb takes what was said to be broken (胶管老化，已换新), and a quarrel settled was trouble."""
    short = _step_in_few_words(text)
    quarrel = _SETTLES.search(text)
    if quarrel:
        found.problems.append(_trouble_in_few_words(quarrel["what"]))
    if _SIGNED.fullmatch(short):
        short = "签字确认"
    if _EXPLAINS.match(short) and _RULE.search(short):
        short = "解释政策"
    bare = _BARE_VERB.fullmatch(short)
    if bare and found.problems:
        thing = _broken_thing(found.problems[-1])
        short = (bare["verb"] + thing) if thing else short
    if len(short) > 1 and short not in _SAYS_NOTHING:
        found.measures.append(short)


_SAYS_NOTHING = frozenset({"联系", "沟通", "协调", "帮忙", "答应帮", "答应"})
_SIGNED = re.compile(r"签(?:字|名|收)?")
_EXPLAINS = re.compile(r"(?:给[他她])?(?:解释|说(?!列入)|告诉|说明|解答)")
_RULE = re.compile(r"不算|规定|政策|标准|条件|不符|符合|不影响|不摘|按(?!时)")
_SETTLES = re.compile(
    r"(?:调解|反馈|处理|化解|核实|解决|调处)(?:了)?(?:上次)?(?:说|反映)?(?:的)?(?P<what>[一-鿿]{2,8}?(?:纠纷|矛盾|争吵|拖欠))"
)
_BARE_VERB = re.compile(r"(?P<verb>更?换|维?修|报修|装)(?:新的?|好|上|一?个?新)?")


def _broken_thing(problem: str) -> str:
    core = min((m.start() for pattern, _ in TROUBLE_WORDS if (m := pattern.search(problem))), default=0)
    thing = re.sub(r"(?:被|叫|遭|让)[一-鿿]{0,2}$", "", problem[:core])
    return thing if len(thing) <= 4 else thing[-2:]


_LEAD = re.compile(
    r"^(?:刚刚?|又|还|也|就是|就|现在|目前|了解到|得知|发现其?|看到|据说|其中|交谈中|谈到|(?:他|她|户主|老人|老[一-鿿])?(?:告诉我|说起?是?)(?=..)|(?:他|她|户主|老人|老[一-鿿])讲|并且?|因为?|由于|以及|还有|另外|问题是|的|：|:|，|,|一件事是|不过|可是?|只是|主要)+(?=..)"
)
_TOLD = re.compile(r"(?:我)?(?:都|也)?(?:给[他她]们?)?(?:讲|解释|说|宣传|答复|解答)(?:了|清楚|明白|过)+")
_TOLD_ABOUT = re.compile(
    r"(?P<what>(?!我|他|她|跟|和|给|对|都|也)[一-鿿]{2,10}?)(?:也|都|已经?|全)+(?:给[他她]们?)?(?:讲|宣传|解释|说明|告知|讲解)(?:了|清楚|明白|到位|过)+"
)
_QUESTION = re.compile(
    r"^(?:他|她|户主|老人|还|想|就是|又|来)*(?:问(?!题|候|诊|卷)|咨询|打听)(?:了|到|我|一下|起)*(.{2,})"
)


_SPEAKER = re.compile(
    r"^(?!我|上次|上回|之前|以前|跟|给|对|和|医生|告)[一-鿿]{0,5}?(?:说|反映|称|抱怨|埋怨|念叨|唠叨|诉苦|哭诉|表示|讲起|(?<=[他她])话)(?:了|起|是|道)?(?=[一-鿿]{2})"
)
"""Who says it is not what is said: 老爷子说, 媳妇哭诉."""


def _step(body: str) -> tuple[str, str] | None:
    """The step of help a piece tells, and what it says before; None where it tells none."""
    covered = GREETING.search(body)
    if covered:
        return None
    answer = _ANSWERS.match(body)
    if answer:
        return "", answer["verb"] + answer["what"]
    match = _STEP.match(body)
    if match and _STILL.search(body):
        return None
    if match and match["verb"].startswith("买") and not (match["for"] or "自" in match["ahead"]):
        return None
    said = match is not None and match["verb"].startswith(("答", "告", "解", "说", "回", "讲"))
    if match and (
        said or not (_NOT_DONE.search(body[: match.end() + 2]) or _DONE_FOR_THEM.search(body[: match.end() + 4]))
    ):
        later = _LATER.search(match["ahead"])
        return "", body[later.start() if later else len(match["ahead"]) :]
    again = _AGAIN.match(body)
    if again and not _NOT_OURS.search(again["what"]) and not weighs(again["what"]):
        return "", body[again.start("when") :]
    inside = _INSIDE.search(body)
    if inside and not _THEIRS.match(body) and not _NOT_DONE.search(body[: inside.end()]):
        before = body[: inside.start()]
        kept = len(before) > _SHORT or weighs(before) or bool(_THEIRS.match(before))
        return before, body[inside.start() :] if kept else body
    return None


_STILL = re.compile(r"(?:还|一直|仍|至今)没")
_SHORT = 5
"""So many characters before a verb are what it is done to (交通补贴教他填了), more are a sentence of their own."""
_LATER = re.compile(
    r"(?:明天|明儿|后天|大后天|回头|改天|过几天|(?:下个?|本)?(?:周|月|星期|礼拜)[一二三四五六日天]|下(?:个)?[周月]|月底前?|年底前?)"
)


_INSIDE = re.compile(
    rf"(?<=[一-鿿]{{2}})(?:(?:已经?|我们?|马上|当场|准备|拟|正在|再)*(?:联系(?!不上|人|方|上|好)|上报|报(?:给|到|了)|申请(?!的|书)|动员|协助|劝|叮嘱|提醒|教[他她老]|教(?=关|用|会)|帮[他她忙着]|垫(?:了|付)|解释|喊(?:了|他)|请(?:了|村)|建议|让[他她]|{_WHO}(?:给|跟|帮|去|说|讲|联)))"
)


# ------------------------------------------------------------------ in few words

_TIME = re.compile(
    r"(?:去年|今年|前年|上个?月|这个?月|上周|昨天|前天|今天|最近|近期|近来|这几天|这段时间|目前|现在|当前|一直|长期(?=卧)|每天|天天|常常|经常|已经?|刚刚?|(?:19|20)\d\d年(?:\d{1,2}月(?:份|\d{1,2}[日号])?)?|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|\d{1,2}[日号])?|[一二两三四五六七八九十\d]+(?:多)?(?:天|个多?月|年)(?:多)?(?:了|前)?)"
)
_FILLER = re.compile(
    r"(?:^|(?<=[一-鿿]))(?:他们家|她们家|他家|她家|我家|他们|她们|家里(?!没人|进|漏|停|没|断|缺|着)|家中|佢话|佢|户主|本人|其(?!他|它|中|子|妻|父|母|女|孙)|他|她(?!妈|爸)|也|都|还(?![差欠清债不没上])|又|就|才|很|非常|有点|有些|比较|特别|确实|确诊|查出|患有|(?<!隐)患(?!者)|有(?=[一-鿿]*?(?:病|癌|隐患|瘤|结石|障))|得了|因为|因|由于|反映|觉得|称|表示|(?<![舍不为])(?:了(?=.)(?!解)|着)|呢|吧|啊|嘛|哈|咧|咗|了点|一个|一下午|一上午|一下|一些|个(?=[一-鿿])|吗|存在|把|的|又犯|[一两三二四五六七八九十几\d]+(?:个|批|位|件事))"
)
"""Small words inside a longer phrase; an official leaves them out."""
_TIME_INSIDE = re.compile(rf"(?<![了过])(?:{_TIME.pattern})(?!多|[一-鿿]?$)")
_AT_THE_HEAD = re.compile(
    rf"^(?:{_TIME.pattern}|他们家|她们家|他家|她家|我家|我们家|自家|家里(?!没人|进|漏|停|没|断|缺|着)|家中|屋头(?!漏)|佢话|佢|户主|本人|其(?!他|它|中|子|妻|父|母|女|孙)|他(?!妈|爸|爹|娘|儿|哥|弟)|她(?!妈|爸|爹|娘|儿)|人(?=[瘫没])|也|都|还(?!差|欠|清|债|没)|又|就(?!是)|就是|才|很|确实|确诊(?:了|为|是)?|查出(?:来)?(?:了|是|有)?|患有?(?!者)|得了|有(?=[一-鿿]*?(?:病|癌|隐患|瘤|结石|障))|因为|因|由于|觉得|存在|一个|里(?!面)|头(?=[一-鿿]里))+(?=[一-鿿]{{2}})"
)
_AT_THE_END = re.compile(
    rf"(?:(?<=[一-鿿]{{3}})(?:了)?{_TIME.pattern}(?:了)?|呢|吧|啊|嘛|哈|咧|咗|了点|(?<=[一-鿿]{{6}})了|的|情况|问题(?<!的问题))+$"
)
_SINCE = re.compile(
    r"(?<=[一-鿿]{3})(?:[一二两三四五六七八九十\d]+(?:多)?(?:天|个多?月|年)(?:多)?了|说(?=[一-鿿]{2})|所以|导致)(?=.)"
)
_COMPLEMENT = re.compile(r"(?<=[疼痛漏咳凶病])得.*$|(?:得(?:很|厉害|凶|不行|要命|慌)|厉害|不得了)$")
_MONEY_TAIL = re.compile(
    r"(?:大概|大约|约|共|共计|一共|总共|将近)?(?:[\d.,]+|[一二两三四五六七八九十百千]+)[万千百]?(?:多)?(?:元|块钱|块)(?:左右|多)?$"
)


def _troubles(text: str) -> list[str]:
    """Each trouble of a stretch of words; a long one told without a pause may hold several."""
    if len(text) <= _LONGEST + 3:
        return [_trouble_in_few_words(text)]
    plain = _TIME.sub(lambda m: "〇" * len(m.group()), WELL.sub(lambda m: "〇" * len(m.group()), text))
    spans = sorted(match.span() for pattern, _ in TROUBLE_WORDS for match in pattern.finditer(plain))
    groups: list[tuple[int, int]] = []
    for start, end in spans:
        if groups and start - groups[-1][1] < _APART:
            groups[-1] = (groups[-1][0], max(end, groups[-1][1]))
        else:
            groups.append((start, end))
    if len(groups) < 2:
        return [_trouble_in_few_words(text)]
    # A new trouble begins with its subject, two or three characters before the word that tells it.
    ends = [0, *((max(one[1], other[0] - 3) for one, other in pairwise(groups))), len(text)]
    return [_trouble_in_few_words(text[begin:end]) for begin, end in pairwise(ends)]


def _trouble_in_few_words(text: str) -> str:
    """The trouble as it was said: only its ends are cut (who says it, since when, how much it hurts)."""
    short = re.sub(r"[（(].*?[）)]|[“”\"]", "", text.strip(' ，,。:：的“”"（）()'))
    short = _official(_LEAD.sub("", short))
    if len(short) > _SHORT_ENOUGH - 3:
        short = _TIME_INSIDE.sub("", short)
    if len(short) > _LONGEST:
        short = _SINCE.split(short, maxsplit=1)[0]
    short = REPORTS.sub("", short, count=1)
    short = _AT_THE_HEAD.sub("", short)
    short = _AT_THE_END.sub("", _COMPLEMENT.sub("", short))
    if len(short) > _SHORT:
        short = _FILLER.sub("", short)
    if len(short) > _LONGEST:
        short = _around_the_core(short)
    short = _GRADE.sub(lambda m: m.group().upper(), short)
    return short.strip(" ，,。:：的") or text


def _official(text: str) -> str:
    """The same in the words of a handbook: 娃 is 孩子, 没得 and 莫得 are 没有."""
    for pattern, word in _OFFICIAL:
        text = pattern.sub(word, text)
    return text


_OFFICIAL = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"(?<![男女二大小])(?:娃娃|娃儿|小孩子?|小娃|细路|娃)(?!鱼)", "孩子"),
        (r"没得|莫得|冇得?|么得", "没"),
        (r"[脚手]杆(?=[疼痛])", lambda m: m.group()[0]),
        (r"脑壳(?=[疼痛晕昏])", "头"),
        (r"屋头(?=[漏垮塌])", "屋"),
        (r"其妻子?", "妻子"),
        (r"其母亲?", "母亲"),
        (r"其父亲?", "父亲"),
        (r"其儿?子", "儿子"),
        (r"其女儿?", "女儿"),
    )
)
_TAKING = re.compile(r"把(?P<what>[一-鿿]{1,8}?)(?P<verb>修|填|报|办|换|搬|装|清理|拆|交|拍|重新报)(?:好|了|上|完)*$")
_GRADE = re.compile(r"[a-d](?=级)")


def _around_the_core(text: str) -> str:
    """The words about the trouble itself, where more was said."""
    plain = WELL.sub(lambda m: "〇" * len(m.group()), text)
    cores = [match for pattern, _ in TROUBLE_WORDS for match in pattern.finditer(plain)]
    if not cores:
        return text[-_LONGEST:]
    core = min(cores, key=lambda match: match.start())
    # 缺 and 想 say little without what comes after them; 漏 and 塌 say all.
    end = min(len(text), core.end() + (6 if _TAKES_OBJECT.match(core.group()) else 2))
    if len(text) - end <= _TAIL:
        end = len(text)
    start = max(0, core.start() - 6)
    joint = max(
        (
            text.rfind(word, start, core.start()) + len(word)
            for word in ("导致", "造成", "因", "在", "被", "把")
            if text.rfind(word, start, core.start()) >= 0
        ),
        default=start,
    )
    return text[start if joint - start > 4 else joint if joint else start : end]


_TAIL = 3
"""So few characters after the trouble belong to it: 存折弄丢取不到 is no 存折弄丢取."""
_TAKES_OBJECT = re.compile(r"[缺欠差想怕嫌愁占]|担心|要求|希望|请求|没|不|未|无|凑|舍不得|反映|丢|还")
_STEP_FILLER = re.compile(
    r"(?:他们家|她们家|他家|她家|他们|她们|其(?!他|它|子|妻|父|母|女|孙)|他(?!妈|爸)|她(?!妈|爸)|老人家?|户主|(?<!跟)本人|一?下午|一?上午|一下|一些|(?<=[弄买种拿带要取])点|了|着(?!火)|(?<=劝)多|(?<=菜)多|(?<=[一-鿿])多(?=[种养栽])|(?<=[去说问看办讲])过(?!来|去)|一番|吧|呢|些|个(?=[一-鿿])|及时|尽快|已经?|再(?![谈来去看打])|也|都|(?<!再)来(?=[一-鿿])|一起|先|晚上(?=先|住)|同志|有关|相关|进行|(?<=[叫喊带])上(?!门)|家里|会儿|半天|(?<!报)(?:村上|村里|镇上|乡上|县里)|(?<=[留发签填写交])[一两]?[张份条](?=[一-鿿])|当天就?|(?<=[一-鿿]{2})从[一-鿿]{2,4}(?=匀|买|拿|借)|上前|把|的(?!士|确)|[一两三二四五六七八九十几\d]+(?:个|名|位|批|台|捆|套|次|趟|吨|项)|帮忙(?=摘|砍|点|种|搬|修|收|办|拿|看)|一?下午|一?上午|(?:去|到|在)[一-鿿]{2,5}?(?=拿|买|取|领|开药|挂号|找(?=了?[个份])))"
)
_MEN = re.compile(r"(?P<n>[一二两三四五六七八九十\d]+)个人")
_VIA = re.compile(r"^(?:找|向|到|去)[一-鿿]{2,5}?(?=申请|申报|补办|挂失|办理)")
_JOINT = re.compile(
    r"(?<=[一-鿿]{4})(?:给|到|让|来(?!源)|并|后(?!续)|可以|因为|每|说|等(?!级)|，|送去|帮[忙着]|去(?!年|世))"
)
_STEP_FOR = re.compile(
    r"^(?:给|为|替|对)(?=[一-鿿])[一-鿿]{0,3}?(?=搭|盖|修|挂|讲|说|办|申|联|装|换|做|解|宣|开|买|补|争|落|量|打|协)"
)


def _step_in_few_words(text: str) -> str:
    short = text.strip(' ，,。:：“”"（）()')
    short = re.sub(r"[（(].*?[）)]|[“”\"]", "", short)
    short = re.sub(rf"^(?:{_WHO}|我)(?=..)", "", short)
    short = _MONEY_TAIL.sub("", _TIME.sub("", short)) if len(short) > _SHORT_ENOUGH else short
    short = _VIA.sub("", short)
    short = _MEN.sub(r"\g<n>人", short)
    short = _TAKING.sub(r"\g<verb>\g<what>", short)
    short = _STEP_FILLER.sub("", _official(short))
    short = _STEP_FOR.sub("", short)
    short = re.sub(
        r"^(?:跟|和|与|同|向|找)(?P<whom>[一-鿿]{1,6}?)(?P<verb>联系|沟通|对接|协调)(?=[一-鿿]|$)",
        r"\g<verb>\g<whom>",
        short,
    )
    if len(short) > _SHORT_ENOUGH:
        joint = _JOINT.search(short, 4, _LONGEST_STEP + 2)
        short = short[: joint.start() if joint else _LONGEST_STEP]
    return short.strip(" ，,。:：") or text
