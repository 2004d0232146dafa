"""A Redis for tests that is already running.

`KOTAE_TEST_REDIS` names one; without it the one on the loopback is tried (Debian: `apt-get install redis-server`,
`redis-server --daemonize yes`). Where there is none, tests say so and are skipped; never in CI, where its absence fails
them. Tests choose keys of their own: what else is in there is left alone.
"""

import os
from functools import cache

import pytest
import redis

_SERVER = os.environ.get("KOTAE_TEST_REDIS", "redis://127.0.0.1:6379/0")


def redis_url() -> str:
    if (reason := _absent()) is not None:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return _SERVER


@cache
def _absent() -> str | None:
    try:
        redis.Redis.from_url(_SERVER, socket_timeout=2).ping()
    except (redis.RedisError, OSError) as error:
        return f"no Redis at {_SERVER} (see tests/redis_server.py): {error}"
    return None
