"""What 小爱 says about the weather."""

NO_FORECAST = "天气我还没接上，请管电脑的家人看一下。"
SLOW = "天气那边半天没应声，过一会儿再问我。"
HOME = "你家在哪个城市？告诉我，以后就不用再问了。"
NOTED = "记住了，以后不说地方就是{town}。"
WHICH = "叫{name}的地方不止一个，你问的是哪一个？"
UNKNOWN = "没查到{name}的天气，换个说法再试试。"
OURS = "{name}在哪里我还不知道，先告诉我：记住{name}是什么地方。"
WHICH_DAY = "这是哪一天我算不准，说几月几号就行。"
PAST = "过去的天气我查不到，今天往后的可以问我。"
FAR = "{day}还太远，最远只看得到{last}。"
NO_MORE = "再往后的还看不到。"
NO_AIR = "空气、湿度这些，我现在还看不到。"

CAPITAL = "{province}省会{town}"
CAPITAL_AUTONOMOUS = "{province}首府{town}"

# parts of a line; a part that is not known is left out with its comma
RANGE = "{low}到{high}度"
ONE_DEGREE = "{low}度"
BELOW = "零下{degrees}"
NOW = "现在{degrees}度，{sky}。"
NOW_DEGREES = "现在{degrees}度。"
CHANCE = "下雨的可能有百分之{rain}。"

YES_UMBRELLA = "要带伞，"
NOT_FIT = "不太合适，"
FIT = "可以，"
NO_UMBRELLA = "不用带伞，"
MAYBE_UMBRELLA = "带把伞放心些，"
YES_RAIN = "会下雨，"
NO_RAIN = "不会下雨，"
MAYBE_RAIN = "可能会下雨，"
YES_SNOW = "会下雪，"
NO_SNOW = "不会下雪，"
TAKE_UMBRELLA = "出门记得带伞。"
SNOWY = "有雪路滑，走路当心。"
WINDY = "风大，出门当心。"
FOGGY = "有雾，开车慢一点。"

CLOTHES = (  # from how many degrees on, by day
    (30, "穿短袖，注意防晒，多喝水"),
    (24, "穿短袖，早晚带件薄外套"),
    (18, "穿长袖，早晚加件薄外套"),
    (12, "穿薄毛衣，外面加件外套"),
    (5, "穿毛衣和厚外套"),
    (-5, "穿羽绒服，里面加毛衣"),
    (-99, "穿厚羽绒服，戴好帽子手套"),
)
SWING = "早晚温差大，多带一件。"

WET_DAYS = "{days}有雨"
SNOW_DAYS = "{days}有雪"
DRY_DAYS = "没有雨"
THESE_DAYS = "这几天"
