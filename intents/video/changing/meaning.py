"""不要猫，要狗 and 我说的是狗不是猫: one change in the one form that writers read, 把猫换成狗."""

import re

OLD, NEW = r"(?P<old>[^，,。？?把将]{1,8}?)", r"(?P<new>[^，,。？?把将]{1,12}?)"
SWAPS = tuple(
    re.compile(said)
    for said in (
        rf"^(?:别|不)要?{OLD}[，, ]*(?:要|换成?|改成){NEW}$",
        rf"^我?(?:说|要|想要|想看)的?是{NEW}[，, ]*而?不是{OLD}$",
        rf"^(?:我说的|我要的)?不是{OLD}[，, ]*而?(?:是|要){NEW}$",
        rf"^{OLD}(?:换|改|变)[成为作]{NEW}$",
    )
)
ANOTHER = re.compile(r"^(?:换|改)(?:成|为)?一?[个只条头](?=[^，,。？?]{1,8}$)")
TAIL = re.compile(r"(?:好吗|好不好|行吗|可以吗|看看|试试|吧|呗|嘛|呢|了|[。！!？?\s])+$")


def meant(wish: str) -> str:
    """`wish` as it stands, or a swap that was said in another way.

    >>> meant("我说的是小猫不是小狗")
    '把小狗换成小猫'
    """
    said = TAIL.sub("", wish)
    for swap in SWAPS:
        if found := swap.match(said):
            return f"把{found['old']}换成{found['new']}"
    return ANOTHER.sub("换成", said) if ANOTHER.match(said) else wish
