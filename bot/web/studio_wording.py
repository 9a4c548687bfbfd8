"""What the studio says to the owner, in Chinese: labels, engines, what stands in the way."""

# the engines, a sentence each
ENGINES = {"draft": "草稿动画", "draft-picture": "草稿图画"}
ON_CARD = "在这台电脑的显卡上拍，不花钱"
IN_CLOUD = "在云端拍，不花钱"
IN_CLOUD_PAID = "在云端拍，每一条都要花钱"
DRAFT = "不用显卡，几秒钟就好，只看个意思，画面上有草稿两个字"
BY_WORDS = "只能照文字拍"
BY_PHOTO = "只能让照片动起来"
BY_BOTH = "照文字拍，也能让照片动起来"
READS_CHINESE = "直接读中文"
READS_ENGLISH = "提示词由模型写成英文"
SENTENCE = "{where}；{how}；{reads}。"

# the finer settings
SIZE = "画面大小"
LENGTH = "长度"
STEPS = "步数"
GUIDANCE = "引导强度"
SEED = "种子"
TIER = "档位"
NEGATIVE = "不想看到的"
ENGINE = "机器"
MADE_SMALLER = "自动调小"
PROFILE = "配置"
GENERATOR = "出片软件"
VERSIONS = "版本"
PRECISION = "权重"
SIZED = "{width}×{height}"
LASTING = "{seconds}秒（{frames}帧）"
SECONDS = "{seconds}秒"
ALL_STAGES = "一共"
TIERS = {"standard": "标准", "fast": "快一点", "preview": "先看个样"}
STAGES = {
    "load": "装载模型",
    "embed": "读提示词",
    "denoise": "拍摄",
    "draw": "作画",
    "check": "检查画面",
    "decode": "冲洗",
    "join": "接起来",
    "finish": "后期",
    "encode": "压成视频",
    "poster": "做封面",
    "sidecar": "记录参数",
    "submit": "交代画面",
    "wait": "等云端拍",
    "download": "取回来",
}
FIELDS = {
    "size": SIZE,
    "num_frames": LENGTH,
    "seconds": LENGTH,
    "num_inference_steps": STEPS,
    "guidance_scale": GUIDANCE,
    "seed": SEED,
    "tier": TIER,
    "negative_prompt": NEGATIVE,
}

OWNER = "片场"

# what the wish is when only a photo was given
MOVE = "画面轻轻动起来"

# what stands in the way
NOT_OURS = "页面有点旧了，刷新一下再拍。"
NO_WISH = "先写一句想拍什么，或者放一张照片。"
NO_ENGINE = "这台机器现在不能用，换一台再拍。"
NEEDS_PHOTO = "这台机器要有一张照片才能拍。"
TAKES_NO_PHOTO = "这台机器用不了照片，换一台或者不放照片。"
NO_WRITER = "写提示词的模型还没接上。换一台读中文的机器，或者自己写英文提示词。"
WRITER_REFUSED = "写提示词的模型不肯写这个内容，换个说法再试。"
WRITER_OWNER = "写提示词的模型用不了，看看它的密钥和余额。"
WRITER_FAILED = "写提示词的模型这次没写好，过一会儿再试。"
ENGLISH_ONLY = "这台机器只读英文，提示词里不能有中文。"
TOO_LONG = "提示词太长，这台机器读不完，写短一点再拍。"
SMALL_PHOTO = "这张照片太小了，换一张清楚的，边长至少256像素。"
UNKIND = "照片里的人不能这样拍，换个说法。"
BAD_PHOTO = "这张照片用不了，换一张清楚一点的。"
BAD_FIELD = "“{field}”这一项这台机器不收，换一个或者空着。"
REFUSED = "拍摄服务没收下，改改参数再试。"
FULL = "排队的太多了，过一会儿再拍。"
ENOUGH = "片场已经有好几条在排队了，等拍好再来。"
AWAY = "拍摄服务没连上，等它起来再试。"
STUMBLED = "拍摄服务出了点问题，过一会儿再试。"
DISK = "电脑没能记下来，看看磁盘还有没有地方。"
GONE = "这一条已经不在了。"
PHOTO_GONE = "原来的照片不在了，放上照片重新拍一条。"

# how a take ended without a film
LOST = "拍摄服务里找不到这一条了。"
FAILED = "这一条没拍成，原因在拍摄服务的日志里。"
FAILED_BY_CODE = {
    "cancelled": "已经取消了。",
    "out_of_memory": "显存不够。画面改小一点，或者拍短一点。",
    "disk_full": "电脑的存储满了，腾出地方再拍。",
    "worker_lost": "拍到一半机器停了，再拍一次。",
    "prompt_too_long": TOO_LONG,
    "flat_video": "拍出来是一片空白，换个说法或者换个种子。",
    "not_finite": "拍出来的画面坏了，换个种子再拍。",
    "moderated": "那边不肯拍这个内容，换个说法再试。",
    "cloud_arrears": "云端的账户没钱了。",
    "cloud_auth": "云端的密钥不对。",
    "cloud_rate_limited": "云端太忙了，过一会儿再拍。",
    "cloud_timeout": "云端拍得太久没拍完，过一会儿再拍。",
    "cloud_unavailable": "云端没应声，过一会儿再拍。",
    "cloud_bad_request": "云端不认这些参数，改改再拍。",
    "model_load_failed": "模型装不起来，检查一下模型文件。",
    "model_not_ready": "模型不在了，重新下载。",
    "model_not_found": "模型不在了，重新下载。",
    "card_failed": "显卡出了毛病，过一会儿再拍。",
}
