"""Photos for tests: a drawn scene that is sharp, and the same one spoilt in the usual ways."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

Size = tuple[int, int]


def picture(size: Size = (640, 480), seed: int = 0) -> Image.Image:
    """Balls and blades of grass before a sky, other ones for every `seed`."""
    dice, (width, height) = random.Random(seed), size
    scene = Image.new("RGB", size, (150, 180, 210))
    draw = ImageDraw.Draw(scene)
    for count, side, line in ((60, width // 6, False), (200, width // 20, True)):
        for _ in range(count):
            x, y = dice.randrange(width), dice.randrange(height)
            far = (x + dice.randrange(1, side + 1), y + dice.randrange(1, side + 1))
            colour = (dice.randrange(256), dice.randrange(256), dice.randrange(256))
            if line:
                draw.line((x, y, *far), fill=colour, width=2)
            else:
                draw.ellipse((x, y, *far), fill=colour)
    return scene


def jpeg(scene: Image.Image) -> bytes:
    out = io.BytesIO()
    scene.save(out, "JPEG", quality=85)
    return out.getvalue()


def photo(seed: int = 0, size: Size = (640, 480)) -> bytes:
    return jpeg(picture(size, seed))


def blurred(seed: int = 0) -> bytes:
    return jpeg(picture(seed=seed).filter(ImageFilter.GaussianBlur(5)))


def dark(seed: int = 0) -> bytes:
    return jpeg(picture(seed=seed).point(lambda light: light // 10))


def small(seed: int = 0) -> bytes:
    return photo(seed, (240, 400))
