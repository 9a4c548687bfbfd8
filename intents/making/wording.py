"""How long something takes, as people say it."""

WAIT = "大约{wait}。"
SOON = "不到1分钟就好。"
SECONDS = "{count}秒"
MINUTES = "{count}分钟"
HOURS = "{count}小时"

STILL_FULL = "还排着呢，等一等再说。"

IN_STYLE = "{wish}，{style}风格"
