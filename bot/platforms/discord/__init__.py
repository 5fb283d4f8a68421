"""Discord as a platform: posts, commands, buttons and reactions, by way of discord.py."""
