"""Which addresses lie out in the world: the only ones that a stranger's URL may lead to.

Of IPv6 that is what the registries hand out (RFC 4291) and what stands for an IPv4 address (mapped,
NAT64); one that carries such an address inside (6to4, Teredo, too) is as public as that one is.
"""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

NAT64 = IPv6Network("64:ff9b::/96")
HANDED_OUT = IPv6Network("2000::/3")
# reserved as well, some clouds answer there; Python 3.11 does not know it
KEPT = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))
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
    if isinstance(outer, IPv4Address):
        return _is_open(outer)
    carried = _inside(outer)
    known = bool(carried) or outer in HANDED_OUT
    return known and _is_open(outer) and all(map(_is_open, carried))


def _is_open(it: IPv4Address | IPv6Address) -> bool:
    return it.is_global and not it.is_multicast and not any(it in kept for kept in KEPT)


def _inside(outer: IPv6Address) -> list[IPv4Address]:
    found = [outer.ipv4_mapped, outer.sixtofour, *(outer.teredo or ())]
    if outer in NAT64:
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
