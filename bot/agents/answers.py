"""How results look on the wire: a sentence, the files as links, and the same as fields."""

from pathlib import Path
from typing import Any

from mcp.types import CallToolResult, ContentBlock, ResourceLink, TextContent

from bot.agents import wording as say
from bot.agents.desk import Result
from bot.clip_library import Piece

TYPES = {".mp4": "video/mp4", ".png": "image/png", ".jpg": "image/jpeg"}


def failed(said: str) -> CallToolResult:
    """The agent reads why and may do better."""
    return CallToolResult(content=[TextContent(text=said)], is_error=True)


def told(said: str, **fields: object) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=said)], structured_content=fields)


def of_job(result: Result) -> CallToolResult:
    """Blocking: it looks at the sizes of files."""
    job, clip = result.job, result.clip
    fields: dict[str, Any] = {
        "job_id": job.id,
        "said": result.said,
        "status": job.status.value,
        "progress": job.progress,
        "eta_s": job.eta_s,
        "prompt": job.prompt,
        "model": job.model,
        "seconds": job.seconds,
        "size": job.size,
    }
    if clip is None:
        return CallToolResult(
            content=[TextContent(text=_underway(result))], structured_content=fields
        )
    files = [clip.file, *([clip.poster] if clip.poster else [])]
    fields |= {"path": str(clip.file), "poster": str(clip.poster) if clip.poster else None}
    fields["draft"] = clip.draft
    said = say.DONE[result.makes].format(path=clip.file) + (say.DRAFT if clip.draft else "")
    if result.said == say.DRAWN_FIRST:
        said += result.said
    return CallToolResult(
        content=[TextContent(text=said), *(_link(file) for file in files)],
        structured_content=fields,
    )


def of_pieces(pieces: list[Piece]) -> CallToolResult:
    """Blocking: it looks at the sizes of files."""
    if not pieces:
        return told(say.NOTHING_FOUND, found=0, pieces=[])
    content: list[ContentBlock] = [TextContent(text=say.FOUND.format(found=len(pieces)))]
    for piece in pieces:
        content += [TextContent(text=_piece(piece)), _link(piece.file)]
    fields = [
        {
            "job_id": piece.job,
            "kind": "image" if piece.kind == "photo" else "video",
            "path": str(piece.file),
            "words": piece.words,
            "person": piece.person,
            "at": piece.at.isoformat(),
        }
        for piece in pieces
    ]
    return CallToolResult(
        content=content, structured_content={"found": len(pieces), "pieces": fields}
    )


def _underway(result: Result) -> str:
    job = result.job
    if job.queue_position:
        said = say.QUEUED.format(ahead=job.queue_position)
    else:
        said = say.FILMING.format(progress=job.progress)
    if job.eta_s is not None:
        said += say.LEFT.format(seconds=job.eta_s)
    return result.said + say.UNDERWAY.format(said=said, job=job.id)


def _piece(piece: Piece) -> str:
    day = f"{piece.at.astimezone():%Y-%m-%d}"
    return say.PIECE.format(day=day, person=piece.person or "?", words=piece.wish or piece.words)


def _link(file: Path) -> ResourceLink:
    return ResourceLink(
        uri=file.absolute().as_uri(),
        name=file.name,
        mime_type=TYPES.get(file.suffix, "application/octet-stream"),
        size=file.stat().st_size,
    )
