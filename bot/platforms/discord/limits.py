"""How much Discord takes, and how it is counted. discord.py checks none of it: what is too long is refused whole.

Text is measured as it is sent, after escaping. Discord counts characters, but does not say whether most emoji are one
of them each, as Python has it, or two, as JavaScript has it. Two is the larger count: what fits by it fits either way.
"""

# How a sum over several texts is counted is written down nowhere, so sums keep five percent in hand.
_MARGIN = 0.95

CARD = int(4000 * _MARGIN)  # over all texts of a layout
EMBED = int(6000 * _MARGIN)  # over all texts of an embed
TITLE = 256
DESCRIPTION = 4096
FIELD = 1024
CONTENT = 2000
THREAD_NAME = 100


def length(text: str) -> int:
    """Characters, where one beyond the basic plane counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
