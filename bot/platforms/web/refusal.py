"""How the page says no: a status and one sentence for the reader."""

from bot.errors import SeedbedError


class Refusal(SeedbedError):
    """`retry_after` is in whole seconds. Never leaves the web platform: it becomes a page, or JSON for the script."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after


TITLES = {
    400: "That could not be read",
    401: "Please sign in first",
    403: "Not from here",
    404: "Nothing grows here",
    405: "That is not how this works",
    413: "Too much at once",
    429: "A little slower, please",
    500: "Something went wrong here",
    503: "Not just now",
}

SENTENCES = {
    400: "The request was not in a form that this page understands.",
    404: "There is no page at this address. The seeds are one step back.",
    405: "This address takes another kind of request.",
    413: "A request may hold at most 64 KB.",
    503: "Seedbed cannot do this at the moment; whoever runs it finds the reason in its log.",
    500: "It was not your doing; the log says what happened. Try again in a moment.",
}


def title(status: int) -> str:
    return TITLES.get(status, "That did not work")


def sentence(status: int) -> str:
    return SENTENCES.get(status, "The request could not be answered.")
