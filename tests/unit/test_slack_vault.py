"""What is sealed with the operator's key opens with that key alone, unchanged, and for as long as it should."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Secret
from bot.platforms.slack.secrets import Sealed, Vault
from tests.fakes.clock import BEGINNING

KEY = Secret("thirty-two characters are enough")
TEN = timedelta(minutes=10)


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_comes_back_as_it_was(text: str) -> None:
    vault = Vault(KEY)
    sealed = vault.seal(text, BEGINNING)
    assert vault.unseal(sealed) == text
    assert Vault(KEY).unseal_fresh(sealed, TEN, BEGINNING + TEN) == text


def test_what_is_sealed_shows_nothing_and_differs_each_time() -> None:
    vault = Vault(KEY)
    one, other = (vault.seal("xoxb-something", BEGINNING) for _ in range(2))
    assert one != other
    assert "xoxb" not in one


def test_another_key_opens_nothing() -> None:
    sealed = Vault(KEY).seal("moss", BEGINNING)
    with pytest.raises(Sealed):
        Vault(Secret("thirty-two characters are enough!")).unseal(sealed)


@pytest.mark.parametrize("place", [0, 12, 40, -8])
def test_a_changed_character_is_noticed(place: int) -> None:
    sealed = list(Vault(KEY).seal("moss", BEGINNING))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    with pytest.raises(Sealed):
        Vault(KEY).unseal("".join(sealed))


@given(st.text())
def test_any_text_is_safe_to_open(text: str) -> None:
    """It comes from whoever opens the address of the last page."""
    with pytest.raises(Sealed):
        Vault(KEY).unseal(text)
    with pytest.raises(Sealed):
        Vault(KEY).unseal_fresh(text, TEN, BEGINNING)


def test_what_has_to_be_fresh_is_refused_when_it_is_older_or_from_the_future() -> None:
    sealed = Vault(KEY).seal("moss", BEGINNING)
    for moment in (BEGINNING + TEN + timedelta(seconds=1), BEGINNING - timedelta(minutes=2)):
        with pytest.raises(Sealed):
            Vault(KEY).unseal_fresh(sealed, TEN, moment)
    assert Vault(KEY).unseal(sealed) == "moss", "what has no age keeps"
