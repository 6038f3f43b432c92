"""What the command line says to whoever operates the county's deployment."""

import re
from collections.abc import Sequence

PROGRAM = "帮扶通：在公众号和企业微信里帮农户问补贴、帮干部记走访、按时提醒。"
COMMANDS = "命令"
USAGE = "用法："
ARGUMENTS = "要写的"
OPTIONS = "可以加的"
HELP = "显示这段说明"
SEE_HELP = "加 --help 看用法。"
ERROR = "出错："
STOPPED = "已停止。"

MIGRATE = "建好或升级数据库的表；可以反复运行"
SERVE = "启动服务：接收公众号和企业微信的消息、网页、定时提醒"
WORKER = "只跑定时提醒和发送，不接收消息"
DEMO = "在本机演示：示例县、机器人和模拟微信，一条命令就能看"
DOCTOR = "检查设置、数据库、Redis、时钟和微信凭据，说明哪里不对、怎么改"
KEYS = "管理个人信息的加密密钥"
KEYS_NEW = "生成一把新密钥（只打印密钥，别的什么都不打印）"
KEYS_ROTATE = "换密钥：把库里的内容改用最新的密钥和定好的算法（BANGFU_CIPHER）封好，服务不用停"
KEYS_ROTATE_WHOLE = (
    f"{KEYS_ROTATE}。先把新密钥写在 BANGFU_SECRET_KEYS 最前面、旧密钥留在后面，重启全部进程，再运行它。"
    "中途断了，再运行一次就接着换。"
)
KEYS_CHECK = "只数还有多少是旧密钥或旧算法封的，不改；有就以状态 1 退出"
MENU = "把菜单放到公众号聊天窗口下面"
MENU_PUBLISHED = "菜单已放好，农户那边最多五分钟后看到。"
NO_OFFICIAL_ACCOUNT = "还没有配置公众号（BANGFU_WECHAT_…）。"
IMPORT = "导入县里的表格（.xlsx、.xls、.csv）"
INVITE = "生成一次性绑定码，交给干部或农户"
HOUSEHOLD = "一户的登记，和家庭变动"
HOUSEHOLD_SHOW = "显示一户的登记情况和历年变动（证件号、电话、卡号只显示末几位）"
VISITS = "走访记录"
VISITS_LIST = "列出走访记录"
POLICIES = "政策目录"
ENTITLEMENTS = "一户能享受什么，逐条说明条件和出处"
REMINDERS = "提醒"
REMINDERS_PLAN = "把到期该提醒的记下来，每件只记一次"
REMINDERS_LIST = "列出提醒和它们的状态"
REMINDERS_DELIVER = "把到点的提醒发出去"

JSON = "只打印一个 JSON，给程序用"
AT = "按哪个时间算，如 2026-12-01T09:00+08:00（不写时区就按本县时区）"
HOUSEHOLD_NUMBER = "户编号"
FILE = "表格文件"
DRY_RUN = "只看会改什么，不真的改"
ERRORS = "把退回的行和原因另存为这个 .xlsx，改好可再导入"
HOST = "监听地址"
PORT = "端口"
WORKERS = "进程数"
NO_SCHEDULER = "这个进程不跑定时提醒"
CADRE_PHONE = "干部的手机号"
SINCE = "从哪天起，如 2026-11-01"
ALL = "连撤回的也列出"
ON = "按哪天算，如 2026-11-22"
TEXT = "要理解的一句话；或写 evaluate 和一个带标注的文件，量它懂得多准"
JSONL = '逐行读 {"text","role"} 的文件，逐行打印结果'
ROLE = "说话的人：household（农户）或 cadre（干部）"

NOT_MIGRATED = "数据库还没有建好，请先运行 bangfu migrate。"
NO_STORE = "连不上数据库，请检查 BANGFU_DATABASE_URL，并确认数据库已经启动。"
AS_PROXY = "码给替这一户代办的人用（24小时有效），后面可以写这一户怎么称呼他；和 --household 一起写"
PROXY_OF_A_HOUSEHOLD = "--proxy 要和 --household 一起写"
CALLED_TOO_LONG = "称呼最多10个字"
STORE_BUSY = "数据库正被别的操作占着（比如另一次导入），这次什么也没有改。请等它做完再来一次。"
STORE_FULL = "存数据库的磁盘写不进去（多半是满了），这次什么也没有改。请腾出空间再来一次。"
STORE_READ_ONLY = "数据库现在只能读、不能写，这次什么也没有改。请检查数据库文件和文件夹的权限，或数据库是不是备机。"
STORE_LOST = "和数据库的连接中途断了，没做完的都没有改。请确认数据库已经启动，再来一次。"
ONE_OF_BOTH = "--cadre 和 --household 要写一个，也只写一个"
NO_SUCH_HOUSEHOLD = "没有这个户编号。请核对后再试。"
NO_SUCH_CADRE = "没有登记这个手机号的干部。请先导入干部名单，或核对号码。"
NOT_A_TIME = "时间要写成 2026-12-01T09:00+08:00 这样。"
NOT_A_DATE = "日期要写成 2026-11-22 这样。"
NOT_A_PORT = "要写 1 到 65535 的数字"
NOT_A_COUNT = "要写 1 以上的数字"
TEXT_OR_FILE = "请给一句话（整句用引号括起来），或用 --jsonl 给一个文件，或写 evaluate 和一个文件"
SAID_ROW = '{"text": "钱来了没", "role": "household", "today": "2026-11-22"}'
LABELLED_ROW = '{"text": "钱来了没", "role": "household", "intent": "benefit_status", "slots": {}}'
MIGRATED = "数据库已是最新。"


def wrong_usage(what: str) -> str:
    """The arguments do not fit."""
    return f"用法不对：{what.rstrip('。')}。{SEE_HELP}"


_MISFITS = (
    (re.compile(r"the following arguments are required: (.+)"), r"还缺 \1"),
    (re.compile(r"unrecognized arguments: (.+)"), r"不认识 \1"),
    (re.compile(rf"argument {COMMANDS}: invalid choice: '(.*)'.*\(choose from (.+)\)"), r"没有 \1 这个命令，可以写 \2"),
    (re.compile(r"argument (.+?): invalid choice: '(.*)'.*\(choose from (.+)\)"), r"\1 不能写 \2，可以写 \3"),
    (re.compile(r"argument (.+?): expected one argument"), r"\1 后面要写一个值"),
    (re.compile(r"argument (.+?): ignored explicit argument '(.*)'"), r"\1 后面不用写 \2"),
    (re.compile(r"argument (.+?): (.+)"), r"\1 \2"),
)


def misfit(message: str) -> str:
    """What Python's own argument parser found, in Chinese."""
    for pattern, sentence in _MISFITS:
        found = pattern.fullmatch(message)
        if found is not None:
            return found.expand(sentence).replace("'", "").replace(", ", "、")
    return message


def no_such_command(name: str) -> str:
    """Nothing goes by that name."""
    return f"没有 {name} 这个命令"


def no_such_file(path: str) -> str:
    """The file is not there."""
    return f"找不到文件 {path}。"


def cannot_read(path: str) -> str:
    """The file is there, but not what it should be."""
    return f"文件 {path} 读不了。请确认它是 UTF-8 的文本文件，并且允许读取。"


def cannot_write(path: str) -> str:
    """A file cannot be written there."""
    return f"写不了 {path}。请换一个已有的、允许写入的文件夹。"


def imported_without_errors_file(path: str) -> str:
    """The import has landed; only the workbook of rejected rows has not."""
    return f"导入已完成，但退回的行没能另存：{cannot_write(path)}"


def imported_without_list(path: str) -> str:
    """The import is done; only a list for the office has not been written."""
    return f"导入已完成，但名单没能另存：{cannot_write(path)}"


_SEALED_IN = {
    "cadre": "干部电话",
    "household": "农户电话和卡号",
    "member": "成员证件号和电话",
    "disbursement": "发放的卡号",
    "conversation": "没说完的对话",
    "inbox": "收到的消息和回复",
    "outbox": "要发的话",
    "import_batch": "撤回导入用的核对码",
    "import_change": "导入前的旧号码",
    "audit_head": "审计记录的签名",
}
OLD_KEY_MAY_GO = "全部都用最新的密钥和定好的算法封好了。现在可以把旧密钥从 BANGFU_SECRET_KEYS 里拿掉，再重启全部进程。"


def rotating(table: str, count: int) -> str:
    """How far a rotation has come in one table."""
    return f"{_SEALED_IN.get(table, table)}：已换{count}个"


def rotated(table: str, done: int | None, left: int) -> str:
    """One table at the end: what was done, where something was to be done, and what is left."""
    name = _SEALED_IN.get(table, table)
    return f"{name}：还有{left}个是旧密钥或旧算法封的" if done is None else f"{name}：换了{done}个，还剩{left}个"


def under_older_keys(count: int) -> str:
    """Something is still sealed under older keys."""
    return f"还有{count}个是旧密钥或旧算法封的，旧密钥要留着。运行 bangfu keys rotate 换成新的。"


def still_under_older_keys(count: int) -> str:
    """A rotation has not come to its end."""
    return (
        f"还有{count}个没有换成，旧密钥先别拿掉。先确认全部进程都已用新的 BANGFU_SECRET_KEYS 重启，再运行一次；"
        "还是换不了的，是它的密钥不在 BANGFU_SECRET_KEYS 里，或者有两个干部登记了同一个号码。"
    )


def codes_under_any_key(count: int, until: str) -> str:
    """Binding codes cannot be sealed anew, since the store does not know them."""
    return (
        f"另有{count}个绑定码还没用，最晚{until}过期。"
        "换钥之前发出的，拿掉旧密钥后就不能用了：等到那天再拿，或者重新发码。"
    )


def bad_line(number: int, wanted: str) -> str:
    """One line of a JSONL file cannot be read."""
    return f"第{number}行不对：每行要写成 {wanted} 这样的 JSON 对象。"


def unexpected(kind: str) -> str:
    """Our fault, on the command line."""
    return f"没有办成（{kind}）。请把这句话和 bangfu doctor 的结果一起告诉维护人员。"


def port_taken(port: int) -> str:
    """Somebody else listens there."""
    return f"端口 {port} 已被占用。请换一个：PORT=8001 make demo，或 bangfu serve --port 8001。"


def kinds(names: Sequence[str]) -> str:
    """What kinds of table there are."""
    return f"哪种表格：{' '.join(names)}"


def cannot_listen(host: str) -> str:
    """The address is not one of this machine's."""
    return f"不能在 {host} 上监听。--host 请写本机的地址，如 127.0.0.1 或 0.0.0.0。"


def invited(code: str, until: str, *, proxy: bool) -> str:
    """A code was made: for who is of the household or the cadre, or for who will speak for the household."""
    return f"{'代办码' if proxy else '绑定码'} {code}，{until}前有效，只能用一次。"


def imported(batch: int | None, read: int, created: int, updated: int, unchanged: int, rejected: int) -> str:
    """The sums of an import."""
    head = "试算，没有写入" if batch is None else f"第{batch}批"
    return f"{head}：读{read}行，新增{created}，更新{updated}，未变{unchanged}，退回{rejected}。"


def rows_read(rows: int) -> str:
    """How far an import has read."""
    return f"已读{rows}行"


def planned(count: int, already: int) -> str:
    """The sums of planning."""
    return f"新记下{count}条提醒，早已记下{already}条。"


def delivered(*, sent: int, fallback: int, deferred: int, failed: int, skipped: int, uncertain: int) -> str:
    """The sums of delivering."""
    parts = [f"送达{sent}条，转入打电话名单{fallback}条，推迟{deferred}条，失败{failed}条"]
    if skipped:
        parts.append(f"已不用发{skipped}条")
    if uncertain:
        parts.append(f"不知送到没有{uncertain}条")
    return f"{'，'.join(parts)}。"


def mistake(file: str, line: int, key: str, what: str) -> str:
    """One mistake in the catalogue: where it is and what to do."""
    return f"{file} 第{line}行{f'（{key}）' if key else ''}：{what.rstrip('。')}。"


def mistakes(count: int) -> str:
    """The end of a check."""
    return "政策目录没有错误。" if count == 0 else f"共{count}处要改。"


CATALOGUE_REFUSED = "政策目录有错，什么也没有做。改好上面几处再来一次。"
WORKER_DIED = "有一个进程意外退出，已全部停止。请看日志。"
DEMO_KEYS = "准备演示用的密钥和数据库……"
DEMO_COUNTY = "生成示例县（名字、号码都是编的）……"
DEMO_READY = "数据已在，直接启动。"


def demo_loading(what: str) -> str:
    """One file of the sample county is being loaded."""
    return f"导入{what}……"


def demo_open(url: str) -> str:
    """The end of the start: one address to open."""
    return f"\n好了。用浏览器打开：{url}\n（按 Ctrl-C 停止，数据会留着，下次很快）"
