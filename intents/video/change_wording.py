"""What 小爱 says about clips that are there already, or being made."""

GOOD = "好嘞，"
AHEAD = "前面{ahead}个，"
UNKNOWN_WAIT = "好了就发出来。"
SOON = "马上就弄好。"

NOTHING_HERE = "这个群里我还没拍过片子，想看什么跟我说。"
NOT_FOUND = "我没找到那一段，说说它是什么样的。"
WHICH = "是哪一段？"
LABEL = "{day}{name}要的{wish}"
A_PHOTO = "照片动起来"
DAYS = ("今天", "昨天", "前天")
DAY = "{month}月{day}日"

WHAT_CHANGE = "想怎么改？比如慢一点，或者换成晚上。"
NO_WRITER = "改片子还差一步没接好。把想看的重新说一遍，我来拍。"
WRITER_FAILED = "我没想好怎么改。过一会儿再说一遍，或者换个说法。"
REFUSED = "这样改我拍不了。换个别的，我马上来。"
STILL_FILMING = "那段还在拍，拍好了再跟我说一遍。"
STILL_TO_COME = "那段还在拍，拍好了就发出来。"
JOINED = "接起来的片子不能重拍，挑其中一段说。"
FORGOTTEN = "那一段我这里已经没有了，再说一遍我重新拍。"
PHOTO_GONE = "那张照片已经没有了。把照片再发一次，我重新拍。"

QUEUED = "还在排队，前面{ahead}个，"
NEXT = "下一个就是它，"
FILMING = "正在拍，"
DRAWING = "正在画，"
STILL = "还要"
UNKNOWN = "还说不准要多久，好了就发出来。"
READY = "已经好了，马上就发出来。"
OVER = "已经发出来了，往上翻翻就能看到。"
CALLED_OFF = "刚才那个取消了，想要的时候再说一遍。"
BROKEN = "刚才那段没拍成，再说一遍我重新拍。"
NOTHING_MAKING = "现在没有在拍的，想看什么跟我说。"
AWAY = "拍视频的机器没应声，片子我都记着，好了就发。"

NOT_YOURS = "这是{name}要的，得{name}自己说不要。"
CANNOT_CANCEL = "拍视频的机器没应声，这会儿取消不了。过一会儿再说一次。"
WHICH_CANCEL = "有好几段，不要哪一段？"

REMEDY = {
    "stiff": "我让动作放开些，再拍一次。",
    "flicker": "我拍得稳一些，再来一次。",
    "ignored": "我更照着你说的，再拍一次。",
    "blurry": "我拍得细一些，再来一次。",
    "short": "我拍长一点，再来一次。",
    "long": "我拍短一点，再来一次。",
}
NO_REMEDY = {
    "stiff": "动作只能到这样了。换个动作大些的说法，我重新拍。",
    "flicker": "再稳也就这样了。换个简单点的画面，我重新拍。",
    "ignored": "我已经尽力照着拍了。换个说法，我重新拍。",
    "blurry": "再细也就这样了。换个近一点的画面，我重新拍。",
    "short": "这里一次只能拍这么长。多拍几段，我给你接起来。",
    "long": "这里拍出来就是这么长，短不了了。",
}

STYLE_KEPT = "好，以后都用{style}风格。"
STYLE_NOW = "现在都用{style}风格。"
STYLE_NONE = "现在没有定风格，怎么说就怎么拍。"
STYLE_GONE = "好，以后不用{style}风格了。"
WHICH_STYLE = "想用什么风格？比如以后都用水彩风格。"

WHAT_FINISH = "想怎么加工？可以加字幕、配乐、循环，或者改成竖屏。"
NO_MUSIC = "我没找到音乐。把歌发到群里，再说一遍。"
MUSIC_BAD = "那首歌我打不开。换一首发到群里，再说一遍。"
NO_VOICE = "配音还没接上。请管电脑的家人看一下，字幕我现在就能加。"
VOICE_FAILED = "这会儿念不出来，过一会儿再说一遍。"
WHAT_TO_SAY = "想让我念什么？再说一遍，把要念的也带上。"
MARK_STAYS = "那个小标记要一直留着，这是规定。"
LONG_CAPTION = "字太多了，画面上放不下，说短一点再试。"
TOO_FEW = "能接的片子还不够，再拍一段我就接起来。"
ONLY_CLIPS = "图片还不能这样改，说说想画成什么样，我重新画。"
