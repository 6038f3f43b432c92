"""家庭变动: what the office is told of a change it makes or may not make, and what the households hear of it."""

NOBODY_ELSE = "没有别人了"


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
    return f"{number}这一户已经有了走访、申请或发放记录，不能撤回分户。可以办并户。"
