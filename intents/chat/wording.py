"""What 小爱 says when no language model is there to chat with."""

HELLO = "你好呀，我是{name}。想看小视频就跟我说一句，比如熊猫吃竹子的视频。"
THANKS = "不客气，随时叫我。"
ABLE = "我会拍小视频。这样说就行：生成一个熊猫吃竹子的视频。"
STOP = "好，先不拍。想看的时候再叫我。"
PRAISE = "喜欢就好。还想看什么，跟我说一句。"
BYE = "好，回头见。想看小视频随时叫我。"
OTHER = "这个我还答不好。拍小视频我在行，比如说：来段小猫玩毛线的视频。"
