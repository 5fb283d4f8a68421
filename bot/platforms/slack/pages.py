"""The few pages that a browser sees while a workspace installs the app."""

from html import escape
from typing import Final

STYLE: Final = """
  body { font: 18px/1.6 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto 3rem; padding: 0 1.2rem;
         color: #23301f; background: #fbfaf6; }
  h1 { font-size: 1.5rem; line-height: 1.3; }
  a.go { display: inline-block; margin-top: .6rem; padding: .55rem 1.1rem; border-radius: .5rem; background: #2f5d3a;
         color: #fff; text-decoration: none; }
  a.go:focus-visible { outline: 3px solid #7aa884; outline-offset: 2px; }
  code { background: #ecebe2; padding: .1em .3em; border-radius: .25em; }
  @media (prefers-color-scheme: dark) { body { color: #e6e8df; background: #1a1f19; } code { background: #2a3129; }
         a.go { background: #7aa884; color: #10150f; } }
"""


def begin(address: str) -> str:
    """Before Slack's own page, which `address` leads to."""
    return _page(
        "Seedbed for Slack",
        "<p>One excerpt a day, with questions worth answering, in a channel of your workspace. Slack shows next what "
        "the app may do there. Of what people write it keeps nothing but what they propose.</p>"
        f'<a class="go" href="{escape(address)}">Add to Slack</a>',
    )


def done(workspace: str, address: str) -> str:
    """After it; `address` opens the workspace."""
    return _page(
        f"Seedbed is in {workspace}",
        "<p>In the channel that is to get the daily excerpt, write <code>/invite @seedbed</code> and then "
        "<code>/seedbed setup</code>.</p>"
        f'<a class="go" href="{escape(address)}">Open Slack</a>',
    )


def not_done(what: str, again: str) -> str:
    """`what` is a sentence; `again` leads to the beginning."""
    return _page("Not installed", f'<p>{escape(what)}</p><a class="go" href="{escape(again)}">Begin again</a>')


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )
