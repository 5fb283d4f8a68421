"""The question stems behind every prompt that nobody wrote by hand.

Each asks one open question, with at most one gap. There are more than thirty a family, so that a channel with a post a
day need not meet one again within thirty days.
"""

# ruff: noqa: RUF001 - the quotation marks are meant for people
from dataclasses import dataclass
from enum import Enum

from bot.model import Family


class Needs(Enum):
    """What a stem quotes: in double quotation marks from this excerpt, in single ones the heading of an earlier one."""

    CLAUSE = "a clause of the excerpt"
    OPENING = "the first words of the excerpt, which may be cut"
    EARLIER = "the heading of an earlier seed"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Stem:
    """A question with at most one gap, `{}`. `name` is what the thirty-day rule remembers: never reuse one."""

    name: str
    family: Family
    needs: Needs
    question: str


def _stems(family: Family, needs: Needs, questions: dict[str, str]) -> tuple[Stem, ...]:
    return tuple(Stem(f"{family}/{name}", family, needs, question) for name, question in questions.items())


STEMS = (
    *_stems(
        Family.DIRECT,
        Needs.CLAUSE,
        {
            "meaning": "What do you take “{}” to mean here?",
            "own-words": "How would you put “{}” to a friend who has not read this?",
            "weight": "What carries the most weight in “{}”, in your reading?",
            "assumes": "What does “{}” take for granted?",
            "example": "What concrete example comes to mind when you read “{}”?",
            "lost": "What would be lost if the author had left out “{}”?",
            "two-readers": "Where could two careful readers part ways over “{}”?",
            "follows": "What follows, in your view, if we take “{}” at its word?",
            "set-against": "What is “{}” set against, openly or between the lines?",
            "question-behind": "If “{}” is an answer, what is the question behind it?",
            "rely": "What would you need to know before relying on “{}”?",
            "tone": "What tone of voice do you hear in “{}”?",
            "reader": "What sort of reader is “{}” meant for, would you say?",
            "stops-short": "What does “{}” stop short of saying?",
            "between-lines": "What do you read between the lines of “{}”?",
            "picture": "What picture does “{}” put in your mind?",
            "doing-here": "What is “{}” doing in this excerpt, as you see it?",
            "misread": "What would be an easy way to misread “{}”?",
            "swap": "Which word of “{}” would you swap for another, to make its meaning clearer?",
            "writer": "What does “{}” tell you about whoever wrote it?",
            "hinge": "What in the excerpt depends on “{}”?",
            "twelve": "How would you explain “{}” to a bright twelve-year-old?",
            "define": "Which word in “{}” would you ask the author to define?",
            "reach": "How far does “{}” reach, as you read it?",
            "surprise": "What, if anything, surprises you in “{}”?",
            "if-wrong": "How would you notice if “{}” were wrong?",
        },
    ),
    *_stems(
        Family.DIRECT,
        Needs.OPENING,
        {
            "opening-expect": "What does “{}” lead you to expect, right at the start?",
            "opening-lost": "What would be different if the excerpt did not begin with “{}”?",
            "opening-ring": "What does “{}” bring to mind before you read on?",
            "opening-why": "Why might somebody choose to begin with “{}”?",
        },
    ),
    *_stems(
        Family.DIRECT,
        Needs.NOTHING,
        {
            "in-short": "What is this excerpt saying, in a sentence of your own?",
            "underline": "Which part of this excerpt would you underline to bring out what it means?",
            "second-reading": "What in this excerpt could be read in a second way?",
            "unsaid": "What does this excerpt leave unsaid that its meaning hangs on?",
            "name-it": "What title would bring out what this excerpt means to you?",
            "turn": "At which words does this excerpt turn, as you read it?",
        },
    ),
    *_stems(
        Family.SIDE,
        Needs.CLAUSE,
        {
            "defend": "Would you defend “{}” or argue with it, and which other words here would you use?",
            "too-far": "Does “{}” go too far or not far enough, and what in the text makes you say so?",
            "strongest": "Is “{}” the strongest point here or the weakest, and what in the excerpt decides it?",
            "fact-or-view": "Would you file “{}” under fact or under opinion, and what in the text decides it?",
            "wide-or-narrow": "Would you apply “{}” widely or only now and then, judging by what stands around it?",
            "bet": "Would you bet on “{}” or against it in ten years' time, going by what the text offers?",
            "earned": "Has the author earned “{}” or only asserted it, going by the words around it?",
            "plain-or-bold": "Is “{}” cautious or bold, and which of its words tip the balance for you?",
            "half": "Is “{}” the whole truth or half of it, and what in the text points your way?",
            "wink": "Is “{}” meant seriously or with a wink, and which words around it tell you?",
            "help-or-harm": "Does “{}” help the excerpt's case or harm it, and where do you see that?",
            "common-sense": "Is “{}” common sense or a minority view, and what here makes you think so?",
            "describe-or-urge": "Does “{}” describe or urge, and which words persuade you of that?",
            "keep-or-cut": "Would you keep “{}” or cut it, going by what the rest of the excerpt needs?",
            "of-its-time": "Is “{}” of its time or for all times, judging by the words around it?",
        },
    ),
    *_stems(
        Family.SIDE,
        Needs.NOTHING,
        {
            "won-or-lost": "Does this excerpt win you over or lose you, and at which words?",
            "attack": "If you had to argue against this excerpt, which of its words would you go for first?",
            "advocate": "If you had to defend this excerpt to a sceptic, which of its words would you lean on?",
            "even-handed": "Is this excerpt even-handed or one-sided, and which words give it away?",
            "keep": "If only a few words of this excerpt could stay, which would you fight for?",
            "useful": "Is this excerpt more useful or more provocative, and which words decide it for you?",
            "ask-or-answer": "Does this excerpt raise more questions or settle more, and what in it shows that?",
            "hope-or-warning": "Do you read this excerpt as a hope or as a warning, and what in it supports you?",
            "trust": "How far would you trust the author of this excerpt as a guide, going by how it is put?",
            "insiders": "Is this excerpt for insiders or for everybody, and which words decide it?",
            "enough": "Does this excerpt say enough or too little, and which words leave you there?",
            "head-or-heart": "Does this excerpt speak to the head or to the heart, and by which words?",
            "old-or-new": "Is there more old wisdom or new thought in this excerpt, and where do you see it?",
            "sure-or-unsure": "Does the author sound sure or unsure, and which words let you hear it?",
            "objection": "Which objection to this excerpt is the strongest, given what it actually says?",
            "jury": "If you sat on a jury about this excerpt, which of its words would decide your vote?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.EARLIER,
        {
            "earlier-changes": "How does this excerpt change what you made of ‘{}’, which we read earlier?",
            "earlier-adds": "What does this excerpt add to ‘{}’, from our earlier reading?",
            "earlier-pulls": "Where do this excerpt and ‘{}’, which we read earlier, pull in different directions?",
            "earlier-shared": "Which idea runs through both this excerpt and ‘{}’, which we read earlier?",
            "earlier-shelf": "If this excerpt and ‘{}’ shared a shelf, what would its label say?",
            "earlier-ask": "What would you now ask about ‘{}’, having read this excerpt?",
            "earlier-first": "Why would you hand a newcomer this excerpt before ‘{}’, or after it?",
            "earlier-common": "What would you say to somebody who sees no link between this excerpt and ‘{}’?",
            "earlier-reply": "How might ‘{}’ answer this excerpt?",
            "earlier-order": "What would you see differently if we had read this excerpt before ‘{}’?",
            "earlier-example": "What in ‘{}’ would make a good example for this excerpt, or a bad one?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.CLAUSE,
        {
            "seen": "Where in your own work or life have you met something like “{}”?",
            "person": "Which person you know came to mind when you read “{}”?",
            "differently": "What would you do differently this week if you took “{}” seriously?",
            "read-before": "What else have you read that “{}” brings back?",
            "conversation": "Which conversation you have had does “{}” remind you of?",
            "mistake": "Which mistake of yours might “{}” have spared you?",
            "pin-up": "Where would you pin up “{}” at your place of work?",
            "your-trade": "How would people in your trade say “{}”?",
        },
    ),
    *_stems(
        Family.CONNECT,
        Needs.NOTHING,
        {
            "moment": "Which moment in your own work does this excerpt bring back?",
            "other-field": "What in a quite different field is most like what this excerpt is about?",
            "decision": "In which decision ahead of you would this excerpt be worth remembering?",
            "trade": "How would you explain this excerpt to somebody in your own line of work?",
            "belief": "Which belief of yours does this excerpt disturb the most?",
            "younger": "What would this excerpt have told you ten years ago that it no longer does?",
            "pass-on": "To whom would you pass this excerpt on, and with which remark?",
            "not-here": "Where in your own experience would this excerpt not hold?",
            "colleague": "Which of your colleagues would enjoy arguing about this excerpt?",
            "habit": "Which habit of yours does this excerpt speak for or against?",
            "shelf": "Which book, film or song says something close to this excerpt?",
            "news": "What in the news of late does this excerpt help you see?",
            "learned": "What did you have to learn before this excerpt could mean anything to you?",
        },
    ),
)
