"""What the owner reads about the WeCom bot, on the page and in the terminal."""

AWAY = "企业微信连不上，正在重连。"
WRONG_SECRET = "企业微信说机器人的编号或密钥不对，请重新抄一遍再启动。"
REFUSED = "企业微信不让这个机器人连接（错误码 {code}），请到管理后台看一下它还在不在。"
KICKED = "有另一个程序用同一个机器人连上了企业微信，我先退下；停掉那一个，再重新启动我。"
NO_SECRET = "企业微信还没有机器人的编号和密钥。"
SET_SECRET_CURE = "没有机器人的编号和密钥，写进环境变量 WECOM_BOT_ID 和 WECOM_BOT_SECRET"

NO_SECRET_CURE = (
    "在企业微信管理后台建一个智能机器人，选 API 模式和长连接，"
    "把它的 Bot ID 和 Secret 写进环境变量 WECOM_BOT_ID 和 WECOM_BOT_SECRET，"
    "或者写进文件，用 …_FILE 指过去"
)
RUNNING = "企业微信：群影正在运行，就不再连一次了（会把它挤下线）；它好不好，页面上看得到"
UP = "企业微信：连上了，机器人认得"
BAD_SECRET = "企业微信：机器人的编号或密钥不对（错误码 {code}）"
BAD_SECRET_CURE = "到管理后台的智能机器人里重新抄 Bot ID 和 Secret；Secret 重置过的话，旧的就没用了"
UNREACHABLE = "企业微信：连不上 {url}"
UNREACHABLE_CURE = "看一下网络；私有部署的企业，把 bot.wecom.ws_url 改成自己的长连接地址"
