"""How much Slack takes, and how it is counted. slack_sdk checks none of it: what is too long is refused whole.

Slack does not say whether it counts characters, as Python does, or units of UTF-16, as JavaScript does. The second is
the larger count: what fits by it fits either way.
"""

import json
from collections.abc import Sequence
from typing import Any

# Slack asks for no more in a message's text, and cuts it off at 40,000. But an edit refuses what is longer than this,
# and a post is edited when a question is swapped. So the excerpt goes on in the thread before that, and what people see
# is never more than what a screen reader, which knows the text alone, reads out to others.
TEXT = 4000
PRIVATE_TEXT = 10_000  # of what is never edited, and has no thread to go on in

# All the blocks of a message share a limit that is written down nowhere. Messages of about 13,200 characters were
# refused, some of less than 12,000 where they had many parts; so the whole JSON is counted, and some kept in hand.
BLOCKS = 12_000
URL = 3000
HEADER = 150


def length(text: str) -> int:
    """Characters, where one beyond the basic plane counts as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(blocks: Sequence[dict[str, Any]]) -> int:
    """Characters of the JSON of blocks."""
    return length(json.dumps(blocks, ensure_ascii=False, separators=(",", ":")))
