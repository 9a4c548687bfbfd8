"""Numbers of the weather services in words: WMO weather codes, wind in the Beaufort scale."""

SKIES = {
    0: "晴", 1: "晴", 2: "多云", 3: "阴", 45: "雾", 48: "雾",
    51: "毛毛雨", 53: "毛毛雨", 55: "毛毛雨", 56: "冻雨", 57: "冻雨",
    61: "小雨", 63: "中雨", 65: "大雨", 66: "冻雨", 67: "冻雨",
    71: "小雪", 73: "中雪", 75: "大雪", 77: "米雪",
    80: "小阵雨", 81: "阵雨", 82: "强阵雨", 85: "小阵雪", 86: "大阵雪",
    95: "雷阵雨", 96: "雷阵雨伴冰雹", 99: "强雷阵雨伴冰雹",
}  # fmt: skip
# the strongest wind of each force from 0 on, in km/h
FORCES_KMH = (1, 5, 11, 19, 28, 38, 49, 61, 74, 88, 102, 117)
DIRECTIONS = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")


def sky(code: float | None) -> str:
    """Empty for a code that is not known."""
    return SKIES.get(int(code), "") if code is not None else ""


def force(kmh: float) -> int:
    """0 to 12."""
    return sum(kmh > most for most in FORCES_KMH)


def direction(degrees: float) -> str:
    """Where it comes from: 0 is the north."""
    return DIRECTIONS[round(degrees / 45) % 8]
