"""The limits of messages and threads; what breaks one is named by its path in a 50035."""

from datetime import datetime

from tests.simulators.discord import components
from tests.simulators.discord.model import Flag, Json, Message
from tests.simulators.discord.problems import ApiError, Form, Path

MOST_CONTENT = 2000
MOST_EMBED_TEXT = 6000
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)
SETTABLE = Flag.SUPPRESS_EMBEDS | Flag.SUPPRESS_NOTIFICATIONS | Flag.COMPONENTS_V2
LEGACY_FIELDS = ("content", "embeds", "poll", "sticker_ids")


def check_message(body: Json, *, earlier: Message | None = None, ephemeral: bool = False) -> None:
    """A message about to be created, or edited when there is an `earlier` one. ApiError 50035, or 50006 if empty."""
    form = Form()
    flags = _flags(form, body, earlier, ephemeral=ephemeral)
    v2 = bool(flags & Flag.COMPONENTS_V2)
    content = (body.get("content") or "") if "content" in body or earlier is None else earlier.content
    form.text(("content",), content, 0, MOST_CONTENT)
    check_embeds(form, ("embeds",), body.get("embeds") or [])
    if v2:
        for name in LEGACY_FIELDS:
            if body.get(name) or (earlier and name not in body and getattr(earlier, name, None)):
                form.fault(
                    (name,),
                    "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                    f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2",
                )
    components.check(form, ("components",), body.get("components") or [], v2=v2)
    check_mentions(form, body.get("allowed_mentions") or {})
    check_nonce(form, body.get("nonce"))
    form.check()
    if _is_empty(body, earlier):
        raise ApiError(50006)


def check_embeds(form: Form, path: Path, embeds: list[Json]) -> None:
    """At most ten, each within its limits and all within 6000 characters."""
    if len(embeds) > 10:
        form.fault(path, "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for number, embed in enumerate(embeds):
        _check_embed(form, (*path, number), embed)
    if sum(map(_embed_text, embeds)) > MOST_EMBED_TEXT:
        form.fault(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_EMBED_TEXT}")


def check_mentions(form: Form, allowed: Json) -> None:
    """`parse` and a list of the same kind are mutually exclusive; a list holds at most a hundred."""
    parse = allowed.get("parse") or []
    for kind in parse:
        form.one_of(("allowed_mentions", "parse"), kind, ("roles", "users", "everyone"))
    for kind in ("users", "roles"):
        listed = allowed.get(kind) or []
        if len(listed) > 100:
            form.fault(("allowed_mentions", kind), "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
        if listed and kind in parse:
            words = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.fault(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", words)


def check_nonce(form: Form, nonce: object) -> None:
    """A whole number, or a text of at most 25 characters."""
    if isinstance(nonce, str):
        form.text(("nonce",), nonce, 0, 25)
    elif nonce is not None and (isinstance(nonce, bool) or not isinstance(nonce, int)):
        form.fault(("nonce",), "NONCE_TYPE_INVALID", "A nonce is a text or a whole number.")


def check_thread(form: Form, body: Json, *, creating: bool) -> None:
    """The name and the time after which it is archived."""
    if creating or "name" in body:
        form.text(("name",), body.get("name"), 1, 100)
    if body.get("auto_archive_duration") is not None:
        form.one_of(("auto_archive_duration",), body["auto_archive_duration"], ARCHIVE_MINUTES)


def _flags(form: Form, body: Json, earlier: Message | None, *, ephemeral: bool) -> Flag:
    """The flags that the message will have, as far as its sender has a say."""
    wanted = Flag(body.get("flags") or 0)
    allowed = SETTABLE | Flag.EPHEMERAL if ephemeral else SETTABLE
    if wanted & ~allowed and earlier is None:
        form.fault(("flags",), "BASE_TYPE_CHOICES", f"Only the flags in {int(allowed)} can be set.")
    if earlier and earlier.flags & Flag.COMPONENTS_V2:
        if "flags" in body and not wanted & Flag.COMPONENTS_V2:
            words = "The flag IS_COMPONENTS_V2 cannot be removed from a message"
            form.fault(("flags",), "MESSAGE_FLAGS_COMPONENTS_V2_CANNOT_BE_REMOVED", words)
        wanted |= Flag.COMPONENTS_V2
    return wanted


def _is_empty(body: Json, earlier: Message | None) -> bool:
    """Nothing to see: neither text, embed, component nor file, neither new nor kept."""
    kept: Json = {}
    if earlier:
        kept = {name: getattr(earlier, name) for name in ("content", "embeds", "components", "attachments")}
    merged = kept | {name: value for name, value in body.items() if name in {*kept, *LEGACY_FIELDS, "components"}}
    merged["attachments"] = body.get("attachments") or kept.get("attachments")
    return not (str(merged.pop("content", None) or "").strip() or any(merged.values()))


def _check_embed(form: Form, path: Path, embed: Json) -> None:
    footer, author = embed.get("footer") or {}, embed.get("author") or {}
    for place, value, most in (
        (("title",), embed.get("title"), 256),
        (("description",), embed.get("description"), 4096),
        (("footer", "text"), footer.get("text"), 2048),
        (("author", "name"), author.get("name"), 256),
    ):
        if value is not None:
            form.text((*path, *place), value, 0, most)
    for place, url in ((("url",), embed.get("url")), (("author", "url"), author.get("url"))):
        if url is not None and not str(url).startswith(("http://", "https://")):
            form.fault((*path, *place), "URL_TYPE_INVALID_SCHEME", "Scheme must be one of ('http', 'https').")
    fields = embed.get("fields") or []
    if len(fields) > 25:
        form.fault((*path, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, field in enumerate(fields):
        form.text((*path, "fields", number, "name"), field.get("name"), 1, 256)
        form.text((*path, "fields", number, "value"), field.get("value"), 1, 1024)
    if embed.get("timestamp"):
        _check_instant(form, (*path, "timestamp"), embed["timestamp"])


def _check_instant(form: Form, path: Path, value: str) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        form.fault(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


def _embed_text(embed: Json) -> int:
    """The characters that count: titles, descriptions, field names and values, footer texts and author names."""
    parts = [embed.get("title"), embed.get("description")]
    parts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        parts += [field.get("name"), field.get("value")]
    return sum(len(part) for part in parts if isinstance(part, str))
