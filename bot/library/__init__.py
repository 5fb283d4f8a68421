"""The files of the library: finding them, reading them into seeds, and the schema that editors complete them by.

Nothing here remembers anything: what was known of the library before, and ids or texts that two files share, are the
shelf's business.
"""

from bot.library.characters import fingerprint, normalise
from bot.library.files import find_files
from bot.library.form import json_schema
from bot.library.reading import read_file

__all__ = ["find_files", "fingerprint", "json_schema", "normalise", "read_file"]
