"""The families of products."""

from __future__ import annotations

from collections.abc import Callable

from packshot.studio.products.bags import bag
from packshot.studio.products.bottles import bottle, can
from packshot.studio.products.boxes import box
from packshot.studio.products.fabric import fabric
from packshot.studio.products.jewellery import jewellery
from packshot.studio.products.lamps import lamp, thin
from packshot.studio.products.product import Product, Random
from packshot.studio.products.shoes import shoe
from packshot.studio.products.toys import toy
from packshot.studio.products.vessels import bowl, glass, mug

MAKERS: dict[str, Callable[[Random], Product]] = {
    "bottle": bottle,
    "box": box,
    "mug": mug,
    "shoe": shoe,
    "bag": bag,
    "jewellery": jewellery,
    "glass": glass,
    "fabric": fabric,
    "can": can,
    "bowl": bowl,
    "toy": toy,
    "lamp": lamp,
    "thin": thin,
}
"""By family."""
