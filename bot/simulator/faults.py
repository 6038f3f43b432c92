"""故障: what can be made to go wrong, from the page or from a test."""

from dataclasses import dataclass

API_ERRCODES = (45015, 45009, -1, 40001)
"""The errcodes the page offers; a test may set any."""


@dataclass
class Faults:
    """The troubles switched on now. All off at first; each lasts until switched off, or for one use."""

    answer_delay: float = 0.0
    """Seconds the bot's answers travel longer; past the 5-second rule they are lost, the push comes again."""
    lost_answers: int = 0
    """How many of the bot's next answers never arrive: its work is done, and WeChat delivers again."""
    api_delay: float = 0.0
    """Seconds the API's answers take longer, after the work is done."""
    api_errcode: int = 0
    """The errcode that sending answers with; 0 for none. 45015 touches 客服消息 only, as in WeChat."""
    api_errcode_once: bool = False
    cut_after_accept: bool = False
    """The API takes the message, the connection breaks before its answer: an outcome unknown to the bot."""
    cut_once: bool = True

    def take_lost_answer(self) -> bool:
        """Whether this answer of the bot is lost; counts it."""
        if self.lost_answers <= 0:
            return False
        self.lost_answers -= 1
        return True

    def take_api_errcode(self, *, customer_service: bool) -> int:
        """The errcode this sending call is to fail with, or 0; switches a one-time fault off."""
        code = self.api_errcode
        if code == 45015 and not customer_service:
            return 0
        if self.api_errcode_once:
            self.api_errcode = 0
        return code

    def take_cut(self) -> bool:
        """Whether this accepted call's answer is cut off; switches a one-time fault off."""
        cut = self.cut_after_accept
        if self.cut_once:
            self.cut_after_accept = False
        return cut
