"""Slack's markup, for the texts that are parsed: a message's own text, and words of ours.

Once these three characters are escaped, nothing mentions, links or pings. Asterisks and their like still format, and
Slack has no escape for them; so what others wrote goes into rich text, which is not parsed at all.
"""


def escape(text: str) -> str:
    """A text with no character of the markup that could mention, link or ping."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def link(label: str, url: str) -> str:
    """A link with a label on one line; `url` is a safe one (`plain.safe_url`)."""
    return f"<{escape(url)}|{escape(label)}>"


def group(name: str) -> str:
    """A mention of a user group, by its id; pings its members."""
    return f"<!subteam^{name}>"
