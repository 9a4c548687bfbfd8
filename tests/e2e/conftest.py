"""What stories over real lines share with others: a running service, WeCom's end of a line."""

from tests.bot.conftest import service
from tests.channels.wecom.conftest import wecom

__all__ = ["service", "wecom"]
