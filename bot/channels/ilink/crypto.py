"""AES-128-ECB with PKCS7, the way WeChat's media lie on its CDN, and the spellings of a key."""

import base64
import re

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16


def seal(key: bytes, data: bytes) -> bytes:
    """`data` encrypted; the result is up to 16 bytes longer."""
    pad = padding.PKCS7(BLOCK * 8).padder()
    machine = _cipher(key).encryptor()
    return machine.update(pad.update(data) + pad.finalize()) + machine.finalize()


def unseal(key: bytes, data: bytes) -> bytes:
    """The reverse; ValueError when `data` was not sealed with `key`."""
    machine = _cipher(key).decryptor()
    plain = machine.update(data) + machine.finalize()
    unpad = padding.PKCS7(BLOCK * 8).unpadder()
    return unpad.update(plain) + unpad.finalize()


def sealed_size(size: int) -> int:
    """How many bytes `size` bytes become."""
    return (size // BLOCK + 1) * BLOCK


def read_key(spelt: str) -> bytes:
    """A key as hex, as base64 of its 16 bytes, or as base64 of its hex; else ValueError."""
    if re.fullmatch("[0-9a-fA-F]{32}", spelt):
        return bytes.fromhex(spelt)
    raw = base64.b64decode(spelt, validate=True)
    if len(raw) == BLOCK:
        return raw
    if re.fullmatch(rb"[0-9a-fA-F]{32}", raw):
        return bytes.fromhex(raw.decode())
    raise ValueError("no AES-128 key in a spelling that is known")


def spell_key(key: bytes) -> str:
    """As outgoing media want it: base64 of the hex."""
    return base64.b64encode(key.hex().encode()).decode()


def _cipher(key: bytes) -> Cipher[modes.ECB]:
    # ECB is what the protocol demands; the key is used for one file only
    return Cipher(algorithms.AES(key), modes.ECB())
