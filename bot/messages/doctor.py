"""What `bangfu doctor` finds, and what to do about it."""

from collections.abc import Sequence

SETTINGS = "设置"
STORE = "数据库"
CLOCK = "时钟"
DELIVERY = "提醒发送"
REDIS = "Redis"
CATALOGUE = "政策目录"
OFFICIAL_ACCOUNT = "公众号"
WECOM = "企业微信"
PLATFORMS = "公众号和企业微信"

WRONG_KEYS = (
    "打不开库里已有的证件号、电话：BANGFU_SECRET_KEYS 不是当初用的密钥，请把旧密钥也填上，新的在前。"
    "密钥真的丢了，运行 bangfu doctor 看哪些还能补。"
)
NO_REDIS = "连不上 Redis：请检查 BANGFU_REDIS_URL。没有 Redis 也能运行，但多个进程会各自取令牌。"
NOT_CONFIGURED = "公众号和企业微信都没有配置，至少要配好一个才能启动服务。"

ALL_WELL = "一切正常。"
NOT_WELL = "有问题要处理，见上。"

_ADVICE = {
    40001: "AppSecret 不对，或令牌被别的程序顶掉。请核对密钥，并确认只有本程序在取令牌。",
    40013: "AppID 或 CorpID 不对，请到后台核对。",
    40125: "AppSecret 不对，请到后台核对或重置。",
    40164: "本机的出口IP不在公众号的IP白名单里，请到“设置与开发－基本配置”加上。",
    40243: "AppSecret 已被冻结，请到后台解冻。",
    48001: "这个账号没有该接口的权限，请确认是已认证的服务号。",
    50002: "账号被限制，请登录后台查看。",
    60020: "本机的出口IP不在企业微信应用的可信IP里，请到应用详情页加上。",
    61004: "本机的出口IP不在白名单里，请到后台加上。",
    89503: "IP要等管理员确认，请管理员在微信里点确认。",
}


def finding(what: str, advice: str | None) -> str:
    """One line: well, or what to do."""
    return f"正常  {what}" if advice is None else f"不对  {what}：{advice}"


def catalogue_mistakes(count: int) -> str:
    """The catalogue has mistakes."""
    return f"有{count}处错误，运行 bangfu policies check 看是哪几处。"


def clocks_apart(seconds: int) -> str:
    """This machine and the database tell different times."""
    return f"本机和数据库的时间差{seconds}秒，请校准时间（NTP），否则提醒会早发或晚发。"


def delivery_stands_still(count: int) -> str:
    """Promises wait past their time."""
    return f"有{count}条到点15分钟还没发，请确认 bangfu worker 或 bangfu serve 在运行。"


_CIPHERS = {"aes": "AES-256-GCM", "sm4": "国密 SM4-GCM"}


def keys(cipher: str, key: str) -> str:
    """What new values are sealed with."""
    return f"密钥（{_CIPHERS[cipher]}，新内容用密钥 {key}）"


def keys_missing(count: int, keys: Sequence[str]) -> str:
    """Values are there that none of the keys opens."""
    return (
        f"库里有{count}个内容打不开（是密钥 {'、'.join(keys)} 封的）：BANGFU_SECRET_KEYS 不是当初用的密钥，"
        "请把旧密钥也填上，新的在前。密钥真的丢了，就再导入一次原来的表格，证件号、电话和卡号会补回来；"
        "姓名、户类型、走访记录这些没有加密，还在；没说完的对话和没发出的话找不回来。"
    )


def under_older_keys(count: int) -> str:
    """Values remain under another key than the newest, or of another cipher than the one in force."""
    return f"还有{count}个内容是旧密钥或旧算法封的，旧密钥不能拿掉。请运行 bangfu keys rotate 换成新的。"


def platform_refuses(errcode: int | None) -> str:
    """The platform did not take our credentials."""
    if errcode is None:
        return "连不上接口，请检查网络和 API_BASE。"
    return _ADVICE.get(errcode, f"接口返回错误码{errcode}，请到后台核对凭据。")
