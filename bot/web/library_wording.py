"""What the clip library says to the family and to the owner, in Chinese."""

PRIVATE = "{name}的私聊"
UNNAMED = "群聊"
SOMEBODY = "家里人"
DRAWN = "一张图"
FILMED = "一段视频"
DURATION = "{seconds}秒"
FILE_NAME = "{day}-{words}"

# what comes of 再发一次
SENT_AGAIN = "好，这就再发一次到{room}。"
CHANNEL_OFF = "{channel}这会儿没开，开了再发。"
GONE = "这一条已经不在了。"
EMPTY_ROOM = "那个聊天里还没人说过话，发不过去。"
DISK = "电脑没能记下来，过一会儿再试。"
