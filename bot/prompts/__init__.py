"""Discussion prompts: written by hand where a seed has them, from templates where it has too few."""

from bot.prompts.prompter import Prompter

__all__ = ["Prompter"]
