"""Answers of Amap in their true shapes, with values of our own."""

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

Body = dict[str, Any]
OK: Body = {"status": "1", "info": "OK", "infocode": "10000"}

SPOTS: dict[str, tuple[str, str, str, str, str, float, float, str]] = {
    # name: province, city, district, citycode, adcode, lng, lat, level
    "杭州东站": ("浙江省", "杭州市", "上城区", "0571", "330102", 120.2126, 30.290851, "兴趣点"),
    "断桥": ("浙江省", "杭州市", "西湖区", "0571", "330106", 120.15131, 30.25842, "兴趣点"),
    "西湖": ("浙江省", "杭州市", "西湖区", "0571", "330106", 120.14229, 30.25275, "兴趣点"),
    "武林广场": ("浙江省", "杭州市", "拱墅区", "0571", "330105", 120.163127, 30.272459, "兴趣点"),
    "文三路100号": ("浙江省", "杭州市", "西湖区", "0571", "330106", 120.1324, 30.2763, "门牌号"),
    "灵隐寺": ("浙江省", "杭州市", "西湖区", "0571", "330106", 120.10208, 30.24062, "兴趣点"),
    "北京南站": ("北京市", "北京市", "丰台区", "010", "110106", 116.378517, 39.865246, "兴趣点"),
    "杭州": ("浙江省", "杭州市", "", "0571", "330100", 120.2099, 30.2461, "市"),
    "北京": ("北京市", "北京市", "", "010", "110000", 116.4074, 39.9042, "省"),
    "乌镇": ("浙江省", "嘉兴市", "桐乡市", "0573", "330483", 120.4895, 30.7433, "乡镇"),
    "鼓浪屿": ("福建省", "厦门市", "思明区", "0592", "350203", 118.0675, 24.4466, "兴趣点"),
}
NAMESAKES = {
    "人民广场": (
        ("上海市", "上海市", "黄浦区", "021", "310101", 121.4737, 31.2304, "兴趣点"),
        ("辽宁省", "大连市", "西岗区", "0411", "210203", 121.6109, 38.9134, "兴趣点"),
    ),
    "东京": (("广西壮族自治区", "贵港市", "平南县", "1755", "450821", 110.45148, 23.2027, "村庄"),),
}
SKIES = (("多云", "小雨"), ("小雨", "阴"), ("阴", "晴"), ("晴", "晴"))
HIGHS, LOWS = (16, 11, 9, 10), (9, 6, 0, -2)
WINDS = (("东北", "1-3"), ("北", "4"), ("西北", "5"), ("北", "≤3"))


def none(name: str) -> Body:
    """What stands for nothing: status 1 and an empty list."""
    return OK | {"count": "0", name: []}


def forecasts(adcode: str, today: date) -> Body:
    casts = []
    for n, ((day, night), high, low, (wind, power)) in enumerate(
        zip(SKIES, HIGHS, LOWS, WINDS, strict=True)
    ):
        when = today + timedelta(days=n)
        casts.append({
            "date": when.isoformat(), "week": str(when.isoweekday()),
            "dayweather": day, "nightweather": night,
            "daytemp": str(high), "nighttemp": str(low), "daywind": wind, "nightwind": wind,
            "daypower": power, "nightpower": power,
            "daytemp_float": f"{high}.0", "nighttemp_float": f"{low}.0",
        })  # fmt: skip
    told = {"city": "某市", "adcode": adcode, "province": "某省", "casts": casts}
    return OK | {"count": "1", "forecasts": [told | {"reporttime": f"{today} 09:34:38"}]}


def lives(adcode: str, today: date) -> Body:
    now = {
        "province": "某省", "city": "某市", "adcode": adcode, "weather": "多云",
        "temperature": "14", "winddirection": "东北", "windpower": "≤3", "humidity": "68",
        "reporttime": f"{today} 10:03:21", "temperature_float": "14.0", "humidity_float": "68.0",
    }  # fmt: skip
    return OK | {"count": "1", "lives": [now]}


def geocodes(address: str) -> Body:
    found = NAMESAKES.get(address) or ((SPOTS[address],) if address in SPOTS else ())
    found = found or _by_whole_name(address)
    if not found:
        return {"status": "0", "info": "ENGINE_RESPONSE_DATA_ERROR", "infocode": "30001"}
    return OK | {"count": str(len(found)), "geocodes": [_geocode(address, *it) for it in found]}


def _by_whole_name(address: str) -> tuple[tuple[Any, ...], ...]:
    """The one namesake that 辽宁省大连市西岗区人民广场 means."""
    return tuple(
        spot
        for name, spots in NAMESAKES.items()
        for spot in spots
        if "".join(dict.fromkeys((*spot[:3], name))) == address
    )


def _geocode(
    address: str, province: str, city: str, district: str, citycode: str, adcode: str,
    lng: float, lat: float, level: str,
) -> Body:  # fmt: skip
    nobody: Body = {"name": [], "type": []}
    whole = "".join(dict.fromkeys((province, city, district, address)))
    return {
        "formatted_address": whole, "country": "中国", "province": province,
        "citycode": citycode, "city": city, "district": district or [], "township": [],
        "neighborhood": nobody, "building": nobody, "adcode": adcode, "street": [],
        "number": [], "location": f"{lng:.6f},{lat:.6f}", "level": level,
    }  # fmt: skip


def regeocode(location: str) -> Body:
    """The known spot that is nearest; a municipality has no city here."""
    near = min(SPOTS.values(), key=lambda spot: _metres(location, f"{spot[5]},{spot[6]}"))
    province, city, district, citycode, adcode = near[:5]
    part = {
        "city": [] if city == province else city, "province": province, "adcode": adcode,
        "district": district, "country": "中国", "township": "某街道", "citycode": citycode,
        "streetNumber": {"number": [], "location": [], "direction": [], "distance": [],
                         "street": []},
        "businessAreas": [], "building": {"name": [], "type": []},
        "neighborhood": {"name": [], "type": []},
    }  # fmt: skip
    return OK | {"regeocode": {"addressComponent": part, "formatted_address": province + district}}


SHOPS: tuple[tuple[str, str | list[str]], ...] = (
    ("老城", "延安路500号4层"),
    ("巷口", "中山北路233号"),
    ("社区", []),
)


def places(params: Mapping[str, str]) -> Body:
    keyword, around = params.get("keywords", ""), "location" in params
    if keyword.startswith("不存在"):
        return none("pois")
    lng, lat = map(float, params.get("location", "120.15,30.26").split(","))
    more: tuple[Body, ...] = (
        {"rating": "4.7", "cost": "96.00", "tel": "0571-00000003;0571-00000004",
         "business_area": "武林", "opentime_week": "周一至周日 10:30-22:00"},
        {"rating": "4.3", "cost": "", "tel": [], "opentime_today": "17:00-02:00"},
        {},
    )  # fmt: skip
    pois = [
        {
            "parent": "", "address": address, "distance": str(118 + 300 * n) if around else "",
            "pcode": "330000", "adcode": "330105", "pname": "浙江省", "cityname": "杭州市",
            "type": "餐饮服务;中餐厅", "typecode": "050100", "adname": "拱墅区",
            "citycode": "0571", "name": f"{name}{keyword}({n + 1}店)", "id": f"B0FFM3T6Y{n}",
            "location": f"{lng + 0.003 * n:.6f},{lat + 0.002 * n:.6f}", "business": business,
        }
        for n, ((name, address), business) in enumerate(zip(SHOPS, more, strict=True))
    ]  # fmt: skip
    return OK | {"count": "3", "pois": pois}


def way(mode: str, params: Mapping[str, str]) -> Body:
    """A way on foot, by bicycle or by car, as long as the two spots are apart."""
    metres = round(_metres(params["origin"], params["destination"]) * 1.3)
    if metres > {"walking": 100_000, "bicycling": 500_000}.get(mode, 10**7):
        return {"status": "0", "info": "OVER_DIRECTION_RANGE", "infocode": "20803"}
    speed, verb = {"walking": (1.2, "步行"), "bicycling": (4.2, "骑行"), "driving": (6, "行驶")}[
        mode
    ]
    steps = [
        _step(f"沿延安路{verb}{metres // 2}米左转", "延安路", metres // 2, speed),
        _step(f"沿北山街{verb}{metres - metres // 2}米到达目的地", "", metres - metres // 2, speed),
    ]
    cost = {"duration": str(round(metres / speed))}
    path: Body = {"distance": str(metres), "cost": cost, "steps": steps}
    route: Body = {"origin": params["origin"], "destination": params["destination"]}
    if mode == "driving":
        cost |= {"tolls": "70" if metres > 100_000 else "0", "traffic_lights": "17"}
        route |= {"taxi_cost": str(13 + metres // 500)}
        path |= {"restriction": "0"}
    return OK | {"count": "1", "route": route | {"paths": [path]}}


def _step(words: str, road: str, metres: int, speed: float) -> Body:
    cost = {"duration": str(round(metres / speed))}
    return {"instruction": words, "orientation": "", "road_name": road,
            "step_distance": str(metres), "cost": cost}  # fmt: skip


def transit(params: Mapping[str, str]) -> Body:
    if not (params.get("city1") and params.get("city2")):
        return {"status": "0", "info": "MISSING_REQUIRED_PARAMS", "infocode": "20001"}
    metres = round(_metres(params["origin"], params["destination"]) * 1.4)
    route: Body = {
        "origin": params["origin"], "destination": params["destination"],
        "distance": str(metres), "cost": {"taxi_fee": "29"},
    }  # fmt: skip
    if metres < 800:
        return OK | {"count": "0", "route": route | {"transits": []}}
    metro = _ride("地铁1号线(萧山国际机场--湘湖)", "火车东站", "武林广场", "3", metres * 3 // 4)
    bus = _ride("7路(城站火车站--灵隐)", "武林广场北", "断桥", "2", metres // 5)
    plan = {
        "cost": {"duration": str(metres // 5), "transit_fee": "5.0"}, "distance": str(metres),
        "walking_distance": "784", "nightflag": "0",
        "segments": [
            {"walking": _walk(214), "bus": {"buslines": [metro]}},
            {"walking": _walk(236), "bus": {"buslines": [bus]}},
            {"walking": _walk(334)},
        ],
    }  # fmt: skip
    return OK | {"count": "1", "route": route | {"transits": [plan]}}


def _ride(name: str, start: str, end: str, via: str, metres: int) -> Body:
    return {
        "departure_stop": {"name": start, "id": "1", "location": "120.212972,30.290640"},
        "arrival_stop": {"name": end, "id": "2", "location": "120.163610,30.273280"},
        "name": name, "id": "3", "type": "地铁线路", "distance": str(metres),
        "cost": {"duration": str(metres // 8)}, "bus_time_tips": "", "bustimetag": "0",
        "start_time": "0600", "end_time": "", "via_num": via, "via_stops": [],
    }  # fmt: skip


def _walk(metres: int) -> Body:
    return {"distance": str(metres), "cost": {"duration": str(metres)}, "origin": "120.2,30.2",
            "destination": "120.2,30.2", "steps": []}  # fmt: skip


def _metres(one: str, other: str) -> float:
    (a, b), (c, d) = (map(float, it.split(",")) for it in (one, other))
    east, north = (c - a) * 111_320 * math.cos(math.radians(b)), (d - b) * 110_570
    return math.hypot(east, north)
