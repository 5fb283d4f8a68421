"""A simulated Discord as a process of its own: REST v10 and gateway over sockets, for an unmodified discord.py.

python -m tests.simulators.discord      prints its address, then serves until it is told to end

{address}/api/v10    discord.http.Route.BASE
ws://.../gateway     discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY; plain text or zlib-stream
{address}/control    for tests, who use client.py rather than this

GET  /control        the whole state; see control/state.py
POST /control        {"do": verb, ...} -> JSON, or 400 {"error": sentence}. Channels and people go by name or id.

  people.py    person, post, react, unreact, clear, clear_emoji, delete_message, takes_messages
  asking.py    slash, autocomplete, message_menu, press, submit -> {"interaction": id}; answer waits for one
  places.py    create_channel, channels (many), change_channel, delete_channel, permit, forbid, overwrite, role,
               remove_guild, add_guild, guild_settings
  weather.py   fault, no_faults (kinds and steps: faults.py), reset, tune, limit, drop, invalid_session, reconnect,
               refuse_gateway, send_frame, hold_events
  state.py     messages, requests, counts

It starts with the guild that town.py describes. Where Discord's own behaviour is not published, it does this:
- a nonce is remembered for 60 seconds (`tune`), for all channels of the bot together;
- embeds of a bot without EMBED_LINKS are refused with 50013, not dropped;
- Components V2 are refused in forum posts unless `tune(forum_cards=True)`;
- text is counted in code points; a mention inside a code span counts as a mention;
- a single message is fetched with READ_MESSAGE_HISTORY only, else 50013.
"""
