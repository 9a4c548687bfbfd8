"""Everything the page itself says to the family and to the owner, in Chinese."""

PRODUCT = "群影"
MORE = "小助手和状态"

# the views of the page
VIEWS = "页面"
CHAT = "聊天"
STUDIO = "片场"
LIBRARY = "片库"

# shown beside the composer when a message was not taken
PHOTO_TOO_BIG = "这张照片太大了，换一张小一点的吧。"
PHOTO_UNKNOWN = "这个文件我打不开，换一张照片试试。"
PHOTO_BROKEN = "这张照片好像坏了，换一张试试。"
TOO_MANY_MESSAGES = "消息太多了，等几秒再发一次。"
NOT_KEPT = "电脑没能记下这句话，过一会儿再发一次。"
TOO_LONG = "这句话太长了，分几次说吧。"
ONLY_HERE = "这个页面只能在装了群影的电脑上打开。"

# the door, where the page has a password
LOGIN_TITLE = "群影要密码才能进"
PASSWORD = "密码"
LOGIN = "进去"
LOGOUT = "退出登录"
LOGIN_FIRST = "登录过期了，刷新页面再进来。"
WRONG_PASSWORD = "密码不对，再试一次。"
TRY_LATER = "试得太多了，等{seconds}秒再试。"
NOT_UNDERSTOOD = "页面有点旧了，刷新一下再发。"

# on and around the bubbles
SIGNS = {"text": "", "photo": "[照片]", "video": "[视频]"}
QUOTE = "引用"
LINK = "打开地图"  # the only addresses she sends

# what happens to a promised clip
WAITING_FOR = "在给{name}拍"
STAGES = {
    "load": "正在准备相机",
    "embed": "正在琢磨画面",
    "denoise": "正在拍",
    "draw": "正在画",
    "check": "正在检查画面",
    "decode": "正在冲洗",
    "encode": "正在剪成视频",
    "poster": "正在做封面",
    "sidecar": "马上就好",
    "submit": "正在交代画面",
    "wait": "正在等它做好",
    "download": "正在取回来",
    "join": "正在接起来",
    "finish": "正在加工",
}
DRAWING = "正在画"
FILMING = "正在拍"
QUEUED = "排队中"
NEXT = "马上开拍"
DONE = "拍好了，这就发出来"
FAILED = "这次没拍成"
NO_SERVICE = "正在等拍摄服务"
AHEAD = "前面还有{count}个"
ABOUT_SECONDS = "大约{count}秒"
ABOUT_MINUTES = "大约{count}分钟"
ALREADY = "已经{count}秒"
ALREADY_MINUTES = "已经{count}分钟"

# what she can do, for an empty room
HELLO = "你好，我是{name}。在群里叫我一声，有什么事就说。"
SUGGESTIONS = (
    "@{name} 生成一个熊猫吃竹子的视频",
    "@{name} 明天要带伞吗",
    "@{name} 你会什么",
)
ABILITIES_TITLE = "{name}会做这些"
ABILITY = "“@{name} {example}”"

# the owner's board
STATE_TITLE = "现在的情况"
SERVICE = "拍摄服务"
SERVICE_UP = "正常"
SERVICE_DOWN = "没连上"
WRITER = "写提示词的模型"
WRITER_MISSING = "还没接上"
ENGINES = {"draft": "草稿动画", "draft-picture": "草稿图画"}
ENGINE_READY = "可以用"
ENGINE_DRAFT = "可以用，只看个意思"
ENGINE_NOT_READY = "还不能用"

# how she can be reached, for the owner
CHANNELS_TITLE = "在哪里聊天"
CHANNEL_STATES = {
    "starting": "正在连",
    "up": "正常",
    "away": "没连上",
    "login": "等人扫码",
    "broken": "停下了",
}
CHANNEL_SINCE = "（{at}起）"
CODE = "二维码"
SCAN = "请{who}用微信扫一扫"
SOMEBODY = "家人"
TRACES = "她刚才怎么想的"
