"""家庭变动: what the office is told of a change it makes or may not make, and what the households hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass


def no_such_person(said: str) -> str:
    """Nobody of that number or name lives there."""
    return f"这一户里没有“{said}”这个人，请写人编号，或者写全名。"


def several_of_the_name(said: str) -> str:
    """The name does not say who is meant."""
    return f"这一户里叫“{said}”的不止一个，请写人编号。"


def closed(number: str) -> str:
    """Nothing can happen in a household that is gone."""
    return f"{number}这一户已经撤了，不能再办变动。"


def not_yet(day: str) -> str:
    """What has not happened is not written down."""
    return f"{day}还没到。事情发生以后再办。"


def before_birth(name: str) -> str:
    """Nothing happens to who is not born yet."""
    return f"日期比{name}的出生日期还早，请核对。"


def number_taken(number: str) -> str:
    """Two households, or two people, cannot have one number."""
    return f"编号{number}已经有人用了，请换一个。"


def lives_elsewhere(number: str) -> str:
    """The same identity number lives in another household."""
    return f"这个证件号码的人登记在{number}这一户。要转过来，请在那一户办迁出，写上转到哪一户。"


def lives_there(name: str) -> str:
    """Somebody who lives there cannot move in."""
    return f"{name}就登记在这一户，不用再迁入。"


def already_head(name: str) -> str:
    """Nothing to change."""
    return f"{name}已经是户主了。"


def head_needed(name: str) -> str:
    """Who was the head goes and others stay."""
    return f"{name}是户主，家里还有别人。请写明谁来当户主。"


def head_goes(name: str) -> str:
    """Who goes cannot be the head of those who stay."""
    return f"{name}要离开这一户，不能当这一户的户主。"


NO_HEAD_NEEDED = "这一户不用换户主，请去掉新户主再试。"
NOBODY_GOES = "请写明分出去的是哪些人。"
EVERYBODY_GOES = "全家都走，就不是分户了；这一户至少要留一个人。"
HEAD_AMONG_THEM = "新户的户主要在分出去的人里面。"
WITH_ITSELF = "一户不能并到自己。"
STILL_SOMEBODY = "家里还有人，不能撤户。先办迁出、死亡或者并户。"
NOTHING_TO_UNDO = "这一户没有可以撤回的变动。"
CHANGED_SINCE = "这次变动以后，登记又改过了，不能直接撤回。请按现在的情况另办一次变动。"


def concerned_since(number: str) -> str:
    """A later change of another household stands on it."""
    return f"{number}这一户后来又办过变动，请先撤回那一次。"


def things_since(number: str) -> str:
    """The household a split made has a life of its own by now."""
    return f"{number}这一户已经有了走访、申请、发放、公示或诉求记录，不能撤回分户。可以办并户。"


# ---- what happened, for the office and for the cadre


@dataclass(frozen=True, slots=True)
class Home:
    """A household as people name it: its number and its head."""

    number: str
    head: str | None

    @property
    def called(self) -> str:
        """王建国家, or by the number where no head is known."""
        return f"{self.head}家" if self.head else f"户编号{self.number}这一户"


@dataclass(frozen=True, slots=True)
class Happened:
    """One kind of event of one act: to whom, in which household, and where they came from or went to."""

    kind: str
    who: Sequence[str]
    home: Home
    other: Home | None


def happened(one: Happened) -> str:
    """One event in words."""
    who, home, other = "、".join(one.who), one.home.called, one.other
    match one.kind:
        case "born":
            return f"{home}添了{who}"
        case "died":
            return f"{home}的{who}去世"
        case "moved_in":
            return f"{who}到{home}落户"
        case "moved_out":
            return f"{who}离开{home}" if other is None else f"{who}从{home}转到{other.called}"
        case "head_changed":
            return f"户编号{one.home.number}的户主登记为{who}"
        case "split":
            return f"{who}从{home}分出来，另立一户（户编号{'' if other is None else other.number}）"
        case "merged":
            return f"{home}并到{'' if other is None else other.called}"
        case "closed":
            return f"{home}撤户"
        case _:
            return f"{home}上一次变动撤回"


def done(
    events: Sequence[Happened],
    *,
    closed: Sequence[Home],
    cadres: Sequence[tuple[Home, str | None]],
    accounts_moved: int,
    accounts_ended: int,
    messages_stopped: int,
    dry_run: bool,
) -> str:
    """What an act did, or would do, line by line, for the office."""
    lines = ["试算，没有写入：" if dry_run else "办好了："]
    lines += [f"{happened(one)}。" for one in events]
    lines += [f"{one.called}没有人住了，登记撤户。" for one in closed]
    lines += [f"{home.called}的帮扶干部：{cadre or '还没有，请尽快指定'}。" for home, cadre in cadres]
    if accounts_moved:
        lines.append(f"{accounts_moved}个微信账号跟着本人到新户。")
    if accounts_ended:
        lines.append(f"{accounts_ended}个微信账号不再绑定这一户。")
    if messages_stopped:
        lines.append(f"{messages_stopped}条没发的提醒和没打的电话不再办。")
    return "\n".join(lines)


def to_cadre(events: Sequence[Happened], closed: Sequence[Home]) -> str:
    """To the cadre of the households: the register has changed."""
    told = [happened(one) for one in events] + [f"{one.called}撤户" for one in closed]
    return f"登记有变动：{'；'.join(told)}。名单已经更新，走访时请按新的登记来。"


TO_WHO_LEFT = "您已经不登记在原来那一户，这个微信不能再查那一户的事了。要查您现在的户，请重新绑定。不对的请告诉村里。"


def to_new_household(head: str | None, cadre: str | None) -> str:
    """To a household that was made by a split."""
    who = f"，户主是{head}" if head else ""
    helper = f"帮扶干部还是{cadre}。" if cadre else ""
    return f"您家已经单独登记成一户{who}。{helper}以后查补贴、查登记，看到的就是这一户的。不对的请告诉村里。"


def to_joined_household(who: Sequence[str], head: str | None) -> str:
    """To a household that somebody has joined."""
    return f"{'、'.join(who)}现在登记在{f'{head}家' if head else '您家'}这一户。不对的请告诉村里。"


# ---- the commands

SPLIT = "分户：一户里的几个人另立一户，沿用帮扶干部、户类型和致贫原因"
MERGE = "并户：一户的人全部并到另一户"
HEAD = "变更户主"
BORN = "新生：添一个人，证件号可以以后补"
DIED = "死亡：这个人不再算在任何名单里"
MOVED_IN = "迁入：从外面来的人，或者以前离开的人回来"
MOVED_OUT = "迁出：离开本县，或者转到另一户（婚嫁、投靠）"
CLOSE = "撤户：没有人住的户不再走访、不再提醒"
UNDO = "撤回这一户最近一次家庭变动"
MEMBER = "人编号，或者这一户里没有重名的姓名"
LEAVING = "分出去的人：人编号或姓名，可以写几个"
NEW_NUMBER = "新户的户编号"
NEW_HOUSEHOLD_HEAD = "新户的户主：人编号或姓名；不写就是分出去的第一个人"
NEW_HEAD = "户主走了谁来当户主：人编号或姓名"
AREA_CODE = "新户的行政区划代码；不写就和原来一样"
INTO = "并到哪一户：户编号"
TO = "转到哪一户：户编号；不写就是离开本县"
RELATION = "与户主关系，如 之子"
RELATIONS = "谁与户主是什么关系：人编号=关系 或 姓名=关系，可以写几个"
NAME = "姓名"
SEX = "性别：男或女"
ID_NUMBER = "证件号码；还没有就不写"
PERSON_NUMBER = "人编号；还没有就不写，先编一个临时的"
BIRTH_DATE = "出生日期，如 2026-11-22；不写就是 --on 那天"
HAPPENED_ON = "哪天发生的，如 2026-11-22；不写就是今天"
NO_SUCH_AREA = "没有这个行政区划代码。请核对后再试。"
NAME_OR_MEMBER = "--name 和 --member 要写一个，也只写一个"
RELATION_FORM = "关系要写成 人编号=关系 或 姓名=关系，如 王小红=之女"


def wrong_value(what: str, reason: str) -> str:
    """A value that cannot be read, and why."""
    return f"{what}不对：{reason}"


# ---- what a cadre or a household reports, for the village and the township to check (S10)

CONDOLENCE = "听到这个消息很难过，请您和家人节哀。"
CONGRATULATION = "恭喜恭喜！"
KINDS = {
    "died": "去世",
    "born": "添人口",
    "moved_in": "迁入",
    "moved_out": "迁出",
    "split": "分户",
    "merged": "并户",
    "head_changed": "换户主",
    "other": "改登记的信息",
}
WHAT_CHANGED = "家里有什么变动？"
WHICH_HOUSEHOLD = "是哪一户？回复数字，或者直接说户主名字。"
WHO = {
    "died": "是哪一位？",
    "moved_out": "是哪一位离开了？",
    "head_changed": "换谁当户主？",
    "split": "是哪一位要另立一户？",
}
SOMEBODY_ELSE = "不在上面"
WHO_IS_IT = "请说一下这个人的姓名，和户主是什么关系。"
WHO_HEADS_NOW = "以后谁当户主？"
DETAILS = {
    "born": "请说一下叫什么、男孩女孩。名字还没取，就回“没取名”。",
    "moved_in": "请说一下是谁，和户主是什么关系，从哪里来。",
    "merged": "请说一下并到哪一户。",
    "other": "要改成什么？请说一句完整的，比如“户主的电话改成……”。",
}
WHEN = "是什么时候的事？比如“昨天”“10月3日”；说不准就说个大概。"
TOO_LONG = "请说短一点，100个字以内。"
SAY_SOMETHING = "请说几个字。"
NOT_REPORTED = "好的，没有上报。"


def with_feeling(kind: str, question: str) -> str:
    """A question to a family, after a human word."""
    if kind == "died":
        return f"{CONDOLENCE}\n{question}"
    return f"{CONGRATULATION}\n{question}" if kind == "born" else question


def report(kind: str, parts: Sequence[str]) -> str:
    """What is reported, in one line: 去世：王建国；昨天；以后李秀英当户主."""
    return f"{KINDS[kind]}：{'；'.join(parts)}"


def heads_now(name: str) -> str:
    """Who is to be the head."""
    return f"以后{name}当户主"


def confirm(called: str, told: str) -> str:
    """Before it is reported."""
    return f"{called}，{told}。\n报给村里和镇上核实，对吗？"


def reported(kind: str) -> str:
    """It is on its way; nothing has changed yet."""
    closing = "请您多保重。" if kind == "died" else ""
    return f"已经报上去了。村里和镇上核实以后才改登记，改好前名单还和原来一样。{closing}"


def to_check(place: str, number: str, told: str, by: str) -> str:
    """To who checks: what was reported of which household, and by whom."""
    return f"家庭变动待核：{place}（户编号{number}），{told}。{by}报的。核实后请办登记。"


def by_cadre(name: str) -> str:
    """A cadre reported it."""
    return f"帮扶干部{name}"


BY_HOUSEHOLD = "农户自己"
BY_PROXY = "代办人"
