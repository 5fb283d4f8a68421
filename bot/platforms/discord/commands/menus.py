"""What a message's own menu offers: why this seed was chosen, and to save somebody's words as one."""

import discord
from discord import app_commands

from bot.model import Cutting, LedgerEntry, MessageId, PlatformName, Source
from bot.platforms.discord.commands import answers, plant, typed
from bot.platforms.discord.commands.answers import Interaction
from bot.platforms.discord.commands.form import TEXT
from bot.platforms.discord.parts import Parts

LINE = 200  # characters of an explanation


def add_to(tree: app_commands.CommandTree[discord.Client], parts: Parts) -> None:
    words = parts.words

    @tree.context_menu(name=words.localised("member.why_name"))
    async def why(interaction: Interaction, message: discord.Message) -> None:
        await answers.defer(interaction)
        entry = await parts.overview.post_of(PlatformName.DISCORD, MessageId(str(message.id)))
        if entry is None:
            await answers.tell(words, interaction, "member.why_not")
        else:
            await answers.say(interaction, explanation(parts, entry, str(interaction.locale)))

    @tree.context_menu(name=words.localised("member.keep_name"))
    @app_commands.default_permissions(manage_guild=True)
    async def keep(interaction: Interaction, message: discord.Message) -> None:
        cutting = cutting_of(message)
        if cutting.text:
            await plant.offer(parts, interaction, cutting)
        else:
            await answers.tell(words, interaction, "member.keep_empty")


def explanation(parts: Parts, entry: LedgerEntry, locale: str) -> str:
    """How the seed was chosen, when it was posted, and how many people reacted with what."""
    words, post = parts.words, entry.post
    lines = [words.say("member.why_heading", locale, title=typed.quoted(entry.title or str(post.seed)))]
    lines += [f"- {typed.quoted(line, LINE)}" for line in post.explanation]
    if post.posted:
        lines.append(words.say("member.why_when", locale, when=discord.utils.format_dt(post.posted)))
    if entry.reactions:
        counts = " · ".join(f"{typed.emoji(emoji)} {count}" for emoji, count in entry.reactions.items())
        lines.append(words.say("member.why_reactions", locale, reactions=counts))
    else:
        lines.append(words.say("member.why_no_reactions", locale))
    return "\n".join(lines)


def cutting_of(message: discord.Message) -> Cutting:
    """What a message says, who says it, and where; a forwarded one's author is not told."""
    forwarded = message.message_snapshots[0].content if message.message_snapshots else ""
    described = next((embed.description for embed in message.embeds if embed.description), "")
    name = getattr(message.channel, "name", None)
    return Cutting(
        text=typed.block(message.clean_content or forwarded or described, TEXT),
        author=None if forwarded else typed.one_line(message.author.display_name, LINE),
        source=Source(title=f"#{name}" if name else None, url=message.jump_url),
    )
