"""`gan.edit`: a given product, changed in one thing."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from packshot.plugin import Frame, Run
from packshot_gan.directions import direction_of
from packshot_gan.inverting import Inverting, InvertParams

Direction = Literal[
    "", "brightness", "contrast", "width", "height", "pca1", "pca2", "pca3", "pca4", "pca5", "pca6", "pca7", "pca8"
]


class EditParams(InvertParams):
    """What `gan.edit` takes."""

    direction: Direction = Field("", description="What to change; pca1 to pca8 are what differs most among made pictures")
    amount: float = Field(
        1.5, ge=-6, le=6, description="How much of it, in standard deviations of the latent; below 0: less of it"
    )
    becomes: str = Field("", description="Another class that it is to become; empty: it stays what it is")


class Edit(Inverting[EditParams]):
    """Makes a given product anew by a generator, with one thing changed: brightness, width, or what it is. Alpha goes.

    The photo is found among what the generator can make: by the encoder, and with `refine` by some steps of optimisation, which
    need torch. Then it is moved along a direction of the latent. The result has the generator's size.
    """

    verb = "edit"
    stage = "edit"
    title = "Edit by a generator"
    Params = EditParams

    def run(self, frame: Frame, params: EditParams, run: Run) -> Frame:
        """The finding says what the photo was taken for, and how nearly the generator can make it."""
        found = self.inverted(frame, params)
        label = self.classes(params.becomes, [int(found.label.argmax())])[0]
        latent = found.latent
        if params.direction:
            direction = direction_of(
                params.direction, lambda drawn: self.pictures(drawn, np.tile(label, (len(drawn), 1))), latent.size
            )
            latent = latent + np.float32(params.amount) * direction
        made = self.pictures(latent[None], label[None])[0]
        return Frame({"rgb": made}, findings=frame.findings).with_finding(self.name, self.finding(found))
