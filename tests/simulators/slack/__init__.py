"""A simulated Slack as a process of its own: Web API, Socket Mode and signed HTTP, for an unmodified slack_bolt.

python -m tests.simulators.slack      prints its address, then serves until it is told to end

{address}/api/                  base_url of a client; every method by GET and POST, with query, form or JSON
ws://.../link/?ticket=...       what apps.connections.open gives: one ticket, one use, 30 seconds
{address}/response/{key}        the response_url of an interaction
{address}/oauth/v2/authorize    the consent page, which consents; `client.consent` does the same for any address
{address}/control               for tests, who use client.py rather than this

GET  /control        the whole state; see control/state.py
POST /control        {"do": verb, ...} -> JSON, or 400 {"error": sentence}. Channels and people go by name or id,
                     in another workspace than the first by `harbour/reading`.

  people.py    person, change_person, post, react, unreact, pin, edit_message, delete_message
  asking.py    slash, press, press_view, shortcut, message_shortcut, submit, close, suggest, open_home
               -> {"interaction": id}; answer waits for one
  places.py    create_channel, channels (many), change_channel, archive, delete_channel, invite, kick,
               add_team, consent, uninstall, revoke, reinstall, grant, revoke_scope, configure, use_http, use_sockets
  weather.py   fault, no_faults (steps: faults.py), reset, tune, limit, drop, disconnect, refuse_sockets, lose_acks,
               duplicate_events, hold_events, send_frame, app_token
  state.py     messages, requests, deliveries, counts

It starts with the workspace that town.py describes. Where Slack's own behaviour is not published, it does this:
- a `client_msg_id` is kept and never looked at;
- the payload of metadata is shown with `include_all_metadata` and the scope metadata.message:read only;
- a message is pinged by its text and its blocks both, code included;
- blocks of more than 13,200 characters of JSON in all are refused, texts of more than 40,000 too (Slack cuts them);
- characters are counted as units of UTF-16;
- a message takes 23 different emoji; every well-formed name of an emoji is taken to exist;
- a press is answered in place of its message unless the answer says `replace_original: false`;
- five messages in five seconds go into a channel; the tiers of other methods are kept if `tune(tiers=True)`;
- attachments, files, group conversations and enterprise grids are not simulated.
"""
