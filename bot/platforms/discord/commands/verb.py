"""How a verb of `/seedbed` is made of a function: its name and every text of it from the catalogue."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from discord import app_commands

from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.words import Words

Suggest: TypeAlias = Callable[[Interaction, str], Awaitable[list[app_commands.Choice[str]]]]


def add(
    group: app_commands.Group,
    words: Words,
    callback: Callable[..., Awaitable[None]],
    *,
    suggest: Mapping[str, Suggest] | None = None,
    choices: Mapping[str, tuple[str, ...]] | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """A verb with the function's name and parameters.

    `suggest` completes options as one types, `choices` limits them. `texts` names another text for an option than the
    one that all verbs share.
    """
    name = callback.__name__
    command: app_commands.Command[Any, ..., None] = app_commands.Command(
        name=words.localised(f"organiser.name_{name}"),
        description=words.localised(f"organiser.{name}_about"),
        callback=callback,  # type: ignore[arg-type]  # discord.py checks the parameters itself, when it reads them
    )
    options = [parameter.name for parameter in command.parameters]
    described = {option: (texts or {}).get(option, f"option_{option}") for option in options}
    app_commands.rename(**{option: words.localised(f"organiser.name_{option}") for option in options})(command)
    app_commands.describe(**{one: words.localised(f"organiser.{text}") for one, text in described.items()})(command)
    app_commands.choices(
        **{
            option: [
                app_commands.Choice(name=words.localised(f"organiser.{option}_{value}"), value=value)
                for value in values
            ]
            for option, values in (choices or {}).items()
        }
    )(command)
    for option, suggestion in (suggest or {}).items():
        command.autocomplete(option)(suggestion)  # type: ignore[arg-type]  # a bound method is a coroutine function, too
    group.add_command(command)
