"""Which addresses lie out in the world: the only ones that a stranger's URL may lead to.

An IPv6 address may carry an IPv4 one inside (mapped, compatible, 6to4, Teredo, NAT64): both count.
"""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

NAT64 = IPv6Network("64:ff9b::/96")
COMPATIBLE = IPv6Network("::/96")
LOW = 2**32 - 1
NEAR = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
# what C libraries read as an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1, 127.1
NUMBER = re.compile(r"(?i)(?:\d+|0x[0-9a-f]*)")


def is_public(address: str) -> bool:
    """Whether `address`, as a resolver gives it, and all it carries are of the open internet."""
    try:
        outer = ip_address(address)
    except ValueError:
        return False
    return all(it.is_global and not it.is_multicast for it in (outer, *_inside(outer)))


def _inside(outer: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if isinstance(outer, IPv4Address):
        return []
    found = [outer.ipv4_mapped, outer.sixtofour, *(outer.teredo or ())]
    if outer in NAT64 or outer in COMPATIBLE:
        found.append(IPv4Address(int(outer) & LOW))
    return [it for it in found if it is not None]


def is_near_name(host: str) -> bool:
    """Whether `host` is a name that only this machine or this house knows."""
    name = host.rstrip(".").lower()
    return ":" not in name and ("." not in name or name.endswith(NEAR))


def is_disguised(host: str) -> bool:
    """Whether `host` is a number that is no plainly written address: nobody honest writes one."""
    if not NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
        return False
    try:
        return str(IPv4Address(host)) != host
    except ValueError:
        return True
