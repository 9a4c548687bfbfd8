"""What `qunying models` says in the terminal: what is there, what is wrong, what to do."""

HUBS = {"modelscope": "魔搭", "huggingface": "Hugging Face"}

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
NO_NETWORK = "连不上 {base}；看看网络和代理，再来一次会从断的地方接着下"
ODD = "{base} 回的不是文件清单；它是不是这一家的镜像？"
CORRUPT = "{file} 下了 {times} 遍，校验和都对不上；换一家试试，加上 --from"
DISK_FULL = "磁盘满了；腾出地方再来一次，会从断的地方接着下"
NO_ROOM = "要 {need} 的地方，{folder} 只剩 {free}；腾出地方，或者把 models_dir 设到别的盘"
UNWRITABLE = "{folder} 不能写：{why}"
TAKEN = "另一个下载正在进行，等它做完"
UNSAFE = "清单里有一个不对劲的文件名：{path}"
NOT_A_MODEL = "{id} 里没有 model_index.json，不是 diffusers 的文件夹"


def size(count: int) -> str:
    """Bytes as people count them on a disk."""
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
