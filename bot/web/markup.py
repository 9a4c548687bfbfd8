"""Plain HTML elements through NiceGUI: a box with attributes, and a box with words in it."""

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

Attribute = str | int | bool


def box(tag: str, classes: str = "", **attributes: Attribute) -> Element:
    """An empty element to be filled with `with`; `aria_label="…"` becomes `aria-label`."""
    return _dress(ui.element(tag), classes, attributes)


def words(tag: str, classes: str, text: str, **attributes: Attribute) -> TextElement:
    """An element with nothing but text in it; markup in the text stays text."""
    return _dress(TextElement(tag=tag, text=text), classes, attributes)


def _dress(element: Element, classes: str, attributes: dict[str, Attribute]) -> Element:
    element.classes(classes)
    # set one by one, not as a props string: a name or a text may hold quotes and spaces
    element.props.update({key.replace("_", "-"): value for key, value in attributes.items()})
    return element
