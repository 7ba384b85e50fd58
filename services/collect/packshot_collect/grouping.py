"""Which side each product is on, after products that look alike were made one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from packshot.contracts.collecting import Grouping
from packshot.contracts.dataset import Item
from packshot.datasets.splits import Shares, side_of
from packshot_collect.alike import join_products
from packshot_collect.look import Look


def split(items: Sequence[Item], looks: Sequence[Look | None], rules: Grouping) -> tuple[list[Item], str]:
    """The items on their sides, and what to tell people about it ("" for nothing).

    Products with pictures that look alike are given one name, for whoever splits again, such as into folds.
    """
    seen = [(item.product, look) for item, look in zip(items, looks, strict=True) if look is not None]
    names: dict[str, str] = {}
    if rules.alike >= 0 and seen:
        names = join_products([product for product, _ in seen], [look for _, look in seen], rules.alike)
    shares = Shares(rules.validation, rules.test)
    placed = []
    for item in items:
        product = names.get(item.product, item.product)
        placed.append(item.model_copy(update={"product": product, "split": side_of(product, rules.seed, shares)}))
    return placed, _warning(placed)


def _warning(items: Sequence[Item]) -> str:
    if not items:
        return ""
    product, count = Counter(item.product for item in items).most_common(1)[0]
    if count < max(10, len(items) // 3):
        return ""
    return f"{count} of {len(items)} pictures look alike and count as one product ({product}); a smaller `alike` parts them."
