"""The commands as users and scripts meet them: real processes, real files, real signals."""

import signal

from tests.e2e.process import Home


def test_a_bot_posts_at_once_says_where_its_page_is_and_ends_when_told_to(home: Home) -> None:
    with home.bot() as bot:
        assert bot.get("/").status == 200
        assert [post["state"] for post in home.posts()] == ["posted"]
        bot.send(signal.SIGTERM)
        bot.wait_for_log("stopping")
        ended = bot.wait()
    assert ended.code == 0
    assert ended.out == f"ready {bot.address}\n"
