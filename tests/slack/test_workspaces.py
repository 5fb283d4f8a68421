"""Which workspace an address means, with one of them and with several."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import NotSent, Refused
from bot.platforms.slack.workspaces import Workspace, Workspaces


def workspace(team: str) -> Workspace:
    url = f"https://{team.lower()}.slack.com/"
    return Workspace(team, f"Team {team}", url, "U0BOT", "B0BOT", "seedbed", AsyncWebClient(retry_handlers=[]))


def several(*teams: str) -> Workspaces:
    found = Workspaces()
    found.trouble = ""
    for team in teams:
        found.add(workspace(team))
    return found


def test_with_one_workspace_a_channel_needs_no_more_than_its_id() -> None:
    one = several("T1")
    assert one.of("C0123").team == one.of("T1/C0123").team == "T1"
    assert set(one.addresses("T1", "C0123")) == {"C0123", "T1/C0123"}


def test_with_several_an_address_has_to_say_which() -> None:
    two = several("T1", "T2")
    assert two.of("T2/C0123").team == "T2"
    assert set(two.addresses("T2", "C0123")) == {"T2/C0123"}, "the same id in another workspace is another channel"
    with pytest.raises(Refused, match="such as T1/C0123"):
        two.of("C0123")


def test_before_any_workspace_is_reached_nothing_is_refused() -> None:
    with pytest.raises(NotSent, match="not started"):
        Workspaces().of("C0123")


@pytest.mark.parametrize("address", ["C0123", "T1/C0123"])
def test_where_the_app_is_installed_nowhere_it_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="install it there"):
        several().of(address)


def test_a_workspace_that_was_left_is_refused() -> None:
    two = several("T1", "T2")
    two.drop("T1")
    with pytest.raises(Refused, match="not installed"):
        two.of("T1/C0123")
    assert [one.team for one in two] == ["T2"]


def test_a_permalink_is_made_as_slack_makes_it() -> None:
    link = workspace("T1").permalink("C0123", "1795494622.619775")
    assert link == "https://t1.slack.com/archives/C0123/p1795494622619775"
