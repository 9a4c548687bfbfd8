"""What `qunying models` says in the terminal: what is there, what is wrong, what to do."""

HUBS = {"modelscope": "魔搭", "huggingface": "Hugging Face"}

COLUMNS = ("名字", "大小", "能做", "状态", "这块显卡", "许可", "哪里有")
CARD = "显卡：{name}，{size}"
CARDLESS = "没有显卡：本机的模型要指名才用，或者用云端和草稿引擎"
LEGACY = "{name}（旧）"
SERVICE = "按服务条款"
MAKES = {"video": "片子", "image": "图"}
FROM = {"text": "·文", "photo": "·照片"}
READY = "可以用"
READY_CLOUD = "有密钥，可以用"
NOT_INSTALLED = "在，但没装显卡用的组件"
NO_CARD = "在，但没有显卡"
INCOMPLETE = "不完整：{why}"
ABSENT = "没有下载"
NO_KEY = "没设密钥 {keys}"
EITHER = " 或 "
FITS = "放得下（{profile}，{need}{how}）"
INT8 = "，八位"
STREAMS = "，逐块搬，慢"
TOO_LARGE = "放不下，要 {need}"
LIST_END = "下载：qunying models pull 名字    试拍：qunying models check 名字"

UNKNOWN = "没有叫 {name} 的引擎；有 {known}"
NOTHING_TO_PULL = "{name} 不用下载"
NOT_ON = "{hub}上没有 {name}；加上 --from {other}"
HERE_ALREADY = "{name} 已经在 {folder} 了；要逐个核对校验和、重下坏的，加 --force"
PULLING = "从{hub}下载 {id} 到 {folder}"
BAR = "{files} 个文件"
CHECKING = "核对 {path}"
GONE_ON = "{files} 个文件，一共 {total}，已有 {done}"
TENTH = "已有 {percent} %"
PULLED = "{name} 下载好了，在 {folder}；试拍一个：qunying models check {name}"
STOPPED = "停下了；再来一次会从断的地方接着下"

NOT_THERE = "{hub}上没有 {id}；换一家试试，加上 --from modelscope 或 --from huggingface"
GATED = {
    "huggingface": (
        "这个模型要先登录并同意它的条款：打开 {page} 点同意，在 Hugging Face 的设置里建一个令牌，"
        "然后 export HF_TOKEN=令牌，再来一次"
    ),
    "modelscope": (
        "这个模型要先登录并同意它的条款：打开 {page} 点同意，在魔搭的个人中心取令牌，"
        "然后 export MODELSCOPE_API_TOKEN=令牌，再来一次"
    ),
}
BUSY = "{hub}现在忙不过来（{status}）；过一会儿再来一次，会从断的地方接着下"
CUT = "{hub}给的 {file} 总是不完整；换一家试试，加上 --from"
NO_NETWORK = "连不上 {base}；看看网络和代理，再来一次会从断的地方接着下"
ODD = "{base} 回的不是文件清单；它是不是这一家的镜像？"
CORRUPT = "{file} 下了 {times} 遍，校验和都对不上；换一家试试，加上 --from"
DISK_FULL = "磁盘满了；腾出地方再来一次，会从断的地方接着下"
NO_ROOM = "要 {need} 的地方，{folder} 只剩 {free}；腾出地方，或者把 models_dir 设到别的盘"
UNWRITABLE = "{folder} 不能写：{why}"
TAKEN = "另一个下载正在进行，等它做完"
UNSAFE = "清单里有一个不对劲的文件名：{path}"
NOT_A_MODEL = "{id} 里没有 model_index.json，不是 diffusers 的文件夹"

NOTHING_HERE = "这台机器上没有能试的模型；先看 qunying models list，再 qunying models pull 名字"
NOT_READY = "{name} 现在不能用：{why}"
COSTS = "{name} 的密钥在；真拍一个会花那边的额度，要拍就加 --yes"
TRYING = "正在试 {name}"
SMALLEST = "  {width}x{height}，{frames} 帧，{steps} 步"
SMALLEST_PICTURE = "  {width}x{height}，{steps} 步"
KILLED = "试的时候进程被系统结束了（信号 {signal}），多半是内存不够"
FAILED = "{name} 没通过：{why}"
PASSED = "{name} 没问题，一共 {seconds} 秒"
FILE = "拍出来的在 {file}"
STAGES = {
    "load": "读取权重", "embed": "读懂文字", "denoise": "去噪", "decode": "解码",
    "draw": "作画", "encode": "编码", "poster": "封面", "submit": "下单", "wait": "等待",
    "download": "取回",
}  # fmt: skip
SECONDS = "  {stage}：{seconds} 秒"
PEAK = "  内存最多用到 {peak}"
PROFILE = "  档位：{profile}"
STEPPED_DOWN = "  换挡：{codes}"
WHY = {
    "out_of_memory": "内存或显存不够（{message}）",
    "model_load_failed": "权重或配置读不出来（{message}）",
    "not_finite": "算出来的不是数，权重多半坏了；qunying models pull 加 --force 核对一遍",
    "flat_video": "拍出来是一片纯色，权重多半坏了；qunying models pull 加 --force 核对一遍",
    "flat_image": "画出来是一片纯色，权重多半坏了；qunying models pull 加 --force 核对一遍",
    "card_failed": "显卡出错了（{message}）",
    "disk_full": "磁盘满了（{message}）",
}


def size(count: int) -> str:
    """Bytes as people count them on a disk."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def gib(count: int) -> str:
    """Bytes as cards are sold."""
    return f"{count / 2**30:.1f} GB"
