"""录音和图片: what to do instead of them, whether they are kept, and who can hear or see them."""

KINDS = {"voice": "录音", "image": "图片"}

INSTEAD = {
    "voice": "对不起，我听不懂录音。请打字，或者按住输入法上的话筒说话，它会帮您变成字。",
    "image": "对不起，我看不懂图片。请打字说一声是什么事。",
    "video": "对不起，我看不了视频。请打字说一声是什么事。",
    "shortvideo": "对不起，我看不了视频。请打字说一声是什么事。",
    "location": "不用发位置，我不看位置。请打字说一声是什么事。",
    "link": "对不起，我打不开链接。请打字说一声是什么事。",
    "file": "对不起，我打不开文件。请打字说一声是什么事。",
}
ELSE = "对不起，我现在只看得懂文字。请打字告诉我，或者用输入法的语音转成文字。"
CHANGE = "想改成留给他，回复1。"


def may_i(kind: str, who: str) -> str:
    """Once, and kept: whether what cannot be read is kept for the cadre."""
    return (
        f"{INSTEAD[kind]}\n要不要把{_called(kind)}留给{who}？只有他能打开，30天后删掉。\n"
        "回复1留，回复2不留，以后都照这样。"
    )


def kept(kind: str, name: str, phone: str) -> str:
    """It is kept: for whom, how long, and what to do where it cannot wait."""
    return (
        f"好的，这{_called(kind)}留给{name}了，30天后删掉。他看到了会找您。\n"
        f"我自己看不懂，着急的事请打字，或者打他电话{phone}。"
    )


def not_kept(kind: str) -> str:
    """It is not kept, as was wished."""
    return f"好的，{_called(kind)}没有留。{INSTEAD[kind]}"


def not_kept_as_before(kind: str) -> str:
    """It is not kept, as was wished before; that can be changed."""
    return f"{INSTEAD[kind]}\n{_called(kind)}没有留，您以前说过不留。{CHANGE}"


def _called(kind: str) -> str:
    return KINDS[kind]


# ---- to the cadre

NOTHING_KEPT = "现在没有群众留给您的录音和图片。"
NO_PAGES = "县里还没有开通网页，打不开录音和图片。请直接打电话问问他家。"


def arrived(kind: str, head_name: str | None, village: str | None, phone: str | None) -> str:
    """Something is there to be heard or seen; what it says nobody here knows."""
    ring = f"也可以打电话（{phone}）问他。" if phone else ""
    return f"{_whose(head_name, village)}发来一{_measure(kind)}，留给您。回复“录音”就能打开，30天后删掉。{ring}"


def lost(kind: str, head_name: str | None, village: str | None, phone: str | None, at: str) -> str:
    """It could not be had: said honestly, so that nobody waits for an answer to it."""
    ring = f"请打电话（{phone}）" if phone else "请找他"
    return (
        f"{_whose(head_name, village)}{at}发来一{_measure(kind)}，我们没能从微信取到，打不开了。{ring}问问他要说什么。"
    )


def listed(lines: list[str]) -> str:
    """What is there, the newest first."""
    return "\n".join(["群众留给您的：", *lines, "回复数字打开一个。"])


def line(number: int, kind: str, head_name: str | None, village: str | None, day: str) -> str:
    """One of them."""
    return f"{number} {day} {_whose(head_name, village)}，{_called(kind)}"


def link(url: str) -> str:
    """The way to the page."""
    return f"点开就能听、能看，15分钟内有效，请不要转给别人：\n{url}"


def _whose(head_name: str | None, village: str | None) -> str:
    return f"{village or ''}{head_name or '您帮扶的一'}户"


def _measure(kind: str) -> str:
    return {"voice": "段录音", "image": "张图片"}[kind]


# ---- the page

GONE_TITLE, GONE = "打不开了", "这个链接过了15分钟，或者已经删掉。请在企业微信里再回复“录音”。"
WRONG_TITLE, WRONG = "打不开", "这个链接不对，或者这一户现在不归您帮扶。"
AWAY_TITLE, AWAY = "暂时打不开", "系统正忙，请过几分钟再试。"
CANNOT_PLAY = "这段录音的格式（AMR），浏览器放不了。请下载到手机，用录音机或播放器打开，听完请删掉。"
DOWNLOAD = "下载录音"


def title(kind: str, head_name: str | None) -> str:
    """What it is, and whose."""
    return f"{_whose(head_name, None)}留的{_called(kind)}"


def received(month: int, day: int) -> str:
    """When it came, and how long it stays."""
    return f"{month}月{day}日收到，30天后删掉"
