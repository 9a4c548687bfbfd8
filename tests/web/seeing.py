"""What is asked of a browser: does the film move, is anything cut off, has everything a name."""

import pytest
from playwright.async_api import Page

NO_CODEC = "this chromium has no H.264; Debian's has: apt-get install chromium"
PLAYS = """async (film) => {
    film.muted = true;
    await film.play();
    const moved = () => film.currentTime > 0 || new Promise((r) => setTimeout(() => r(false), 50));
    for (let i = 0; i < 100 && !(await moved()); i++);
    film.pause();
    return [film.currentTime, film.videoWidth, film.videoHeight];
}"""
WINDS = """async (film) => {
    const wound = new Promise((done) => film.addEventListener("seeked", done, { once: true }));
    film.currentTime = 2;
    await wound;
    return film.currentTime;
}"""

LOADED = "async (it) => { await it.decode(); return [it.naturalWidth, it.naturalHeight]; }"
EXTENT = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
CUT_OFF = """() => [...document.querySelectorAll("img.photo")].filter((it) => {
    const [inner, outer] = [it, it.closest(".bubble")].map((e) => e.getBoundingClientRect());
    const [shown, whole] = [inner.width / inner.height, it.naturalWidth / it.naturalHeight];
    return inner.right > outer.right + 1 || Math.abs(shown / whole - 1) > 0.05;
}).map((it) => it.naturalWidth)"""
NAMELESS = """() => [...document.querySelectorAll("button, input, textarea, video, img")]
    .filter((it) => !(it.textContent || it.ariaLabel || it.alt || it.closest("label")))
    .map((it) => it.outerHTML)"""


async def can_play(page: Page) -> None:
    mime = 'video/mp4; codecs="avc1.42E01E"'
    if not await page.evaluate("(m) => document.createElement('video').canPlayType(m)", mime):
        pytest.skip(NO_CODEC)
