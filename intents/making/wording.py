"""How long something takes, as people say it."""

WAIT = "大约{wait}。"
SOON = "不到1分钟就好。"
SECONDS = "{count}秒"
MINUTES = "{count}分钟"
HOURS = "{count}小时"

IN_STYLE = "{wish}，{style}风格"
