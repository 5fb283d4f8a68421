"""Whom a message notifies: what its text mentions, as far as `allowed_mentions` and permissions let it.

Text inside code spans counts too: a test would rather hear of one ping too many.
"""

import re

from tests.simulators.discord import components
from tests.simulators.discord.model import Guild, Json
from tests.simulators.discord.permissions import Permission

USER = re.compile(r"<@!?(\d+)>")
ROLE = re.compile(r"<@&(\d+)>")
CROWD = re.compile(r"@(everyone|here)")


def pinged(guild: Guild | None, text: str, allowed: Json | None, may: Permission, reply_to: int | None) -> list[str]:
    """Ids of users and roles, "everyone", "here". Without `allowed` everything that is mentioned is notified."""
    parse = set(allowed.get("parse") or []) if allowed is not None else {"users", "roles", "everyone"}
    rules = allowed or {}
    found = [who for who in USER.findall(text) if "users" in parse or who in _ids(rules, "users")]
    if guild is not None:
        roles = [who for who in ROLE.findall(text) if "roles" in parse or who in _ids(rules, "roles")]
        found += [who for who in roles if _may_ping_role(guild, int(who), may)]
        if "everyone" in parse and may & Permission.MENTION_EVERYONE:
            found += CROWD.findall(text)
    if reply_to is not None and (allowed is None or rules.get("replied_user")):
        found.append(str(reply_to))
    return list(dict.fromkeys(found))


def text_of(content: str, parts: list[Json]) -> str:
    """All of a message's text that can mention somebody; embeds cannot."""
    return "\n".join([content, *components.texts(parts)])


def _ids(rules: Json, kind: str) -> set[str]:
    return {str(one) for one in rules.get(kind) or []}


def _may_ping_role(guild: Guild, role: int, may: Permission) -> bool:
    found = guild.roles.get(role)
    return found is not None and (found.mentionable or bool(may & Permission.MENTION_EVERYONE))
