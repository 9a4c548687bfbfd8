"""Everything 小爱 says outside her intents. Chinese only, short, always with a way out."""

from collections.abc import Iterable

from bot.records import Makes

HERE = "我在呢，想看什么画面，说一句就行。"
SURPRISED = "我刚才走神了，麻烦再跟我说一遍。"
SLOW = "我想了太久还没想好，过一会儿再跟我说一遍。"
CANNOT_HEAR = "这段语音我听不懂，打字告诉我好吗？"
NEVER_MIND = "好的，那就先不做了。"
FORGOTTEN = "那一段我这里已经没有了，再说一遍我重新拍。"
TOO_LARGE = "这段太大，这里发不出来，请管电脑的家人到网页上看。"
PICTURE_TOO_LARGE = "这张太大，这里发不出来，请管电脑的家人到网页上看。"
GONE = "那段视频没能留住，再说一遍我重新拍。"
LATER = "还没好，比刚才想的久，大概还要{minutes}分钟。"

FAILED = "这段没拍成，过一会儿再跟我说一遍。"
FAILED_BY_CODE = {
    "cancelled": "这段已经取消了，想拍的时候再叫我。",
    "out_of_memory": "这段太吃力，机器没拍下来。说短一点我再试。",
    "disk_full": "电脑的存储满了，腾出地方再叫我拍。",
    "worker_lost": "拍到一半机器停了，再说一遍我重新拍。",
    "prompt_too_long": "画面说得太细了，拣要紧的再说一遍。",
    "flat_video": "拍出来是一片空白，换个说法我再试。",
    "not_finite": "拍出来的画面坏了，再说一遍我重新拍。",
    "wrong_shape": "拍出来的画面坏了，再说一遍我重新拍。",
    "encode_failed": "拍好的没能存下来，再说一遍我重新拍。",
    "finish_failed": "这段没能改好，过一会儿再跟我说一遍。",
    "film_failed": FAILED,
    "engine_failed": FAILED,
    "moderated": "这个内容拍不了，换个别的，我马上来。",
    "cloud_arrears": "拍片子的账户没钱了，请管电脑的家人看一下。",
    "cloud_auth": "拍片子的钥匙不对，请管电脑的家人看一下。",
    "cloud_rate_limited": "拍片子的地方太忙了，过一会儿再跟我说一遍。",
    "cloud_timeout": "拍得太久没拍完，过一会儿再跟我说一遍。",
    "cloud_expired": "拍好的没能取回来，再说一遍我重新拍。",
    "cloud_unavailable": "拍片子的地方没应声，过一会儿再跟我说一遍。",
    "cloud_bad_request": "拍片子的地方不认这个要求，换个说法我再试。",
    "model_load_failed": "拍片子的模型坏了，请管电脑的家人看一下。",
    "model_not_ready": "拍片子的模型不在了，请管电脑的家人看一下。",
    "model_not_found": "拍片子的模型不在了，请管电脑的家人看一下。",
    "card_failed": "显卡出了毛病，过一会儿再跟我说一遍。",
}

PICTURE_GONE = "那张图没能留住，再说一遍我重新画。"
PICTURE_FAILED = "这张没画成，过一会儿再跟我说一遍。"
PICTURE_FAILED_BY_CODE = {
    "cancelled": "这张已经取消了，想画的时候再叫我。",
    "out_of_memory": "这张太吃力，机器没画下来。说简单一点我再试。",
    "disk_full": "电脑的存储满了，腾出地方再叫我画。",
    "worker_lost": "画到一半机器停了，再说一遍我重新画。",
    "prompt_too_long": FAILED_BY_CODE["prompt_too_long"],
    "flat_image": "画出来是一片空白，换个说法我再试。",
    "not_finite": "画出来的图坏了，再说一遍我重新画。",
    "wrong_shape": "画出来的图坏了，再说一遍我重新画。",
    "encode_failed": "画好的没能存下来，再说一遍我重新画。",
    "finish_failed": "这张没能改好，过一会儿再跟我说一遍。",
    "film_failed": PICTURE_FAILED,
    "engine_failed": PICTURE_FAILED,
    "moderated": "这个内容画不了，换个别的，我马上来。",
    "cloud_arrears": "画画的账户没钱了，请管电脑的家人看一下。",
    "cloud_auth": "画画的钥匙不对，请管电脑的家人看一下。",
    "cloud_rate_limited": "画画的地方太忙了，过一会儿再跟我说一遍。",
    "cloud_timeout": "画得太久没画完，过一会儿再跟我说一遍。",
    "cloud_expired": "画好的没能取回来，再说一遍我重新画。",
    "cloud_unavailable": "画画的地方没应声，过一会儿再跟我说一遍。",
    "cloud_bad_request": "画画的地方不认这个要求，换个说法我再试。",
    "model_load_failed": "画画的模型坏了，请管电脑的家人看一下。",
    "model_not_ready": "画画的模型不在了，请管电脑的家人看一下。",
    "model_not_found": "画画的模型不在了，请管电脑的家人看一下。",
    "card_failed": FAILED_BY_CODE["card_failed"],
}

SMALLER = "机器有点吃力，这段{how}。"
PICTURE_SMALLER = "机器有点吃力，这张{how}。"
# what a family notices of a step down; the others it does not see
SEEN = {
    "fewer_frames": "短了一些",
    "tiles_": "也许有淡淡的接缝",
    "streamed": "慢了一点",
    "decode_on_cpu": "慢了一点",
    "standard_tier": "慢了一点",
}


def failed(code: str, makes: Makes = "video") -> str:
    """What to say about a film or a picture that came to nothing."""
    if makes == "image":
        return PICTURE_FAILED_BY_CODE.get(code, PICTURE_FAILED)
    return FAILED_BY_CODE.get(code, FAILED)


def smaller(step_downs: Iterable[str], makes: Makes = "video") -> str:
    """What to say beside a film that was made smaller so that it fitted; empty as a rule."""
    codes = list(step_downs)
    seen = [how for start, how in SEEN.items() if any(code.startswith(start) for code in codes)]
    if not seen:
        return ""
    template = PICTURE_SMALLER if makes == "image" else SMALLER
    return template.format(how="，".join(dict.fromkeys(seen)))


def too_large(makes: Makes) -> str:
    """What to say when nothing makes it small enough for this chat."""
    return PICTURE_TOO_LARGE if makes == "image" else TOO_LARGE


def gone(makes: Makes) -> str:
    """What to say when the service knows no more of what it promised."""
    return PICTURE_GONE if makes == "image" else GONE
