"""听写: where a speech service plugs in. None does by default: no villager's voice leaves the county's machine."""

from typing import Protocol


class Listener(Protocol):
    """Hears what is said in a recording."""

    async def words_of(self, content: bytes, content_type: str) -> str | None:
        """Give the words of a recording; None where there are none that can be told.

        It is called once for each recording, outside any transaction, and may take its time; what it raises is logged,
        and the recording is kept without words.
        """
