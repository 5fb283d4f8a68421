"""Names of emoji: Slack reacts with names, and knows some emoji by several.

emoji.txt beside this file has Slack's names. A line of a sign and a name is one emoji; the signs of the other lines
have the names that Unicode gives them.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Final

from bot.errors import Refused

_NAMED: Final = re.compile(r":([^\s:]+):(?:(:skin-tone-[2-6]):)?")
_TONES: Final = {chr(0x1F3FB + number): f"::skin-tone-{number + 2}" for number in range(5)}
_PICTURE: Final = "\ufe0f"  # asks for the picture of a sign that is a letter, too
_LETTER_A: Final = 0x1F1E6  # of the letters that flags are made of
# What else Slack calls an emoji -> its first name; flags of some countries were there before all others came.
_SAME: Final[Mapping[str, str]] = {
    **{f"flag-{land}": land for land in ("cn", "de", "es", "fr", "gb", "it", "jp", "kr", "ru", "us")},
    "collision": "boom",
    "cooking": "fried_egg",
    "envelope": "email",
    "face_with_finger_covering_closed_lips": "shushing_face",
    "face_with_one_eyebrow_raised": "face_with_raised_eyebrow",
    "face_with_open_mouth_vomiting": "face_vomiting",
    "flipper": "dolphin",
    "grinning_face_with_one_large_and_one_small_eye": "zany_face",
    "grinning_face_with_star_eyes": "star-struck",
    "hand_with_index_and_middle_fingers_crossed": "crossed_fingers",
    "heavy_exclamation_mark": "exclamation",
    "honeybee": "bee",
    "knife": "hocho",
    "lady_beetle": "ladybug",
    "lantern": "izakaya_lantern",
    "lightning_cloud": "lightning",
    "mother_christmas": "mrs_claus",
    "open_book": "book",
    "paw_prints": "feet",
    "pencil": "memo",
    "poop": "hankey",
    "punch": "facepunch",
    "raised_hand": "hand",
    "red_car": "car",
    "reversed_hand_with_middle_finger_extended": "middle_finger",
    "running": "runner",
    "sailboat": "boat",
    "satisfied": "laughing",
    "serious_face_with_symbols_covering_mouth": "face_with_symbols_on_mouth",
    "shit": "hankey",
    "shocked_face_with_exploding_head": "exploding_head",
    "shoe": "mans_shoe",
    "sign_of_the_horns": "the_horns",
    "smiling_face_with_smiling_eyes_and_hand_covering_mouth": "face_with_hand_over_mouth",
    "staff_of_aesculapius": "medical_symbol",
    "sun_behind_cloud": "barely_sunny",
    "sun_behind_rain_cloud": "partly_sunny_rain",
    "sun_small_cloud": "mostly_sunny",
    "telephone": "phone",
    "thumbsdown": "-1",
    "thumbsup": "+1",
    "tornado_cloud": "tornado",
    "tshirt": "shirt",
    "uk": "gb",
    "waxing_gibbous_moon": "moon",
}


def name_of(emoji: str) -> str:
    """Slack's name of an emoji as one types it, or of one given as `:name:`; a skin tone stays with it.

    Refused for a sign whose name is not known here.
    """
    if named := _NAMED.fullmatch(emoji):
        return f"{named[1]}:{named[2]}" if named[2] else named[1]
    sign = emoji.replace(_PICTURE, "")
    tone = next((one for one in sign[1:] if one in _TONES), "")
    sign = sign.replace(tone, "")
    name = _flag(sign) or next((name for one, name in _known() if one == sign), None)
    if name is None:
        raise Refused(f"Slack's name of {emoji} is not known", "write the name between colons, such as :seedling:")
    return name + _TONES.get(tone, "")


def key_of(name: str) -> str:
    """One name for one emoji: that of a reaction as Slack tells it, whichever of its names and skin tones was used."""
    stem = name.partition("::")[0]
    return _SAME.get(stem, stem)


def _flag(sign: str) -> str | None:
    """Two letters of their own kind are the flag of the country with that code."""
    letters = [ord(one) - _LETTER_A for one in sign]
    if len(letters) != 2 or not all(0 <= one < 26 for one in letters):  # noqa: PLR2004  of the alphabet
        return None
    return "flag-" + "".join(chr(ord("a") + one) for one in letters)


def _known() -> Iterator[tuple[str, str]]:
    """Signs and their names."""
    for entry in files("bot.platforms.slack").joinpath("emoji.txt").read_text(encoding="utf-8").splitlines():
        sign, _, name = entry.partition(" ")
        if name:
            yield sign, name
        else:
            yield from ((one, re.sub("[^a-z0-9]+", "_", unicodedata.name(one).lower())) for one in sign)
