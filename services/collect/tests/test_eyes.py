"""Pictures are opened in processes of their own."""

import asyncio
import os
import signal

import psutil
import pytest

from packshot.errors import BadPhoto
from packshot.imaging.limits import DEFAULT_LIMITS
from packshot_collect.eyes import Eyes

from .scenes import jpeg, scene


async def test_a_process_that_dies_takes_nothing_with_it():
    eyes = Eyes(2, DEFAULT_LIMITS)
    try:
        first = await eyes.look(jpeg(scene(1)))
        looking = asyncio.gather(*(eyes.look(jpeg(scene(seed))) for seed in range(12)))
        await asyncio.sleep(0)
        for child in psutil.Process().children(recursive=True):
            if "spawn_main" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
        looks = await looking
        assert looks[1] == first
        assert len({seen.look.hash for seen in looks}) == 12
        with pytest.raises(BadPhoto):
            await eyes.look(jpeg(scene(1))[:2000])
    finally:
        eyes.close()
