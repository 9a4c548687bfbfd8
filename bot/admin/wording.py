"""What 小爱 says to who looks after her, and to everybody about their own share."""

STATE = "{service}，在拍{filming}段，排队{queued}段。"
SERVICE_GOOD = "拍视频的机器正常"
READY = "拍好还没发的{ready}段。"
SERVICE_AWAY = "拍视频的机器没应声，我这里还有{owed}段没送出去。"
IS_PAUSED = "现在先歇着，说继续就接着拍。"
TODAY = "今天一共拍了{clips}段，画了{pictures}张。"

QUEUE_EMPTY = "现在没有在拍的。"
QUEUE = "还没送到的有{count}段："
QUEUED = "{n}. {name}要的{wish}"
ELSEWHERE = "{n}. 别处的一段"
SOMETHING = "一段"
MORE = "后面还有{count}段。"

CANCELLED = "好，第{n}段取消了。"
NO_SUCH = "没有第{n}段，说队列看看都有哪些。"
OVER = "第{n}段已经拍完或者取消了，说队列看看还有哪些。"
CANNOT_CANCEL = "拍视频的机器没应声，过一会儿再说一次。"

PAUSED = "好，先歇着，新的不接了。说继续就接着拍。"
PAUSED_ALREADY = "已经歇着了，说继续就接着拍。"
GOING_ON = "好，接着拍。"
NOT_PAUSED = "本来就没歇着。"

GRANTED = "好，{name}以后一天可以拍{count}段。"
BELOW_NONE = "一天几段不能比零还少，零就是先不拍。"
GRANTED_NONE = "好，先不给{name}拍片子。"
UNKNOWN_PERSON = "这里我没见过{name}，先让他跟我说句话。"
TWO_OF_A_NAME = "叫{name}的有{count}个人，我分不清，先让一个人换个名字。"

NOBODY = "今天还没有人让我拍过。"
SHARES = "今天："
SHARE = "{name}：{clips}段，{pictures}张"

OWN = "今天你拍了{clips}段，{clips_left}；画了{pictures}张，{pictures_left}。"
LEFT = "还能有{count}"
NO_LIMIT = "后面不限"

HELP_LIMITS = "说我的额度，看今天还能拍多少；说忘记我，我就把你的都删掉。"
HELP_ADMIN = "你还能说：状态、队列、取消几、暂停、继续、谁用了多少。"
HELP_GRANT = "额度加上他的名字和几段，就是给他一天拍几段。"

FORGOTTEN = "好，你说过的话、照片、片子和记着的都删了，没拍完的也取消了。"
