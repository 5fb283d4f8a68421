"""What a member does on the page, in a real browser against the real program."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Readers
from tests.e2e.process import Home, Running

expect.set_options(timeout=PATIENCE)

HOSTILE = """\
title: "@everyone <script>alert(1)</script> [x](javascript:alert(1))"
author: "<img src=x onerror=alert(2)>"
text: "</p><script>alert(3)</script> @everyone <b onmouseover=alert(4)>bold</b>"
topics: ["<svg onload=alert(5)>"]
"""


def reaction(page: Page, label: str = "Well put") -> Locator:
    return page.locator(".seed").get_by_role("button", name=label)


def tab_to(page: Page, target: Locator) -> None:
    """By the keyboard alone, as far as it takes."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the keyboard never reached {target}")


def test_a_reader_finds_todays_seed_and_its_three_questions(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    (post,) = [line for line in bot.log.splitlines() if "posted" in line]
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_visible()
    assert "seed=" in post
    expect(page.get_by_role("heading", name="Answer any one:")).to_be_visible()
    expect(page.locator(".seed .question")).to_have_count(3)
    expect(page.locator(".seed .family")).to_have_text(["Close reading", "Take a side", "Connect"])
    assert heading.inner_text() in page.title()


def test_reacting_by_keyboard_alone(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    button = reaction(page)
    expect(button).to_have_attribute("aria-pressed", "false")
    tab_to(page, button)
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button.locator(".count")).to_have_text("1")
    assert button.evaluate("element => element === document.activeElement"), "the focus stays"
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button.locator(".count")).to_have_text("")


def test_counts_change_live_in_every_open_tab(bot: Running, reader: Readers) -> None:
    first, second = reader(bot.address), reader(bot.address)
    reaction(first).click()
    expect(reaction(second).locator(".count")).to_have_text("1")
    expect(reaction(second)).to_have_attribute("aria-pressed", "false")
    reaction(second).click()
    expect(reaction(first).locator(".count")).to_have_text("2")
    reaction(first).click()
    expect(reaction(second).locator(".count")).to_have_text("1")
    expect(reaction(second)).to_have_attribute("aria-pressed", "true")


def test_another_tab_of_the_same_visitor_shows_the_button_pressed(bot: Running, reader: Readers) -> None:
    first = reader(bot.address)
    second = first.context.new_page()
    second.goto(bot.address)
    reaction(first).click()
    expect(reaction(second)).to_have_attribute("aria-pressed", "true")


def test_a_reload_keeps_what_was_pressed(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    with page.expect_response("**/react"):
        reaction(page).click()
    page.reload()
    expect(reaction(page)).to_have_attribute("aria-pressed", "true")


def unread_topic(page: Page) -> str:
    """A topic of a seed that is not the one on top."""
    return "bees" if page.get_by_role("heading", level=1).inner_text() != "Bees in winter" else "moss"


def test_asking_by_topic_with_completion_by_keyboard(bot: Running, reader: Readers) -> None:
    page, onlooker = reader(bot.address), reader(bot.address)
    topic = unread_topic(page)
    box = page.get_by_role("combobox", name="A topic, a title or an author")
    tab_to(page, box)
    page.keyboard.type(topic[:2])
    expect(page.get_by_role("option", name=topic)).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text(topic)
    page.keyboard.press("Enter")
    expect(box).to_have_value(topic)
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Here it is")).to_be_visible()
    asked = page.locator("#earlier article").filter(has_text=f"asked for: {topic}")
    expect(asked.locator("h3")).to_be_focused()
    expect(asked).to_be_in_viewport()
    expect(onlooker.locator("#earlier article")).to_have_count(1)


def test_escape_closes_the_list_and_keeps_the_words(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    box = page.get_by_role("combobox")
    box.press_sequentially("wi")
    expect(page.get_by_role("option")).to_have_count(2)
    box.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("wi")
    box.press("ArrowDown")
    expect(page.get_by_role("option")).to_have_count(2)
    page.get_by_role("option", name="winter").click()
    expect(box).to_have_value("winter")


def test_a_near_topic_is_one_press_away(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    topic = unread_topic(page)
    page.get_by_role("combobox").fill(f"{topic}zz")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("The library has nothing about")).to_be_visible()
    page.locator(".near").get_by_role("button", name=topic).click()
    expect(page.locator("#earlier article")).to_have_count(1)


def test_what_was_read_already_is_a_link_to_it(bot: Running, reader: Readers) -> None:
    page = reader(bot.address)
    topic = unread_topic(page)
    for answer in ("Here it is", "has been read here already"):
        page.get_by_role("combobox").fill(topic)
        page.get_by_role("button", name="Ask").click()
        expect(page.locator("#answer")).to_contain_text(answer)
    page.get_by_role("heading", level=1).scroll_into_view_if_needed()
    page.locator("#answer").get_by_role("link").click()
    expect(page.locator("#earlier h3")).to_be_focused()


def test_without_scripts_everything_works_by_forms(bot: Running, reader: Readers) -> None:
    page = reader(bot.address, java_script_enabled=False)
    topic = unread_topic(page)
    reaction(page).click()
    expect(reaction(page)).to_have_attribute("aria-pressed", "true")
    expect(reaction(page).locator(".count")).to_have_text("1")
    page.get_by_label("A topic, a title or an author").fill(topic)
    page.get_by_role("button", name="Ask").click()
    expect(page.locator("#earlier article")).to_have_count(1)
    expect(page.locator("#earlier article details")).to_have_attribute("open", "")
    page.get_by_label("A topic, a title or an author").fill("zzzz zzzz")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_text("The library has nothing about")).to_be_visible()


def test_a_hostile_seed_is_only_text(home: Home, reader: Readers) -> None:
    for file in home.seeds.iterdir():
        file.unlink()
    home.write("seeds/hostile.yaml", HOSTILE)
    with home.bot() as bot:
        page = reader(bot.address)
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "@everyone <script>alert(1)</script> [x](javascript:alert(1))"
        )
        expect(page.locator(".seed .excerpt")).to_contain_text("<b onmouseover=alert(4)>bold</b>")
        page.get_by_role("combobox").press_sequentially("<s")
        expect(page.locator("main img, main b, main script, .seed .excerpt svg")).to_have_count(0)
        reaction(page).click()
        page.get_by_role("link", name="What is ahead", exact=True).click()
        expect(page.get_by_role("table").last).to_contain_text("<svg onload=alert(5)>")
        expect(page.locator("main img, main script")).to_have_count(0)


def test_a_tab_outlives_a_restart_of_the_bot(home: Home, reader: Readers) -> None:
    with home.bot() as bot:
        port = bot.address.rpartition(":")[2]
        first = reader(bot.address)
        with first.expect_response("**/events"):
            first.reload()
        first.evaluate("window.stayed = true")
        assert bot.terminate().code == 0
    with home.bot("--port", port) as bot:
        reaction(reader(bot.address)).click()
        expect(reaction(first).locator(".count")).to_have_text("1")
        assert first.evaluate("window.stayed"), "and it was not reloaded"
        reader.close()
    # Whether the tab met a closed door depends on how quickly the bot came back.
    reader.trouble = [line for line in reader.trouble if "ERR_CONNECTION_REFUSED" not in line]
