"""A photo becomes a picture of exactly the film's size: cropped a little or padded, never bent."""

from io import BytesIO

from PIL import Image, ImageEnhance, ImageFilter, ImageOps

MOST_CUT = 0.12  # of a side: more of a family's photo is not cut away
CENTRE = (0.5, 0.4)  # faces are above the middle
COARSE = 16  # the sides are blurred at a sixteenth of the size: cheap, and smooth
DIM = 0.75  # the sides step back behind the photo


def frame(photo: bytes, width: int, height: int) -> Image.Image:
    """The photo (as `check_photo` leaves it: upright) at `width` x `height`, in RGB.

    Scaled once and by the same factor in both directions. A shape that is close to the film's
    loses its edge; any other is shown whole, before its own blurred and darkened likeness.
    """
    with Image.open(BytesIO(photo)) as opened:
        image = opened.convert("RGB")
    size = (width, height)
    if _cut(image, width / height) <= MOST_CUT:
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=CENTRE)
    whole = ImageOps.contain(image, size, Image.Resampling.LANCZOS)
    framed = _backdrop(image, size)
    framed.paste(whole, ((width - whole.width) // 2, (height - whole.height) // 2))
    return framed


def _cut(image: Image.Image, aspect: float) -> float:
    """Which share of a side covering a frame of this aspect would cost."""
    own = image.width / image.height
    return 1 - min(own, aspect) / max(own, aspect)


def _backdrop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The photo itself, filling the frame, too soft to be looked at."""
    coarse = (max(2, size[0] // COARSE), max(2, size[1] // COARSE))
    soft = ImageOps.fit(image, coarse).filter(ImageFilter.GaussianBlur(2))
    return ImageEnhance.Brightness(soft.resize(size, Image.Resampling.BICUBIC)).enhance(DIM)
