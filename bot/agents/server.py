"""The MCP server: calls in over stdio, checked, done, answered. The SDK speaks the protocol."""

import asyncio
import logging
import sqlite3
import sys
import time
from importlib.metadata import version
from typing import Any, cast

from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
from pydantic import ValidationError

from bot.agents import answers
from bot.agents import wording as say
from bot.agents.failures import ToolFailed
from bot.agents.incoming import Lines, lines_of_stdin
from bot.agents.tools import TRADES, Workplace, listed

END_S = 5.0  # for what is under way to be called off
log = logging.getLogger(__name__)
Context = ServerRequestContext[Any, Any]


async def agent_server(at: Workplace) -> Server[Any]:
    """A server for one agent's program."""
    known = await asyncio.to_thread(version, "qunying")

    async def list_tools(
        context: Context, params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=listed())

    async def call_tool(context: Context, params: CallToolRequestParams) -> CallToolResult:
        start = time.monotonic()
        answer = await _call(at, context, params)
        how = "failed" if answer.is_error else "done"
        log.info("tool %.40r: %s in %.1f s", params.name, how, time.monotonic() - start)
        return answer

    return Server(
        "qunying",
        version=known,
        instructions=say.INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


async def serve_stdio(server: Server[Any]) -> None:
    """Until the other program closes our stdin. Cancelled, it ends as if that had happened."""
    if sys.stdin is None:  # closed before we were started: nobody is there
        return
    async with lines_of_stdin() as lines, asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(_serve(server, lines))
        try:
            await asyncio.wait([serving])  # which leaves it alone when we are cancelled
        except asyncio.CancelledError:
            if lines:
                lines.close()
            await asyncio.wait([serving], timeout=END_S)
            raise


async def _serve(server: Server[Any], lines: Lines | None) -> None:
    async with stdio_server(cast(Any, lines)) as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())


async def _call(at: Workplace, context: Context, params: CallToolRequestParams) -> CallToolResult:
    trade = TRADES.get(params.name)
    if trade is None:
        return answers.failed(say.UNKNOWN_TOOL.format(name=params.name[:40]))

    async def report(progress: int) -> None:
        await context.session.report_progress(progress, 100)

    try:
        asked = trade.takes.model_validate(params.arguments or {})
        return await trade.does(at, asked, report)
    except ValidationError as error:
        return answers.failed(say.BAD_INPUT.format(problems=_problems(error)))
    except ToolFailed as error:
        return answers.failed(str(error))
    except (OSError, sqlite3.Error) as error:
        log.warning("tool %.40r: %r", params.name, error)
        return answers.failed(say.DISK.format(why=error))


def _problems(error: ValidationError) -> str:
    """Field and reason; never the value, which may be ten megabytes of photo."""
    lines = (
        f"{'.'.join(map(str, it['loc'])) or '?'}: {it['msg']}"
        for it in error.errors(include_input=False, include_url=False)
    )
    return "; ".join(lines)
