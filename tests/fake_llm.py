"""A language model for tests: a real HTTP server with the OpenAI chat/completions contract.

It understands the requests 群影 makes (recognize, write a prompt, chat) by plain rules
of its own, can be scripted answer by answer, and can misbehave in every way that was ever met.

    with running_llm() as server:            # or: python -m tests.fake_llm --port 9000 --fault drip
        server.fault = "blank"               # from now on; None = sane again
        server.script(["你好呀。", 429])      # the next answers, before rules and fault
        os.environ |= server.environ         # what points 群影 at it
        server.requests[-1]["messages"]      # what was asked
"""

import argparse
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

from tests.fake_mind import Answer, Body, think
from tests.serving import Answers, serving, told

Fault = Literal[
    "down", "slow", "drip", "cut", "reset", "html", "error500", "rate", "overloaded", "no_money",
    "auth", "no_model", "sensitive", "risk", "blank", "missing", "length", "fenced", "think",
    "chinese", "english", "wrong", "prose", "no_tools", "text_only",
]  # fmt: skip
FAULTS: tuple[str, ...] = get_args(Fault)

REFUSALS: dict[str, tuple[int, Body]] = {
    "error500": (500, {"error": {"message": "internal error"}}),
    "rate": (429, {"error": {"code": "1302", "message": "您的账户已达到速率限制"}}),
    "overloaded": (429, {"error": {"type": "engine_overloaded_error", "message": "overloaded"}}),
    "no_money": (429, {"error": {"code": "1113", "message": "余额不足或无可用资源包,请充值。"}}),
    "auth": (401, {"error": {"message": "Authentication Fails, Your api key: ****TEST is invalid",
                             "type": "authentication_error", "code": "invalid_request_error"}}),
    "no_model": (404, {"error": {"message": "Not found the model or Permission denied",
                                 "type": "resource_not_found_error"}}),
    "risk": (400, {"error": {"message": "Content Exists Risk", "type": "invalid_request_error"}}),
}  # fmt: skip


class FakeLlm:
    """What a test holds: where the server is, what it was asked, how it is to behave."""

    def __init__(self, fault: str | None = None, delay: float = 30.0) -> None:
        self.fault, self.delay = fault, delay
        self.requests: list[Body] = []
        self.url = ""
        self.closing = threading.Event()
        self._script: deque[Answer] = deque()

    def script(self, answers: Iterable[Answer]) -> None:
        """The next answers, in order; afterwards rules and fault again."""
        self._script.extend(answers)

    def forget(self) -> None:
        """Drop the scripted answers that nobody asked for."""
        self._script.clear()

    @property
    def environ(self) -> dict[str, str]:
        """The variables that make 群影 use this server."""
        section = "QUNYING_INTENTS__LLM__"
        return {
            f"{section}PROVIDER": "compatible",
            f"{section}BASE_URL": self.url,
            f"{section}MODEL": "fake",
        }

    def reply(self, asked: Body) -> tuple[int, Body]:
        """Status and body for one request; remembers the request."""
        self.requests.append(asked)
        if self._script:
            scripted = self._script.popleft()
            if isinstance(scripted, int):
                return scripted, {"error": {"message": f"scripted {scripted}"}}
            return 200, completion(asked, scripted)
        if self.fault in REFUSALS:
            return REFUSALS[self.fault]
        if self.fault in ("no_tools", "text_only") and not _allowed(asked, self.fault):
            return 400, {"error": {"message": "this form of request is not supported"}}
        return 200, _spoil(self.fault, asked, completion(asked, think(asked)))


def completion(asked: Body, answer: Answer) -> Body:
    """A whole chat.completion around words, or around filled slots in the form asked for."""
    message: Body = {"role": "assistant", "content": answer}
    finish = "stop"
    if isinstance(answer, dict):
        filled = json.dumps(answer, ensure_ascii=False)
        message["content"] = filled
        if tools := asked.get("tools"):
            call = {"name": tools[0]["function"]["name"], "arguments": filled}
            message |= {"content": None}
            message |= {"tool_calls": [{"id": "call_1", "type": "function", "function": call}]}
            finish = "tool_calls"
    usage = {"prompt_tokens": 640, "completion_tokens": 29, "total_tokens": 669}
    usage_more = {"prompt_tokens_details": {"cached_tokens": 512}}
    return {
        "id": "fake-1", "object": "chat.completion", "created": int(time.time()),
        "model": asked.get("model", "fake"), "usage": usage | usage_more,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }  # fmt: skip


def _allowed(asked: Body, fault: str) -> bool:
    form = asked.get("response_format", {}).get("type")
    return "tools" not in asked and not (fault == "text_only" and form)


def _spoil(fault: str | None, asked: Body, body: Body) -> Body:
    """The sane answer made as bad as `fault` says."""
    choice = body["choices"][0]
    words = _words(choice["message"])
    bare = {"role": "assistant"}
    chinese = {"prompt": "一只熊猫在竹林里吃竹子，阳光洒下来。", "intent": "视频", "wish": "熊猫"}
    spoilt: dict[str, Body] = {
        "blank": bare | {"content": "   \n\n \n"},
        "missing": bare,
        "length": bare | {"content": words[: len(words) // 2]},
        "fenced": bare | {"content": f"好的，结果如下：\n```json\n{words}\n```"},
        "think": bare | {"content": f"<think>先想想 {{'a': 1}}</think>\n{words}"},
        "chinese": bare | {"content": json.dumps(chinese, ensure_ascii=False)},
        "english": bare | {"content": "Sure! I would be glad to help you with that."},
        "wrong": bare | {"content": '{"intent": "查天气", "prompt": 7, "confidence": "high"}'},
        "prose": bare | {"content": "这是一个视频生成的请求，用户想看熊猫。"},
        "sensitive": bare | {"content": ""},
    }
    choice["message"] = spoilt.get(fault or "", choice["message"])
    finish = {"length": "length", "sensitive": "sensitive"}.get(fault or "")
    choice["finish_reason"] = finish or choice["finish_reason"]
    return body


def _words(message: Body) -> str:
    if calls := message.get("tool_calls"):
        return str(calls[0]["function"]["arguments"])
    return str(message["content"])


class _Handler(Answers):
    mind: FakeLlm

    def do_POST(self) -> None:
        asked = json.loads(self.body())
        status, body = self.mind.reply({"auth": self.headers.get("Authorization"), **asked})
        with contextlib.suppress(OSError):  # the other side had no more patience
            self._answer(status, json.dumps(body, ensure_ascii=False).encode())

    def _answer(self, status: int, body: bytes) -> None:
        fault, wait = self.mind.fault, self.mind.closing.wait
        if fault in ("down", "reset"):
            return  # hangs up without a word
        if fault == "slow" and wait(self.mind.delay):
            return
        kind = "text/html" if fault == "html" else "application/json"
        body = b"<html>Please log in</html>" if fault == "html" else body
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "cut":
            self.wfile.write(body[:80])
            return
        for at in range(0, len(body), 1 if fault == "drip" else len(body)):
            self.wfile.write(body[at : at + (1 if fault == "drip" else len(body))])
            if fault == "drip" and wait(self.mind.delay / 100):
                return


@contextlib.contextmanager
def running_llm(
    fault: str | None = None, *, delay: float = 30.0, port: int = 0
) -> Iterator[FakeLlm]:
    """A server in a thread of this process. `delay`: seconds of `slow`, or of 100 dripped bytes."""
    mind = FakeLlm(fault, delay)
    with serving(_Handler, port, mind=mind) as url:
        mind.url = f"{url}/v1"
        try:
            yield mind
        finally:
            mind.closing.set()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    ask.add_argument("--port", type=int, default=0)
    ask.add_argument("--fault", choices=FAULTS)
    ask.add_argument("--delay", type=float, default=30.0)
    options = ask.parse_args()
    with running_llm(options.fault, delay=options.delay, port=options.port) as mind:
        told(mind.url)


if __name__ == "__main__":
    main()
