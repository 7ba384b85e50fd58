"""What a collection knows of each picture stays small: a hundred thousand pictures fit into memory."""

import tracemalloc

from packshot.contracts.artifact import ArtifactRef, digest_of
from packshot.contracts.dataset import Item
from packshot_collect.facts import FACTS, State, Taken
from packshot_collect.look import Look

COUNT = 500


def written(number):
    """What the journal holds of a picture."""
    digest = digest_of(str(number).encode())
    picture = ArtifactRef(digest=digest, media_type="image/jpeg", size=number)
    item = Item(picture=picture, width=800, height=600, product=f"product-{number}", source=f"{number}.jpg", licence="CC0-1.0")
    look = Look(width=800, height=600, blur=0.2 + number, hash=digest, colours=(2 * digest)[:96], features=(3 * digest)[:184])
    return Taken(key=f"{number}.jpg", item=item, look=look).model_dump_json().encode()


def test_a_picture_needs_less_than_three_kilobytes_and_keeps_what_was_said_of_it():
    lines, state = [written(number) for number in range(COUNT)], State()
    tracemalloc.start()
    for line in lines:
        state.add(FACTS.validate_json(line))
    needed, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert needed / COUNT < 3000
    assert [taken.model_dump_json(exclude_unset=True).encode() for taken in state.taken.values()] == lines
