"""The mark that every draft clip carries, so that nobody takes it for the real thing."""

from PIL import Image, ImageDraw

from video_service.engines.lettering import font

BADGE = "草稿"
INK, PAPER = (255, 255, 255, 255), (40, 34, 48, 150)


def badge() -> Image.Image:
    """草稿 in white on a dark pill, as RGBA."""
    face, sharp = font(24 * 3), 3  # drawn three times as large, for a smooth outline
    width, height = 84 * sharp, 40 * sharp
    pill = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(pill)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), height // 2, PAPER)
    draw.text((width / 2, height / 2), BADGE, INK, face, anchor="mm", stroke_width=1)
    return pill.resize((width // sharp, height // sharp), Image.Resampling.LANCZOS)
