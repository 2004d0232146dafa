"""A scripted OpenAI-compatible server that streams, on a loopback port of its own, and misbehaves as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from app.adapters.embedder_hashing import HashingEmbedder

EMBEDDER = HashingEmbedder(64)
Body = dict[str, Any]
Step = bytes | float  # to send, or seconds to wait
Reply = tuple[int, list[Step]]  # HTTP status, and what its body is made of


@dataclass
class ScriptedModel:
    """`reply` makes the reply to the body of a request; `asked` holds the bodies and `keys` the Authorization headers.

    `names`: the models that it says it has; None where it has no such list.
    """

    reply: Callable[[Body], Reply]
    names: list[str] | None = None
    url: str = ""
    asked: list[Body] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def chunk(text: str = "", finish: str | None = None, usage: tuple[int, int] | None = None, tool: bool = False) -> bytes:
    """One event of a stream; `tool`: the text is a piece of a tool call's arguments."""
    call = {"index": 0, "id": "call-1", "function": {"name": "answer", "arguments": text}}
    delta: Body = {"role": "assistant", "tool_calls": [call]} if tool else {"role": "assistant", "content": text}
    event: Body = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "scripted-1"}
    event["choices"] = [{"index": 0, "delta": delta, "finish_reason": finish}]
    if usage:
        event["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1], "total_tokens": sum(usage)}
    return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def streamed(text: str, pause: float = 0.0, tool: bool = False, piece: int = 9) -> Reply:
    """The whole text, `piece` characters at a time, well ended and with its tokens told."""
    pieces = [chunk(text[start : start + piece], tool=tool) for start in range(0, len(text), piece)]
    steps = [step for each in pieces for step in (each, pause)]
    return 200, [*steps, chunk(finish="stop", usage=(120, 30)), DONE]


def error(status: int, code: str = "", message: str = "no") -> Reply:
    return status, [json.dumps({"error": {"message": message, "type": "error", "code": code}}).encode()]


def claims(*said: tuple[str, int]) -> str:
    return json.dumps({"claims": [{"text": text, "passage": n} for text, n in said]}, ensure_ascii=False)


def embeddings(body: Body, embedder: HashingEmbedder = EMBEDDER) -> Reply:
    vectors = embedder.embed_documents(body["input"])
    data = [{"object": "embedding", "index": n, "embedding": vector} for n, vector in enumerate(vectors)]
    usage = {"prompt_tokens": 1, "total_tokens": 1}
    return 200, [json.dumps({"object": "list", "model": body["model"], "data": data, "usage": usage}).encode()]


@contextmanager
def serving(model: ScriptedModel) -> Iterator[ScriptedModel]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            listed = [{"id": name, "object": "model", "created": 1, "owned_by": "us"} for name in model.names or []]
            body = json.dumps({"object": "list", "data": listed}).encode()
            self.send_response(200 if self.path == "/v1/models" and model.names is not None else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(body)
            model.keys.append(self.headers["Authorization"])
            status, steps = model.reply(body)
            self.send_response(status)
            self.send_header(
                "Content-Type", "text/event-stream" if status == 200 and body.get("stream") else "application/json"
            )
            self.send_header("Connection", "close")
            self.end_headers()
            with suppress(OSError):  # the client has gone, as it should
                for step in steps:
                    if isinstance(step, bytes):
                        self.wfile.write(step)
                        self.wfile.flush()
                    else:
                        time.sleep(step)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        model.url = f"http://127.0.0.1:{server.server_port}/v1"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield model
        finally:
            server.shutdown()
