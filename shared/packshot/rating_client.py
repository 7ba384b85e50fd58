"""What a client asks of ratings."""

from __future__ import annotations

from urllib.parse import quote

from packshot.client import Client
from packshot.contracts.rating import NewRating, Ranking, RatingView


class RatingClient:
    """Ratings, asked of the packshot that `client` reaches; errors as there."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ratings(self, limit: int = 50) -> list[RatingView]:
        """The newest first."""
        return await self._client.ask_list(RatingView, "/v1/ratings", params={"limit": limit})

    async def start(self, rating: NewRating) -> RatingView:
        """Start a rating of systems."""
        reply = await self._client.ask("POST", "/v1/ratings", json=rating.model_dump(mode="json"), timeout=None)
        return RatingView.model_validate(reply.json())

    async def ranking(self, rating: str) -> Ranking:
        """Which systems people prefer."""
        reply = await self._client.ask("GET", f"/v1/ratings/{quote(rating)}/ranking", timeout=None)
        return Ranking.model_validate(reply.json())
