"""Pictures that the procedural studio renders, with their truth."""

from __future__ import annotations

from contextlib import aclosing

from pydantic import ValidationError

from packshot.contracts.collecting import Renders
from packshot.datasets.splits import Shares
from packshot.datasets.studio import StudioOrder, rendered_by, stored_item
from packshot.errors import BadParameters
from packshot.studio import StudioSettings
from packshot_collect.facts import Taken
from packshot_collect.gathering import Gathering


class Studio:
    """A range of seeds. Raises BadParameters for settings that the studio does not take."""

    def __init__(self, order: Renders) -> None:
        try:
            settings = StudioSettings.model_validate(order.settings)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise BadParameters(f"The studio does not take these settings: {where}: {first['msg']}.") from error
        self._order = StudioOrder(order.count, order.seed, order.size, settings)

    async def gather(self, work: Gathering) -> bool:
        """See Source. Pictures come by rising seed, so what is there is the beginning."""
        order, done = self._order, len(work.state.taken)
        if done >= order.count:
            return True
        rest = StudioOrder(order.count - done, order.seed + done, order.size, order.settings)
        async with aclosing(rendered_by(rest, work.eyes.processes)) as rendering:
            async for rendered in rendering:
                item = await stored_item(work.store, rendered, order, Shares())
                work.add(Taken(key=f"{rendered.seed:09}", item=item))
                work.counts = work.counts.model_copy(update={"waiting": order.count - len(work.state.taken)})
                if work.over():
                    return len(work.state.taken) >= order.count
        return True
