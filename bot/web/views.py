"""The views of the page: 聊天 the room, 片场 the studio, 片库 the library, and their tabs."""

from nicegui import ui

from bot.web import wording
from bot.web.library_routes import URL as LIBRARY_URL
from bot.web.markup import box
from bot.web.photos import MAX_BYTES
from bot.web.studio_routes import URL as STUDIO_URL

CHAT, STUDIO, LIBRARY = "chat", "studio", "library"
SHARED = {"qunying": "assets/ours"}  # by this name the views import what they share
VIEWS = ((CHAT, wording.CHAT), (STUDIO, wording.STUDIO), (LIBRARY, wording.LIBRARY))


class Views(ui.element, component="assets/views.js"):  # type: ignore[call-arg, misc]
    """Tabs over panels that all stay alive. Fill them with `with views.add_slot(CHAT):`."""

    def __init__(self) -> None:
        super().__init__()
        views = [{"name": name, "label": label} for name, label in VIEWS]
        self._props.update(views=views, label=wording.VIEWS)


class StudioDesk(ui.element, component="assets/desk.js", esm=SHARED):  # type: ignore[call-arg, misc]
    """Orders films; it and `StudioTakes` speak to the routes of `studio_routes`."""

    def __init__(self) -> None:
        super().__init__()
        self._props.update(url=STUDIO_URL, maxBytes=MAX_BYTES)


class StudioTakes(ui.element, component="assets/takes.js", esm=SHARED):  # type: ignore[call-arg, misc]
    """Shows what was filmed and how, and films it again in other words."""

    def __init__(self) -> None:
        super().__init__()
        self._props.update(url=STUDIO_URL)


class LibraryWall(ui.element, component="assets/library.js", esm=SHARED):  # type: ignore[call-arg, misc]
    """Finds, plays and sends again; speaks to the routes of `library_routes`."""

    def __init__(self) -> None:
        super().__init__()
        self._props.update(url=LIBRARY_URL)


def open_views() -> Views:
    """The views in the client that is being built; the room is still to be put into its own."""
    views = Views()
    with views.add_slot(STUDIO), box("main", "studio", aria_label=wording.STUDIO):
        StudioDesk()
        StudioTakes()
    with views.add_slot(LIBRARY):
        LibraryWall()
    return views
