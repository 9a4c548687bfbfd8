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
        return fitted(opened.convert("RGB"), (width, height))


def fitted(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image (RGB) at exactly `size`, as `frame` does it."""
    left, top, right, bottom = place(image.size, size)
    if (right - left, bottom - top) == size:
        return ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=CENTRE)
    framed = _backdrop(image, size)
    whole = image.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    framed.paste(whole, (left, top))
    return framed


def place(image: tuple[int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Where an image of one size is seen on another: left, top, right, bottom."""
    own, aspect = image[0] / image[1], size[0] / size[1]
    if 1 - min(own, aspect) / max(own, aspect) <= MOST_CUT:
        return (0, 0, *size)
    scale = min(size[0] / image[0], size[1] / image[1])
    width, height = round(image[0] * scale), round(image[1] * scale)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return left, top, left + width, top + height


def _backdrop(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The image itself, filling the frame, too soft to be looked at."""
    coarse = (max(2, size[0] // COARSE), max(2, size[1] // COARSE))
    soft = ImageOps.fit(image, coarse).filter(ImageFilter.GaussianBlur(2))
    return ImageEnhance.Brightness(soft).enhance(DIM).resize(size, Image.Resampling.BICUBIC)
