"""What somebody with old eyes and a thick finger asks of a page: targets, letters, contrast."""

SHOWN = """(it) => {
    const [box, style] = [it.getBoundingClientRect(), getComputedStyle(it)];
    return box.width > 1 && box.height > 1 && style.visibility === "visible";
}"""
CONTROLS = "button, a, input, select, textarea, summary, [role=button]"
LEAST_TARGET, LEAST_LETTER = 44, 14  # CSS pixels
LEAST_CONTRAST = 4.5  # of WCAG 2.2, level AA

NARROW_TARGETS = f"""() => [...document.querySelectorAll("{CONTROLS}")]
    .filter({SHOWN})
    .map((it) => [it, (it.closest("label") || it).getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < {LEAST_TARGET} - 0.1)
    .map(([it, box]) => `${{it.outerHTML.slice(0, 80)}} ${{box.width}} x ${{box.height}}`)"""

WRITTEN = f"""[...document.querySelectorAll("body *")]
    .filter((it) => [...it.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .filter({SHOWN})"""
SMALL_LETTERS = f"""() => {WRITTEN}
    .filter((it) => it.ariaHidden !== "true")
    .filter((it) => parseFloat(getComputedStyle(it).fontSize) < {LEAST_LETTER})
    .map((it) => it.outerHTML.slice(0, 80))"""
# letters on plain colours; what is disabled, or stands on a gradient, is not measured
FAINT_LETTERS = f"""() => {{
    const read = (said) => {{
        const n = said.match(/[\\d.]+/g).map(Number);
        const scale = said.startsWith("color(") ? 255 : 1;
        return [...n.slice(0, 3).map((x) => x * scale), n[3] ?? 1];
    }};
    const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3]));
    const light = (colour) => colour.map((x) => x / 255)
        .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4))
        .reduce((sum, x, i) => sum + x * [0.2126, 0.7152, 0.0722][i], 0);
    const home = getComputedStyle(document.documentElement).getPropertyValue("--back").trim();
    const plain = [1, 3, 5].map((i) => parseInt(home.slice(i, i + 2), 16));
    const above = (it) => (it ? [...above(it.parentElement), it] : []);
    const under = (it) => above(it).map((up) => read(getComputedStyle(up).backgroundColor))
        .reduce((seen, colour) => over(colour, seen), plain);
    const contrast = (it) => {{
        const back = under(it), ink = over(read(getComputedStyle(it).color), back);
        const [high, low] = [light(ink), light(back)].sort((a, b) => b - a);
        return (high + 0.05) / (low + 0.05);
    }};
    return {WRITTEN}
        .filter((it) => !it.closest(":disabled") && getComputedStyle(it).backgroundImage === "none")
        .filter((it) => contrast(it) < {LEAST_CONTRAST})
        .map((it) => `${{it.outerHTML.slice(0, 80)}} ${{contrast(it).toFixed(2)}}`);
}}"""
