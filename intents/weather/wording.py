"""What 小爱 says about the weather."""

NO_FORECAST = "天气我还没接上，请管电脑的家人看一下。"
WHERE = "你家在哪个城市？告诉我，以后就不用再问了。"
DAY = "{town}{day}{sky}，{low}到{high}度。"
