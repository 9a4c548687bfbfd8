"""Draw first, then move: a picture, one question, and the film that begins with the picture."""

from functools import partial

from intents.base import Tools
from intents.dialogue import Choice, Dialogue, Keep, Question, Reply, Text, Ticket, drawn_key
from intents.making.engines import Pick, pick
from intents.making.orders import Craft, Order, who
from intents.making.waiting import acknowledge
from intents.picture import wording as picture_wording
from intents.picture import writer as picture_writer
from intents.video import wording
from video_service.schema import EngineCard, ImageRequest, VideoJob

NOT_NOW = "none"  # what the slot holds when the picture is to stay one
WAIT_S = 600


async def draw(
    dialogue: Dialogue, wish: str, cards: list[EngineCard], tools: Tools, *, asked: bool
) -> Reply:
    """The picture and, once it is out, whether it is to move; `asked`: it was wished for so."""
    words = picture_wording
    chosen = pick(cards, "text", words, writer=tools.llm is not None, makes="image")
    create = partial(_create, dialogue, chosen, tools)
    find = tools.video.find_image
    craft = Craft(words, picture_writer.DRAWING, find, create, makes="image")
    placed = await Order(dialogue, wish, chosen, tools, craft).place()
    said = acknowledge(placed.job, chosen, words)
    yes, no = wording.YES_NO
    choices = (Choice(yes, drawn_key(placed.job.id)), Choice(no, NOT_NOW))
    question = Question(
        wording.MOVE_IT, "picture", choices, default=None, after_s=WAIT_S, agree=True
    )
    kept = {"wish": wish, "prompt": placed.prompt, "model": chosen.card.id}
    first = Text(said if asked else wording.DRAW_FIRST + said)
    return (first, Ticket(placed.job.id, "image"), question, Keep(kept))


async def _create(
    dialogue: Dialogue, chosen: Pick, tools: Tools, prompt: str, key: str
) -> VideoJob:
    request = ImageRequest(prompt=prompt, model=chosen.card.id, user=who(dialogue.ask))
    return await tools.video.create_image(request, key=key)
