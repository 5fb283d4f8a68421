"""The bot itself, people, guilds, channels and direct channels."""

from tests.simulators.discord import payloads
from tests.simulators.discord.faults import Kind
from tests.simulators.discord.problems import ApiError, invalid
from tests.simulators.discord.rest.messages import CHANNEL
from tests.simulators.discord.rest.table import Call, Reply, Route
from tests.simulators.discord.simulation import Simulation


def me(sim: Simulation, _: Call) -> Reply:
    return Reply({**payloads.user(sim.world.bot), "verified": True, "mfa_enabled": True, "email": None})


def user(sim: Simulation, call: Call) -> Reply:
    found = sim.world.users.get(call.number("user"))
    if found is None:
        raise ApiError(10013)
    return Reply(payloads.user(found))


def application(sim: Simulation, _: Call) -> Reply:
    owner = next(iter(sim.world.guilds.values())).owner_id
    return Reply(
        {
            "id": str(sim.application_id),
            "name": sim.world.bot.name,
            "icon": None,
            "description": "",
            "bot_public": False,
            "bot_require_code_grant": False,
            "owner": payloads.user(sim.world.users[owner]),
            "verify_key": "0" * 64,
            "team": None,
            "flags": 0,
            "approximate_guild_count": sum(guild.joined for guild in sim.world.guilds.values()),
            "bot": payloads.user(sim.world.bot),
        }
    )


def gateway(sim: Simulation, _: Call) -> Reply:
    return Reply({"url": sim.gateway.address})


def gateway_bot(sim: Simulation, _: Call) -> Reply:
    used = len(sim.gateway.identifies)
    budget = {"total": 1000, "remaining": max(0, 1000 - used), "reset_after": 86_400_000, "max_concurrency": 1}
    return Reply({"url": sim.gateway.address, "shards": 1, "session_start_limit": budget})


def direct_channel(sim: Simulation, call: Call) -> Reply:
    """Opening one always works; sending is what somebody may have closed."""
    number = str(call.body().get("recipient_id", ""))
    found = sim.world.users.get(int(number)) if number.isdigit() else None
    if found is None or found.bot:
        raise invalid("recipient_id", "INVALID_RECIPIENT", "Unknown user")
    return Reply(payloads.direct_channel(sim.world.direct_channel(found), found))


def my_guilds(sim: Simulation, _: Call) -> Reply:
    joined = [guild for guild in sim.world.guilds.values() if guild.joined]
    keys = ("id", "name", "icon", "features", "approximate_member_count", "approximate_presence_count")
    shown = [payloads.guild(guild, len(guild.members)) for guild in joined]
    return Reply([{**{key: one[key] for key in keys}, "owner": False, "permissions": "0"} for one in shown])


def guild(sim: Simulation, call: Call) -> Reply:
    found = sim.world.guild(call.number("guild"))
    return Reply(payloads.guild(found, len(found.members)))


def channels(sim: Simulation, call: Call) -> Reply:
    """Without threads; those that the bot cannot look into are listed too."""
    return Reply([payloads.channel(one) for one in sim.world.guild(call.number("guild")).channels.values()])


def roles(sim: Simulation, call: Call) -> Reply:
    return Reply([payloads.role(one) for one in sim.world.guild(call.number("guild")).roles.values()])


def member(sim: Simulation, call: Call) -> Reply:
    found = sim.world.guild(call.number("guild")).members.get(call.number("user"))
    if found is None:
        raise ApiError(10007 if call.number("user") in sim.world.users else 10013)
    return Reply(payloads.member_with_user(found, sim.world.users[found.user]))


def channel(sim: Simulation, call: Call) -> Reply:
    found = sim.world.reach(call.number("channel"))
    if found.recipient:
        return Reply(payloads.direct_channel(found, sim.world.users[found.recipient]))
    return Reply(payloads.channel(found))


GUILD = r"/guilds/{guild:\d+}"
ROUTES = [
    Route("GET", "/users/@me", Kind.USER, me),
    Route("GET", "/users/@me/guilds", Kind.GUILD, my_guilds),
    Route("POST", "/users/@me/channels", Kind.DIRECT, direct_channel),
    Route("GET", r"/users/{user:\d+}", Kind.USER, user),
    Route("GET", "/oauth2/applications/@me", Kind.APPLICATION, application),
    Route("GET", "/applications/@me", Kind.APPLICATION, application),
    Route("GET", "/gateway", Kind.OTHER, gateway),
    Route("GET", "/gateway/bot", Kind.OTHER, gateway_bot),
    Route("GET", GUILD, Kind.GUILD, guild),
    Route("GET", f"{GUILD}/channels", Kind.GUILD, channels),
    Route("GET", f"{GUILD}/roles", Kind.GUILD, roles),
    Route("GET", GUILD + r"/members/{user:\d+}", Kind.GUILD, member),
    Route("GET", CHANNEL, Kind.CHANNEL, channel),
]
