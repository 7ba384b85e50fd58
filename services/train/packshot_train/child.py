"""The process in which a leg is run, with torch and the plugins: `python -m packshot_train.child`, started by the service.

It is given its task as one line of JSON on standard input, and answers with lines of JSON on the descriptor that the task names.
A further line asks it to end early with a checkpoint. When standard input ends, the service is gone, and it ends at once, with
all processes that it has started.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from typing import Any, TextIO

from packshot.contracts.training import Progress
from packshot.errors import PackshotError
from packshot.training.leg import Limit, run_leg
from packshot.training.reader import FolderReader
from packshot_train.task import Task


def main() -> None:
    """Do the task."""
    # The training's own output goes to the log; only answers may go where the service listens.
    task = Task.model_validate_json(sys.stdin.readline())
    with os.fdopen(task.answers, "w", encoding="utf-8") as answers:
        stop = threading.Event()
        threading.Thread(target=_listen, args=(stop,), daemon=True).start()
        try:
            _say(answers, _leg(task, answers, stop))
        except PackshotError as error:
            _say(answers, {"error": {"code": error.code, "message": str(error)}})
        except Exception as error:
            # A trainer is a plugin's: whatever it raises is told in one sentence, and its traceback is in the log.
            _say(answers, {"error": {"code": "operation_failed", "message": _in_a_sentence(error, task)}})
            raise


def _listen(stop: threading.Event) -> None:
    if sys.stdin.readline():
        stop.set()
        sys.stdin.read()
    # The service is gone, or has heard enough. The processes below this one are of its session.
    os.killpg(0, signal.SIGKILL)


def _leg(task: Task, answers: TextIO, stop: threading.Event) -> dict[str, Any]:

    last = Progress(step=0, steps=task.order.steps, done=0.0)

    def tell(progress: Progress) -> None:
        nonlocal last
        last = progress
        _say(answers, {"progress": progress.model_dump(mode="json")})

    leg = run_leg(
        task.order,
        task.folder,
        FolderReader(task.blobs),
        checkpoint=task.checkpoint,
        limit=Limit(seconds=task.seconds),
        tell=tell,
        stop=stop.is_set,
        cache=task.cache,
    )
    done = 1.0 if leg.finished else min(1.0, leg.step / max(1, leg.steps))
    return {
        "ended": last.model_copy(update={"done": done, "picture": ""}).model_dump(mode="json"),
        "checkpoint": str(leg.checkpoint) if leg.checkpoint else None,
        "trained": leg.trained.model_dump(mode="json") if leg.trained else None,
        "weights": str(leg.weights) if leg.weights else None,
        "graph": str(leg.graph) if leg.graph else None,
        "sheet": str(leg.sheet) if leg.sheet else None,
    }


def _in_a_sentence(error: Exception, task: Task) -> str:
    return f"{task.order.trainer} failed ({type(error).__name__}: {error}). Its author has to mend it; the log says where."


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
