"""The list of engines in a terminal: a table where there is room for one, else a few lines each."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from video_service.models import wording
from video_service.models.common import tell
from video_service.models.listing import Row
from video_service.probe import Probe

WIDE = 110  # columns below which a table would break every word
COLOURS = {"ready": "green", "idle": "yellow", "incomplete": "red", "absent": None, "no_key": None}
NAME, SIZE, FIT = 0, 1, 4  # columns


def show(rows: Sequence[Row], here: Probe, console: Console) -> None:
    """What this machine has, every engine, and how to get more."""
    card = wording.CARD.format(name=here.card, size=wording.gib(here.total_bytes))
    tell(card if here.cuda else wording.CARDLESS, console)
    if console.width >= WIDE:
        _table(rows, here, console)
    else:
        _lines(rows, here, console)
    tell(wording.LIST_END, console)


def _table(rows: Sequence[Row], here: Probe, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    shown = [n for n in range(len(wording.COLUMNS)) if n != FIT or here.cuda]
    for n in shown:
        table.add_column(
            wording.COLUMNS[n], no_wrap=n in (NAME, SIZE), justify="right" if n == SIZE else "left"
        )
    for row in rows:
        cells = _cells(row, here)
        table.add_row(*(cells[n] for n in shown), style=COLOURS[row.state])
    console.print(table, markup=False, highlight=False)


def _lines(rows: Sequence[Row], here: Probe, console: Console) -> None:
    for row in rows:
        name, *rest, _ = _cells(row, here)
        console.print(name, style=COLOURS[row.state] or "bold", markup=False, highlight=False)
        for line in ("，".join(cell for cell in rest if cell), _ids(row)):
            if line:
                console.print(f"  {line}", markup=False, highlight=False)


def _cells(row: Row, here: Probe) -> tuple[str, ...]:
    spec = row.spec
    makes = wording.MAKES[spec.makes] + "".join(wording.FROM[mode] for mode in spec.modes)
    size = wording.size(spec.bytes) if spec.bytes else ""
    hubs = " ".join(wording.HUBS[hub] for hub, id in _sources(row) if id)
    licence = wording.SERVICE if spec.lane == "cloud" else spec.licence
    name = wording.LEGACY.format(name=spec.name) if spec.legacy else spec.name
    return (name, size, makes, _state(row, here), _fit(row), licence, hubs)


def _ids(row: Row) -> str:
    """What the hubs call it."""
    return "，".join(f"{wording.HUBS[hub]} {id}" for hub, id in _sources(row) if id)


def _sources(row: Row) -> tuple[tuple[str, str | None], ...]:
    source = row.spec.source
    return (("modelscope", source.modelscope), ("huggingface", source.huggingface))


def _state(row: Row, here: Probe) -> str:
    match row.state:
        case "ready":
            return wording.READY_CLOUD if row.spec.lane == "cloud" else wording.READY
        case "idle":
            return wording.NOT_INSTALLED if here.missing else wording.NO_CARD
        case "incomplete":
            return wording.INCOMPLETE.format(why=row.why)
        case "no_key":
            return wording.NO_KEY.format(keys=wording.EITHER.join(row.spec.key))
        case "absent":
            return wording.ABSENT


def _fit(row: Row) -> str:
    if row.fit is None:
        return ""
    need = wording.gib(row.fit.card_bytes)
    if not row.fit.fits:
        return wording.TOO_LARGE.format(need=need)
    how = wording.INT8 if row.fit.quantize != "none" else ""
    how += wording.STREAMS if row.fit.streams else ""
    return wording.FITS.format(profile=row.fit.profile, need=need, how=how)
