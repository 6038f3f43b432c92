"""What an operator reads when a setting is missing or wrong."""

from collections.abc import Sequence

NEEDED = "必须填写"
NOT_A_DATABASE = "要写成 sqlite+aiosqlite:///文件 或 postgresql+asyncpg://用户:密码@主机/库名"
NOT_REDIS = "要以 redis:// 或 rediss:// 开头"
NOT_A_KEY = "每把密钥都要由 bangfu keys new 生成，多把用逗号隔开，新的在前"
NOT_A_CIPHER = "只能是 aes（AES-256-GCM）或 sm4（国密 SM4-GCM）"
NO_KEYS = "必须填写：先运行 bangfu keys new 生成一把密钥，并妥善保管；丢了密钥，库里的证件号、电话就打不开了"
NOT_A_URL = "要以 http:// 或 https:// 开头"
NOT_A_TOKEN = "要与后台填的一致，不能有空格和中文"  # noqa: S105 (a sentence)  # noqa: S105 (a sentence)
NOT_AN_AES_KEY = "是后台的 EncodingAESKey，43位英文和数字"
NOT_A_MODE = "只能是 safe（安全模式）或 plain（明文模式）"
NOT_A_NUMBER = "要填数字"
NOT_A_ZONE = "不是时区名称，一般填 Asia/Shanghai"
NO_SUCH_COUNTY = "没有这个县的政策目录，可用的在 policies/catalogue/ 下"
NO_SUCH_FOLDER = "没有这个文件夹，请先建好"
NO_PLATFORM = "公众号（BANGFU_WECHAT_…）和企业微信（BANGFU_WECOM_…）至少要配好一个"
WRONG = "填写有误"


def missing_beside(others: str) -> str:
    """One of a group is set, this one is not."""
    return f"也要填写（已经填了{others}）"


def no_env_file(path: str) -> str:
    """The file named by BANGFU_ENV_FILE is not there."""
    return f"文件 {path} 不存在或读不了"


def mistakes(lines: Sequence[str]) -> str:
    """All mistakes at once."""
    return "\n".join([f"设置有{len(lines)}处要改，改好后再启动：", *(f"  {line}" for line in lines)])
