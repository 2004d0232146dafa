"""A language model behind an OpenAI-compatible address on loopback that has its answer ready: two quoted sentences."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from app.domain.text import detect_language, sentence_spans

_SENTENCES = 2


@dataclass
class LoopbackModel:
    """`pause`: seconds before its first sentence. Of the replies so far, in order: seconds until the first sentence was
    sent, and until the end."""

    pause: float = 0.0
    base_url: str = ""
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def reply(self, body: dict[str, Any]) -> Iterator[str]:
        """The pieces of the text: a JSON object of claims, one claim a piece."""
        passage = _first_passage(body["messages"][-1]["content"])
        yield '{"claims": ['
        for n, claim in enumerate(_claims(passage)):
            yield (", " if n else "") + json.dumps(claim, ensure_ascii=False)
        yield "]}"


@contextmanager
def loopback_model(pause: float = 0.0) -> Iterator[LoopbackModel]:
    model = LoopbackModel(pause)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    Thread(target=server.serve_forever, daemon=True).start()
    model.base_url = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _first_passage(prompt: str) -> dict[str, Any]:
    line = next(line for line in prompt.splitlines() if line.startswith('{"number"'))
    passage: dict[str, Any] = json.loads(line)
    return passage


def _claims(passage: dict[str, Any]) -> Iterator[dict[str, Any]]:
    text = passage["passage"]
    for span in sentence_spans(text, detect_language(text, "en"))[:_SENTENCES]:
        yield {"text": text[span.start : span.end], "passage": passage["number"]}


def _handler(model: LoopbackModel) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            began = time.perf_counter()
            time.sleep(model.pause)
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            for n, piece in enumerate(model.reply(body)):
                self._send(piece)
                if n == 1:
                    model.first.append(time.perf_counter() - began)
            self._send("", finish_reason="stop")
            self.wfile.write(b"data: [DONE]\n\n")
            model.whole.append(time.perf_counter() - began)
            self.close_connection = True

        def _send(self, text: str, finish_reason: str | None = None) -> None:
            choice = {"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": finish_reason}
            chunk = {
                "id": "c",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "loopback",
                "choices": [choice],
            }
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
            self.wfile.flush()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name in the base class
            """Nothing on stderr."""

    return Handler
