"""How the page looks and reads: narrow and wide, light and dark, for eyes, keyboards and screen readers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Readers
from tests.e2e.process import Home, Running

PATHS = ["/", "/c/garden/ahead", "/nowhere"]

# For every text that is seen: its contrast with what is behind it, as WCAG 2 computes it.
CONTRAST = """() => {
  const parse = colour => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
  const channel = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = ({r, g, b}) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = element => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.a === 1) return colour;
    }
    throw new Error("nothing opaque behind " + element.outerHTML);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    const emoji = element.closest(".emoji, [aria-hidden]"), size = parseFloat(style.fontSize);
    if (!node.data.trim() || emoji || box.width < 2 || !element.checkVisibility()) continue;
    const [light, dark] = [luminance(parse(style.color)), luminance(behind(element))].sort((a, b) => b - a);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    found.push({text: node.data.trim().slice(0, 40), contrast: (light + 0.05) / (dark + 0.05), least: large ? 3 : 4.5});
  }
  return found;
}"""


@pytest.fixture(scope="module")
def busy(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A page with everything on it: long words, an answered request, a reaction, a broken file, little to read."""
    home = Home(tmp_path_factory.mktemp("busy") / "home")
    home.write("seeds/long.yaml", f"title: {'Sesquipedalian' * 12}\ntext: {'unbroken' * 200}\ntopics: [length]\n")
    home.write("seeds/moss.yaml", "title: On moss\ntext: Moss drinks the fog.\ntopics: [moss]\n")
    home.write("seeds/a-very-long-name-that-nobody-would-choose-for-a-file.yaml", "text: fine\nautor: Ada\n")
    with home.bot() as bot, chromium.new_context() as context:
        page = context.new_page()
        page.goto(bot.address)
        with page.expect_response("**/react"):
            page.locator(".seed .buttons button").first.click()
        for topic in ("moss", "length"):
            page.get_by_role("combobox").fill(topic)
            with page.expect_response("**/seed"):
                page.get_by_role("button", name="Ask").click()
        yield bot


def opened(page: Page) -> Page:
    """With all that is folded unfolded."""
    page.locator("details").evaluate_all("all => all.forEach(each => (each.open = true))")
    return page


@pytest.mark.parametrize("width", [320, 360, 800, 1400])
@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_wider_than_the_window(busy: Running, reader: Readers, path: str, width: int) -> None:
    page = opened(reader(busy.address + path, viewport={"width": width, "height": 800}))
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_what_is_behind_it(busy: Running, reader: Readers, path: str, scheme: str) -> None:
    page = opened(reader(busy.address + path, color_scheme=scheme))
    texts = page.evaluate(CONTRAST)
    assert len(texts) > 5
    assert [text for text in texts if text["contrast"] < text["least"]] == []


def test_dark_is_dark_and_light_is_light(busy: Running, reader: Readers) -> None:
    light, dark = (reader(busy.address, color_scheme=scheme) for scheme in ("light", "dark"))
    grounds = [
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)")
        for page in (light, dark)
    ]
    assert min(grounds[0]) > 200
    assert max(grounds[1]) < 60


@pytest.mark.parametrize("path", PATHS)
def test_a_screen_reader_finds_its_way(busy: Running, reader: Readers, path: str) -> None:
    page = opened(reader(busy.address + path))
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    nameless = """all => all.filter(each => !(each.innerText || each.ariaLabel || each.labels?.length))
      .map(each => each.outerHTML)"""
    assert page.locator("a, button, input:not([type=hidden]), summary").evaluate_all(nameless) == []


def test_the_skip_link_is_first_and_leads_to_the_text(busy: Running, reader: Readers) -> None:
    page = reader(busy.address)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_the_focus_is_seen_wherever_it_goes(busy: Running, reader: Readers) -> None:
    page = reader(busy.address, reduced_motion="reduce")
    seen = 0
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === document.body) return null;
              return Math.max(...[one, one.parentElement].map(each => {
                const style = getComputedStyle(each);
                return style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth);
              }));
            }"""
        )
        if outline is None:
            break
        assert outline >= 2, page.evaluate("document.activeElement.outerHTML")
        seen += 1
    assert seen > 10


def test_what_can_be_pressed_is_large_enough(busy: Running, reader: Readers) -> None:
    """24 by 24 pixels at least (WCAG 2.2, target size)."""
    page = opened(reader(busy.address, viewport={"width": 320, "height": 800}))
    sizes = page.locator("button:visible").evaluate_all(
        "all => all.map(each => { const box = each.getBoundingClientRect(); return [box.width, box.height]; })"
    )
    assert len(sizes) > 6
    assert min(min(size) for size in sizes) >= 24


def test_whoever_wants_less_motion_gets_none(busy: Running, reader: Readers) -> None:
    page = reader(busy.address, reduced_motion="reduce")
    moving = "all => all.filter(each => parseFloat(getComputedStyle(each).transitionDuration) > 0).length"
    assert page.locator("*").evaluate_all(moving) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_the_chart_is_drawn_and_its_numbers_can_be_read(busy: Running, reader: Readers) -> None:
    page = reader(f"{busy.address}/c/garden/ahead")
    bar = page.locator(".chart rect").first
    box = bar.bounding_box()
    assert box is not None
    assert box["width"] > 100
    row = page.locator(".chart").get_by_role("row").nth(1)
    expect(row.get_by_role("rowheader")).to_have_count(1)
    expect(row.get_by_role("cell")).to_contain_text("1")
