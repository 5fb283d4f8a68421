"""The built-in web page: a platform that needs no account and no token."""

from bot.platforms.web.platform import WebPlatform

__all__ = ["WebPlatform"]
