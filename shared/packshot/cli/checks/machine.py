"""Has this machine room enough?"""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

from packshot.cli.checks.line import Line, fail, ok, warn
from packshot.settings import Settings

MB = 1 << 20
LEAST_DISK_MB, GOOD_DISK_MB = 500, 5_000
LEAST_SHM_MB, GOOD_SHM_MB = 64, 512
"""Pictures go between processes by shared memory: a 60-megapixel frame of 16 bits takes 360 MB."""
GOOD_FILES = 1024

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - this is what shared memory is called


def check_machine(settings: Settings) -> Iterator[Line]:
    """Home, disk, shared memory and open files."""
    yield from check_home(settings.home)
    yield check_shared_memory(shutil.disk_usage(SHARED_MEMORY).free // MB if SHARED_MEMORY.is_dir() else 0)
    yield check_files(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def check_home(home: Path) -> Iterator[Line]:
    """Whether the home can be written, and how much room its disk has."""
    folder = next(folder for folder in (home, *home.absolute().parents) if folder.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        yield fail("home", f"{folder} cannot be written", "Give it to this user, or set PACKSHOT_HOME to another folder.")
        return
    yield ok("home", str(home))
    free = shutil.disk_usage(folder).free // MB
    if free < GOOD_DISK_MB:
        level = fail if free < LEAST_DISK_MB else warn
        yield level(
            "disk", f"{free:,} MB free", f"Free some space, or set PACKSHOT_HOME to another disk; {GOOD_DISK_MB:,} MB is good."
        )
    else:
        yield ok("disk", f"{free:,} MB free")


def check_shared_memory(free_mb: int) -> Line:
    """Whether pictures fit into shared memory."""
    if free_mb >= GOOD_SHM_MB:
        return ok("shared memory", f"{free_mb:,} MB free")
    mend = f"Give more, in a container by --shm-size=1g; {GOOD_SHM_MB} MB is good for large photos."
    level = fail if free_mb < LEAST_SHM_MB else warn
    return level("shared memory", f"{free_mb:,} MB free in {SHARED_MEMORY}", mend)


def check_files(limit: int) -> Line:
    """Whether this user may open enough files at a time."""
    if limit == resource.RLIM_INFINITY or limit >= GOOD_FILES:
        return ok("open files", "no limit" if limit == resource.RLIM_INFINITY else f"at most {limit:,}")
    return warn("open files", f"at most {limit:,}", "Allow more: ulimit -n 4096.")
