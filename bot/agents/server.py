"""The MCP server: calls in over stdio, checked, done, answered. The SDK speaks the protocol."""

import asyncio
import logging
import time
from importlib.metadata import version
from typing import Any

from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server
from mcp.types import CallToolRequestParams, CallToolResult, ListToolsResult, PaginatedRequestParams
from pydantic import ValidationError

from bot.agents import answers
from bot.agents import wording as say
from bot.agents.failures import ToolFailed
from bot.agents.tools import TRADES, Workplace, listed

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
    """Until the other program closes our stdin."""
    async with stdio_server() as (incoming, outgoing):
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


def _problems(error: ValidationError) -> str:
    """Field and reason; never the value, which may be ten megabytes of photo."""
    lines = (
        f"{'.'.join(map(str, it['loc'])) or '?'}: {it['msg']}"
        for it in error.errors(include_input=False, include_url=False)
    )
    return "; ".join(lines)
