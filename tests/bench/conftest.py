"""The tiny folders of the engine tests, here too."""

from tests.engines.conftest import tiny

__all__ = ["tiny"]
