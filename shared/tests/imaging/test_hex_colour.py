"""`#rrggbb` is read as the colour it says, and nothing else is read at all."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from packshot.imaging.hex_colour import HexColour, parse_colour


def test_each_channel_is_where_it_is_written():
    assert np.array_equal(parse_colour("#ff8000") * 255, [255, 128, 0])


@pytest.mark.parametrize("written", ["#fff", "ffffff", "#gggggg", "white", "#ffffff00"])
def test_other_ways_to_write_a_colour_are_refused(written):
    with pytest.raises(ValidationError):
        TypeAdapter(HexColour).validate_python(written)
