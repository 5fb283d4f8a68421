"""The files of the library: finding them, reading them into seeds, writing them, and the schema that editors use.

Nothing here remembers anything: what was known of the library before, and ids or texts that two files share, are the
shelf's business.
"""

from bot.library.characters import fingerprint, normalise
from bot.library.files import find_files
from bot.library.form import json_schema
from bot.library.reading import id_of, read_file
from bot.library.writing import as_yaml, put, seed_of, tidied

__all__ = [
    "as_yaml",
    "find_files",
    "fingerprint",
    "id_of",
    "json_schema",
    "normalise",
    "put",
    "read_file",
    "seed_of",
    "tidied",
]
