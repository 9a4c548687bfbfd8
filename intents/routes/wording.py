"""What 小爱 says about the way."""

NO_MAP = "地图还没接上，路线我查不了。可以请管电脑的家人看一下。"
WHERE_TO = "想去哪里？"
WHERE_FROM = "从哪里出发？"
THERE = "从{start}到{end}，可以{way}。"
