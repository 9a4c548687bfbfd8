"""What 小爱 says when a wish is over a limit: gently, and when it works again."""

PERSON = {
    "video": "今天的{count}段用完了，明天早上再来找我。",
    "image": "今天的{count}张用完了，明天早上再来找我。",
}
PERSON_BRIEF = "今天的用完了，明天再来。"
NONE_FOR_PERSON = "现在没有给你留拍片子的额度，跟管电脑的家人说一声。"
NONE_FOR_PERSON_BRIEF = "还没给你留拍片子的额度。"
ROOM = {
    "video": "咱们今天的{count}段都拍完了，明天早上再来找我。",
    "image": "咱们今天的{count}张都画完了，明天早上再来找我。",
}
ROOM_BRIEF = "咱们今天的用完了，明天再来。"
COOL_DOWN = "让我歇口气，{wait}后再跟我说一遍。"
COOL_DOWN_BRIEF = "还没歇够呢。"
SECONDS = "{count}秒"
MINUTES = "{count}分钟"
PAUSED = "家里人让我先歇着，等说了继续我再拍。"
PAUSED_BRIEF = "我还歇着呢。"
UNWANTED = "这个内容我不拍，换个别的，我马上来。"
UNWANTED_BRIEF = "这个我不拍。"
DESPAIR = "这个我不拍。心里要是难受，跟家里人说说，也可以拨12356。"
DESPAIR_BRIEF = "这个我不拍，心里难受就跟家里人说说。"
UNCHECKED = "这会儿没法确认能不能拍，过几分钟再跟我说一遍。"
UNCHECKED_BRIEF = "还没法确认，再等几分钟。"
UNCHECKED_OWNER = "帮忙把关的那边要管电脑的家人看一下，弄好了我再拍。"
UNCHECKED_OWNER_BRIEF = "把关的那边还没弄好。"

NIGHT = "{start}到{end}不吵大家，那会儿做好的，{end}再发。"
O_CLOCK = "{hour}点"
PAST = "{hour}点{minute}分"
