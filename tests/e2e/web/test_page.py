"""The page as people use it, in Chromium."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.web.answers import LONG, SCRIPT
from tests.fakes_process import FakeProcess, run_fake_engine
from tests.web.page import PageServer, page_server

pytestmark = pytest.mark.e2e

TWO_SUM = "Indices of the two numbers that add up to target.\ntwo_sum([2, 7, 11, 15], 9) == [0, 1]"


def _open(context: BrowserContext, server: PageServer) -> Page:
    page = context.new_page()
    page.goto(server.link)
    expect(page.get_by_label("Your question").or_(page.get_by_label("你的问题"))).to_be_visible()
    return page


def _ask(page: Page, question: str) -> None:
    page.locator("#question").fill(question)
    page.keyboard.press("Control+Enter")
    expect(page.locator("article .asked")).to_contain_text(question[:40])


def _done(page: Page, state: str = "done") -> None:
    expect(page.locator(f'article[data-state="{state}"]')).to_be_visible(timeout=60_000)


def test_a_problem_is_asked_its_reasoning_watched_and_its_code_run(
    context: BrowserContext, server: PageServer, artifacts: Path
) -> None:
    page = _open(context, server)
    page.screenshot(path=artifacts / "1-empty.png")
    _ask(page, TWO_SUM)
    expect(page.locator(".fold summary")).to_contain_text("budget 6,144")
    page.locator(".fold summary").click()
    expect(page.locator(".reasoning")).to_contain_text("think about pairs")
    page.screenshot(path=artifacts / "2-reasoning.png")
    _done(page)
    expect(page.locator(".answer .katex-display")).to_have_count(1)
    expect(page.locator(".answer .katex")).to_have_count(5)
    expect(page.locator(".answer")).to_contain_text("it costs $5 and not $10")
    expect(page.locator("pre .hljs-keyword").first).to_be_visible()
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator(".verdict strong")).to_contain_text("1/1", timeout=60_000)
    expect(page.locator(".verdict .complexity")).to_contain_text("O(n) measured")
    assert page.locator("img.plot").evaluate("i => i.complete && i.naturalWidth > 0")
    page.locator(".answer").evaluate("a => a.scrollIntoView()")
    page.screenshot(path=artifacts / "3-run.png")


def test_an_answer_that_is_quicker_than_the_reply_to_its_question_is_shown(
    context: BrowserContext, server: PageServer
) -> None:
    page = _open(context, server)

    def late(route: Route) -> None:
        reply = route.fetch()
        with server.client() as client:
            while client.get(f"/api/entries/{reply.json()['id']}").json()["state"] != "done":
                time.sleep(0.05)
        # The list is read anew at the last event of the stream: all of them came before the reply.
        expect(page.locator("aside")).to_contain_text("turned quickly")
        route.fulfill(response=reply)

    page.route("**/api/ask", late)
    _ask(page, "turned quickly")
    _done(page)


def test_escape_stops_an_answer_and_it_stays_in_the_history(
    context: BrowserContext, server: PageServer, model: FakeProcess
) -> None:
    page = _open(context, server)
    _ask(page, "go on slowly, please")
    expect(page.locator(".answer")).to_contain_text("It goes on.")
    before = len(model.cancelled())
    page.keyboard.press("Escape")
    _done(page, "stopped")
    expect(page.get_by_role("button", name="go on slowly, please", exact=True)).to_be_visible()
    _until(lambda: len(model.cancelled()) > before, "the engine was freed")


def test_a_reloaded_tab_goes_on_where_the_answer_is(
    context: BrowserContext, server: PageServer
) -> None:
    page = _open(context, server)
    _ask(page, "go on slowly while I reload")
    expect(page.locator(".answer")).to_contain_text("It goes on.")
    page.reload()
    before = len(page.locator(".answer").inner_text())
    _until(lambda: len(page.locator(".answer").inner_text()) > max(before, 20), "it grows")
    page.get_by_role("button", name="Stop").click()
    _done(page, "stopped")


def test_a_hostile_answer_runs_loads_and_leads_nowhere(
    context: BrowserContext, server: PageServer, artifacts: Path
) -> None:
    page = _open(context, server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _ask(page, "hostile")
    _done(page)
    page.screenshot(path=artifacts / "hostile.png")
    assert page.evaluate("window.pwned") is None
    assert [url for url in asked if not url.startswith((server.root, "data:"))] == []
    inside = page.locator(".answer :is(script, img, svg, iframe, style, a, object, form)")
    assert inside.evaluate_all("all => all.filter(e => !e.closest('.katex')).length") == 0
    assert page.locator(".answer a").count() == 0
    expect(page.locator(".answer")).to_contain_text("[U+202E]evil[U+202C]")
    expect(page.locator(".answer")).to_contain_text("<script>window.pwned = 1</script>")


def test_no_answer_turns_hides_or_covers_text(
    context: BrowserContext, server: PageServer, artifacts: Path
) -> None:
    page = _open(context, server)
    _ask(page, "turned")
    _done(page)
    shown = page.locator(".answer")
    expect(shown).to_contain_text("Words [U+061C] and [U+200B], in code[U+202E], $")
    expect(shown).to_contain_text('by number $\\char"202E x$')
    assert page.evaluate("/[\\u061c\\u200b\\u202e]/.test(document.body.textContent)") is False
    page.get_by_role("button", name="New question").click()
    _ask(page, "covering")
    _done(page)
    page.screenshot(path=artifacts / "covering.png")
    place = page.locator(".answer p").last.bounding_box()
    assert place is not None
    over = page.evaluate(
        "y => document.elementFromPoint(600, y).closest('.katex')", place["y"] - 30
    )
    assert over is None


def test_a_nested_or_endless_answer_is_shown_as_it_was_written(
    context: BrowserContext, server: PageServer
) -> None:
    page = _open(context, server)
    _ask(page, "nested")
    _done(page)
    expect(page.locator(".answer")).to_contain_text("{{{{x}}}}")
    page.get_by_role("button", name="New question").click()
    _ask(page, "wide")
    _done(page)
    expect(page.locator(".answer code.not-latex")).to_contain_text("+x_{1}")
    expect(page.locator(".answer p").last).to_have_text("After.")


def test_mathematics_is_compared_and_says_what_was_checked(
    context: BrowserContext, server: PageServer, artifacts: Path
) -> None:
    page = _open(context, server)
    page.get_by_label("Mathematics").check()
    _ask(page, "What is half of one?")
    _done(page)
    expect(page.locator(".check")).to_contain_text("2 of 3 independent answers are equal")
    page.screenshot(path=artifacts / "mathematics.png")


def test_chinese_throughout(browser: Browser, server: PageServer, artifacts: Path) -> None:
    context = browser.new_context(locale="zh-CN", color_scheme="dark")
    page = _open(context, server)
    expect(page.get_by_role("button", name="提问")).to_be_visible()
    _ask(page, "两数之和怎么做?")
    _done(page)
    expect(page.locator(".state")).to_have_text("完成")
    expect(page.locator(".answer")).to_contain_text("哈希表")
    page.screenshot(path=artifacts / "chinese-dark.png")
    context.close()


def test_a_phone_shows_everything_within_its_width(
    browser: Browser, server: PageServer, artifacts: Path
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = _open(context, server)
    _ask(page, TWO_SUM)
    _done(page)
    page.screenshot(path=artifacts / "phone.png")
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    page.get_by_role("button", name="Show or hide the history").click()
    expect(page.get_by_role("navigation")).to_be_visible()
    context.close()


def test_without_the_key_or_with_an_old_one_it_says_what_to_do(
    context: BrowserContext, server: PageServer
) -> None:
    page = context.new_page()
    page.goto(server.root)
    expect(page.get_by_role("alert")).to_contain_text("open the link that `algosmith web` printed")
    page.goto(f"{server.root}/#key=old")
    page.reload()
    expect(page.get_by_role("alert").first).to_contain_text("open the link")
    page.goto(server.link)
    expect(page.locator("#question")).to_be_visible()
    assert "key=" not in page.url


def test_without_javascript_it_says_so(browser: Browser, server: PageServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(server.link)
    said = page.locator("noscript p")
    expect(said).to_be_visible()
    assert "algosmith ask" in (said.text_content() or "")
    context.close()


def test_another_page_can_neither_ask_nor_frame_it(
    context: BrowserContext, server: PageServer
) -> None:
    page = context.new_page()
    page.route(
        "http://evil.example/",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<iframe src="{server.root}/"></iframe>'
        ),
    )
    page.goto("http://evil.example/")
    blocked = page.evaluate(
        """async ([root, key]) => {
            const headers = { authorization: `Bearer ${key}` };
            try { return (await fetch(`${root}/api/choices`, { headers })).status; }
            catch (error) { return String(error); }
        }""",
        [server.root, server.key],
    )
    assert "Failed to fetch" in str(blocked)
    assert page.frames[1].evaluate("document.getElementById('app')") is None


def test_an_engine_that_dies_and_comes_back(
    browser: Browser, tmp_path: Path, artifacts: Path
) -> None:
    context = browser.new_context()
    with (
        run_fake_engine(tmp_path, SCRIPT, tcp=True) as engine,
        page_server(tmp_path / "home", engine.url) as server,
    ):
        page = _open(context, server)
        _ask(page, "crash")
        _done(page, "failed")
        expect(page.locator(".message.bad")).to_contain_text("ask again")
        page.screenshot(path=artifacts / "failed.png")
        port = int(engine.url.rpartition(":")[2].partition("/")[0])
        (tmp_path / "second").mkdir()
        with run_fake_engine(tmp_path / "second", SCRIPT, port=port):
            page.get_by_role("button", name="Ask again").click()
            _ask(page, "Is it there again?")
            _done(page)
            expect(page.locator(".answer")).to_have_text("Just so.")
    context.close()


def test_when_the_page_server_ends_the_page_says_so(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    with page_server(tmp_path, "http://127.0.0.1:9/v1") as server:
        page = _open(context, server)
    expect(page.get_by_role("alert").first).to_contain_text("algosmith web", timeout=30_000)
    context.close()


def test_200_kb_are_shown_whole_while_the_page_stays_quick(
    context: BrowserContext, server: PageServer
) -> None:
    page = _open(context, server)
    page.evaluate(
        """() => {
            window.longest = 0;
            let last = performance.now();
            const tick = () => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - last);
                last = now;
                setTimeout(tick, 5);
            };
            tick();
        }"""
    )
    _ask(page, "a very long answer")
    expect(page.locator(".answer")).to_contain_text("Paragraph 40:", timeout=60_000)
    growing = page.evaluate("window.longest")
    _done(page)
    expect(page.locator(".answer p")).to_have_count(LONG.count("\n\n") + 1)
    expect(page.locator(".answer .katex")).to_have_count(LONG.count("\\sum"))
    print(f"longest pause while it grows: {growing:.0f} ms")


def test_20_tabs_stream_at_once_without_loss(context: BrowserContext, server: PageServer) -> None:
    pages = [_open(context, server) for _ in range(20)]
    for number, page in enumerate(pages):
        _ask(page, f"a tab, number {number}")
    whole = " ".join(f"w{n}" for n in range(300))
    for page in pages:
        _done(page)
        expect(page.locator(".answer")).to_have_text(whole)


def test_a_pasted_megabyte_is_one_sentence(context: BrowserContext, server: PageServer) -> None:
    page = _open(context, server)
    page.locator("#question").evaluate("(t, n) => { t.value = 'x'.repeat(n); }", 1 << 20)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".problem")).to_contain_text("200,000 characters are the most")


def test_every_control_has_a_name_and_the_keyboard_reaches_it(
    context: BrowserContext, server: PageServer
) -> None:
    page = _open(context, server)
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select, textarea')]
            .filter(e => !e.textContent.trim() && !e.ariaLabel && !e.labels?.length)
            .map(e => e.outerHTML)"""
    )
    assert nameless == []
    seen: set[str] = set()
    page.locator("body").press("Tab")
    reachable = page.evaluate(
        "document.querySelectorAll('a, button, input, select, textarea').length"
    )
    for _ in range(reachable + 10):  # the history is as long as the tests before made it
        seen.add(page.evaluate("document.activeElement.textContent || document.activeElement.id"))
        page.keyboard.press("Tab")
    assert {"New question", "Ask", "question"} <= seen


def test_a_full_disk_is_told_and_the_answer_shown(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    with run_fake_engine(tmp_path, SCRIPT) as engine:
        home = tmp_path / "home"
        (home / "state").mkdir(parents=True)
        (home / "state" / "history.sqlite").write_bytes(b"damaged" * 1000)
        with page_server(home, engine.url) as server:
            page = _open(context, server)
            _ask(page, "Is there room?")
            _done(page)
            expect(page.locator(".answer")).to_have_text("Just so.")
            expect(page.get_by_role("alert").first).to_contain_text("history can't be used")
    context.close()


def test_figures_first_paint_and_first_token(context: BrowserContext, server: PageServer) -> None:
    page = _open(context, server)
    page.reload()
    page.wait_for_selector("#question")
    paint = page.evaluate(
        "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1"
    )
    # Not by Playwright's wait_for_function, which evaluates text: the page's own rules forbid it.
    page.evaluate(
        """() => { window.first = new Promise(shown => new MutationObserver(() => {
            if (document.querySelector('.answer')?.textContent) shown(Date.now());
        }).observe(document.body, { subtree: true, childList: true, characterData: true })) }"""
    )
    with server.client() as client, client.stream("GET", "/api/events") as events:
        _ask(page, "a tab for the clock")
        for line in events.iter_lines():
            if '"type": "delta"' in line and re.search(r'"answer": "[^"]', line):
                break
        sent = time.time() * 1000
    shown = page.evaluate("window.first") - sent
    print(
        f"first contentful paint {paint:.0f} ms; first token shown {shown:.0f} ms after the stream"
    )
    assert 0 < paint < 3000
    assert shown < 1000
    _done(page)


def _until(condition: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.05)
