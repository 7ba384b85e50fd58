import asyncio
import threading

import pytest

from packshot.store.errands import Errands


@pytest.fixture
def errands():
    errands = Errands("test")
    yield errands
    errands.close()


async def test_each_caller_gets_what_its_own_call_returns_or_raises(errands):
    def call(number: int) -> int:
        if number % 3 == 0:
            raise ValueError(str(number))
        return number

    results = await asyncio.gather(*(errands.run(lambda n=n: call(n)) for n in range(30)), return_exceptions=True)
    for number, result in enumerate(results):
        assert (str(result) if number % 3 == 0 else result) == (str(number) if number % 3 == 0 else number)


async def test_calls_run_in_one_thread_in_the_order_they_were_asked(errands):
    order: list[int] = []
    threads = await asyncio.gather(*(errands.run(lambda n=n: order.append(n) or threading.get_ident()) for n in range(20)))
    assert order == list(range(20))
    assert set(threads) != {threading.get_ident()}
    assert len(set(threads)) == 1


async def test_what_is_asked_while_the_thread_is_busy_goes_over_together(errands):
    begun, let_go = threading.Event(), threading.Event()
    first = asyncio.create_task(errands.run(lambda: (begun.set(), let_go.wait(10))))
    await asyncio.to_thread(begun.wait, 10)
    others = [asyncio.create_task(errands.run(lambda n=n: n)) for n in range(5)]
    await asyncio.sleep(0.01)
    assert not any(task.done() for task in others)
    let_go.set()
    await first
    assert await asyncio.gather(*others) == [0, 1, 2, 3, 4]


async def test_a_cancelled_caller_disturbs_nobody(errands):
    begun, let_go = threading.Event(), threading.Event()
    impatient = asyncio.create_task(errands.run(lambda: (begun.set(), let_go.wait(10))))
    await asyncio.to_thread(begun.wait, 10)
    impatient.cancel()
    let_go.set()
    assert await errands.run(lambda: "mine") == "mine"
    assert impatient.cancelled()
