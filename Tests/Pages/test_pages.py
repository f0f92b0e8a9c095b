#!/usr/bin/env python3
"""Makes the pages of `venule inspect --html`, opens them in headless Chromium, and checks that they are whole, can be read and used.

Usage: python3 Tests/Pages/test_pages.py PROGRAMS OUT

PROGRAMS is the folder with the built `venule`; pages and pictures of them go to the folder OUT. scripts/test-pages.sh installs what is
needed.
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

from webdriver import Browser

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NETWORKS = ROOT / "Tests/Fixtures/onnx/networks"
CHECKS = (HERE / "checks.js").read_text()

# Of the demo's model: small, so that a build without optimisation takes seconds.
SHAPE = "1x192x192x3"

# Markup, ends of scripts, quotes and a control character in everything that a file can name.
HOSTILE = '</script><script>window.hacked=1</script><img src=x onerror=\\"window.hacked=1\\"><!--'
HOSTILE_GRAPH = f"""venule 1
metadata "{HOSTILE}" = "{HOSTILE}"
entry @main

function @"{HOSTILE}"(%x: f32[1, 8, 8, 2]) {{
  %y = relu(%x) : f32[1, 8, 8, 2] named "{HOSTILE}"
  return %y
}}

function @main(%"{HOSTILE}": f32[1, 8, 8, 2]) {{
  %z = call @"{HOSTILE}"(%"{HOSTILE}") : f32[1, 8, 8, 2] named "{HOSTILE}"
  return %z as "{HOSTILE}"
}}
"""


def large_graph(count, batch=1):
    """A chain of functions with shortcuts across it."""
    type_ = f"f32[{batch}, 16, 16, 4]"
    lines = ["venule 1", "entry @main", "", f"function @main(%v0: {type_}) {{"]
    for index in range(1, count + 1):
        operation = f"add(%v{index - 1}, %v{max(0, index - 9)})" if index % 5 == 0 else f"relu(%v{index - 1})" if index % 2 else f"sigmoid(%v{index - 1})"
        lines.append(f"  %v{index} = {operation} : {type_}")
    return "\n".join(lines + [f"  return %v{count}", "}", ""])


class Pages(unittest.TestCase):
    programs: Path
    out: Path
    browser: Browser

    @classmethod
    def setUpClass(cls):
        cls.browser = Browser()
        cls.made = {}

    @classmethod
    def tearDownClass(cls):
        cls.browser.close()

    # Making and opening pages

    def venule(self, *arguments):
        result = subprocess.run([self.programs / "venule", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=300)
        self.assertEqual(result.returncode, 0, f"{arguments}: {result.stderr}")
        return result.stdout

    def page(self, name, *arguments):
        """The page of what the arguments name, made once."""
        path = self.out / f"{name}.html"
        if name not in self.made:
            self.venule("inspect", *arguments, "--html", path, "--force", "--quiet")
            self.made[name] = path
        return path

    def plan_page(self):
        """A plan of the demo's model with measured times."""
        plan, times = self.out / "iternet.plan", self.out / "times.json"
        if "plan" not in self.made:
            self.venule("compile", "models/iternet_k8_n3.hdf5", "-o", plan, "--input-shape", SHAPE)
            times.write_text(self.venule("bench", plan, "--runs", "2", "--per-operation", "--json"))
        return self.page("plan", plan, "--bench", times)

    def model_page(self):
        return self.page("model", "models/iternet_k8_n3.hdf5", "--input-shape", SHAPE)

    def open(self, path, **options):
        if self.opened:
            self.expect_silence()
        else:
            self.addCleanup(self.expect_silence)
        self.opened = path
        self.browser.open(path, **options)

    opened = None

    def expect_silence(self):
        """Nothing has gone wrong in the page that is open, and nothing was loaded but the file itself."""
        self.assertEqual(self.browser.messages(), [])
        requests = [url for url in self.browser.requests() if not url.startswith("data:")]
        self.assertEqual(set(requests) - {"about:blank"}, {self.opened.resolve().as_uri()})
        self.assertIsNone(self.run_js("return window.hacked ?? null"))

    def run_js(self, script, *arguments):
        return self.browser.run(CHECKS + script, *arguments)

    def choose_view(self, view):
        self.browser.run(f"document.querySelector('[data-view={view}]').click()")

    def expect_drawn(self, view, nodes=None):
        """All boxes are drawn where they should be."""
        self.choose_view(view)
        count = self.browser.run("return document.querySelectorAll('.node').length")
        listed = self.browser.run("return data.views.find((view) => view.id === arguments[0]).nodes.length", view)
        self.assertEqual(count, listed)
        if nodes is not None:
            self.assertEqual(count, nodes)
        self.assertEqual(self.run_js("return misplaced()"), [], view)
        sizes = self.browser.run("return [...document.querySelectorAll('.node rect.face')].map((face) => face.getBBox().width)")
        self.assertTrue(all(size > 40 for size in sizes))
        self.assertGreater(self.browser.run("return document.querySelectorAll('path.way').length"), 0)

    # What is on the pages

    def test_a_model_has_its_graph_before_and_behind_the_passes(self):
        self.open(self.model_page())
        self.expect_drawn("read")
        frames = self.browser.run("return [...document.querySelectorAll('.frame text')].map((text) => text.textContent)")
        self.assertEqual(len(frames), 6, frames)
        self.browser.screenshot(self.out / "model-read-light.png")
        read = self.browser.run("return data.views[0].nodes.filter((node) => node.operation).length")
        self.expect_drawn("optimised")
        fused = self.browser.run("return state.view.nodes.map((node) => node.title)")
        self.assertTrue(any("relu, pool 2x2" in title for title in fused), fused)
        self.assertLess(len(fused), read)
        self.assertEqual(self.browser.run("return document.querySelectorAll('.frame').length"), 6)
        # What the frame says is not said again.
        self.assertTrue(self.browser.run("return state.view.nodes.some((node) => node.group !== undefined && node.name.endsWith('.' + node.label))"))
        self.expect_drawn("plan", nodes=self.browser.run("return plan.operations.length"))
        self.browser.screenshot(self.out / "model-plan-light.png")

    def test_a_plan_has_its_schedule_arena_and_times(self):
        self.open(self.plan_page())
        self.expect_drawn("plan")
        rings = self.browser.run("return plan.values.filter((value) => value.arenaOffset !== undefined && value.firstStep !== undefined).length")
        self.assertEqual(self.browser.run("return document.querySelectorAll('.ring').length"), rings)
        self.assertEqual(self.browser.run("return document.querySelectorAll('.strip').length"), self.browser.run("return plan.operations.length"))
        # The rows in the schedule's picture are those of the operations.
        self.assertEqual(
            self.browser.run("return data.schedule.rows.map((cells) => cells.filter((_, i) => i % 2).reduce((a, b) => a + b, 0))"),
            self.browser.run("return plan.operations.map((operation) => operation.rows)"))
        # Rings that are alive at once share no byte, also as they are drawn.
        overlaps = self.browser.run("""
            const boxes = pictures.ringElements.map(({ rectangle }) => rectangle.getBBox());
            return boxes.flatMap((a, i) => boxes.slice(0, i).filter((b) => a.x < b.x + b.width - 1 && b.x < a.x + a.width - 1 && a.y < b.y + b.height - 1 && b.y < a.y + a.height - 1)).length""")
        self.assertEqual(overlaps, 0)
        peak = self.browser.run("return Math.max(...pictures.alive.map((change) => change.bytes))")
        self.assertLessEqual(peak, self.browser.run("return plan.arenaBytes"))
        self.assertGreater(peak, 0)
        self.browser.run("setStep(plan.stepCount - 1)")
        self.assertIn("Alive:", self.browser.run("return document.getElementById('at-step').textContent"))
        measured = json.loads((self.out / "times.json").read_text())["operations"]
        slowest = max(measured, key=lambda operation: operation["seconds"])["name"]
        self.assertEqual(self.browser.run("return document.querySelector('#time-bars button').textContent"), slowest)
        heaviest = self.browser.run("return [...plan.operations].sort((a, b) => b.weightBytes - a.weightBytes)[0].name")
        self.assertEqual(self.browser.run("return document.querySelector('#weight-bars button').textContent"), heaviest)
        for part in ["memory", "weights", "times", "operations"]:
            self.browser.run("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById(arguments[0]).scrollIntoView()", part)
            self.browser.screenshot(self.out / f"plan-{part}-light.png")

    def test_an_onnx_model_with_branches(self):
        path = self.page("onnx", NETWORKS / "pytorch_iternet.onnx", "--input-shape", "1x3x32x48")
        self.open(path)
        for view in ["read", "optimised", "plan"]:
            self.expect_drawn(view)

    def test_plain_tensors(self):
        path = self.page("plain", ROOT / "Tests/Fixtures/onnx/operators/attention_packed.onnx")
        self.open(path)
        self.expect_drawn("plan")
        self.assertGreater(self.browser.run("return plan.values.filter((value) => value.layout === 'plain').length"), 0)

    def test_open_sides_leave_the_graph_as_it_was_read(self):
        path = self.page("open", "models/iternet_k8_n3.hdf5")
        self.open(path)
        self.expect_drawn("read")
        self.assertIn("--input-shape", self.browser.run("return document.getElementById('notices').textContent"))
        self.assertFalse(self.browser.run("return document.getElementById('memory').checkVisibility()"))
        self.assertGreater(self.browser.run("return document.querySelectorAll('#weight-bars button').length"), 5)

    def test_hostile_names_are_texts(self):
        graph = self.out / "hostile.vir"
        graph.write_text(HOSTILE_GRAPH)
        self.open(self.page("hostile", graph))
        name = HOSTILE.replace("\\", "")
        for view in ["read", "optimised", "plan"]:
            self.expect_drawn(view)
            self.assertTrue(self.browser.run("return state.view.nodes.some((node) => node.name === arguments[0])", name), view)
            for index in range(self.browser.run("return state.view.nodes.length")):
                self.browser.run("choose(arguments[0])", index)
        self.browser.run("search.input.value = '<img'; search.find('<img')")
        self.assertGreater(self.browser.run("return search.hits.length"), 0)
        self.assertEqual(self.browser.run("return document.querySelectorAll('img').length"), 0)
        self.assertEqual(self.browser.run("return document.scripts.length"), 2)

    def test_large_graphs_open(self):
        graph = self.out / "large.vir"
        graph.write_text(large_graph(1500))
        path = self.page("large", graph)
        self.open(path)
        self.expect_drawn("read", nodes=1502)
        self.assertLess(path.stat().st_size, 6 << 20)
        graph = self.out / "larger.vir"
        # Of an open size, so that only the drawing of the graph takes time.
        graph.write_text(large_graph(5000, "n"))
        path = self.page("larger", graph)
        self.open(path)
        self.expect_drawn("read", nodes=4002)
        self.assertIn("1,000 more are left out", self.browser.run("return document.getElementById('about-graph').textContent"))
        self.assertLess(path.stat().st_size, 16 << 20)

    def test_long_schedules_open(self):
        plan = self.out / "long.plan"
        self.venule("compile", "models/iternet_k8_n3.hdf5", "-o", plan, "--input-shape", "1x1168x1168x3", "--step-rows", "1", "--exact")
        path = self.page("long", plan)
        self.open(path)
        self.assertGreater(self.browser.run("return plan.stepCount"), 40000)
        self.assertLess(path.stat().st_size, 2 << 20)
        columns = self.browser.run("return data.schedule.columns")
        self.assertLessEqual(columns, 640)
        self.assertIn("steps.", self.browser.run("return document.getElementById('about-memory').textContent"))
        self.assertIn("stands for", self.browser.run("return document.getElementById('about-memory').textContent"))

    # Using them

    def focused(self):
        return self.browser.run("return document.activeElement.id || document.activeElement.dataset.node || document.activeElement.tagName")

    def test_search_finds_a_layer(self):
        self.open(self.model_page())
        self.choose_view("plan")
        self.browser.press("/")
        self.assertEqual(self.focused(), "search")
        self.browser.press(*"conv2d_32")
        hits = self.browser.run("return search.hits.map((hit) => hit.view.nodes[hit.node].name)")
        self.assertTrue(hits and all("conv2d_32" in hit for hit in hits), hits)
        self.browser.press("Enter")
        chosen = self.browser.run("return state.view.nodes[state.node].name")
        self.assertIn("conv2d_32", chosen)
        self.assertEqual(self.focused(), str(self.browser.run("return state.node")))
        self.assertIn(chosen, self.browser.run("return document.getElementById('details').textContent"))
        # It is in sight.
        self.assertTrue(self.browser.run("""
            const [node, view] = [document.activeElement.getBoundingClientRect(), graphView.viewport.getBoundingClientRect()];
            return node.top >= view.top - 1 && node.bottom <= view.bottom + 1 && node.left >= view.left - 1 && node.right <= view.right + 1"""))
        self.browser.press("/", *"no such thing")
        self.assertEqual(self.browser.run("return document.getElementById('found').textContent"), "Nothing found")
        self.browser.press("Escape")
        self.assertTrue(self.browser.run("return document.getElementById('found').hidden"))

    def test_keys_move_through_the_graph(self):
        self.open(self.model_page())
        self.choose_view("plan")
        self.browser.run("document.getElementById('fit').focus()")
        # The viewport itself can be scrolled with the keyboard in some browsers.
        for _ in range(3):
            self.browser.press("Tab")
            if self.focused() == "0":
                break
        self.assertEqual(self.focused(), "0")
        self.browser.press("ArrowDown")
        first = self.browser.run("return state.node")
        self.assertTrue(self.browser.run("return state.view.edges.some(([from, to]) => from === 0 && to === state.node)"))
        self.assertEqual(self.focused(), str(first))
        self.browser.press("ArrowUp")
        self.assertEqual(self.browser.run("return state.node"), 0)
        self.browser.press("End")
        self.assertEqual(self.browser.run("return state.node"), self.browser.run("return state.view.nodes.length - 1"))
        self.browser.press("Enter")
        self.assertEqual(self.focused(), "details")
        self.browser.press("Escape")
        self.assertEqual(self.focused(), str(self.browser.run("return state.node")))
        zoom = self.browser.run("return graphView.zoom")
        self.browser.press("+")
        self.assertGreater(self.browser.run("return graphView.zoom"), zoom)
        self.browser.press("Escape")
        self.assertIsNone(self.browser.run("return state.node"))
        self.browser.press("?")
        self.assertTrue(self.browser.run("return document.getElementById('keys').open"))
        self.browser.press("Escape")
        self.assertFalse(self.browser.run("return document.getElementById('keys').open"))

    def test_what_is_chosen_is_shown_everywhere(self):
        self.open(self.plan_page())
        self.browser.run("document.querySelector('#weight-bars button').click()")
        operation = self.browser.run("return chosenOperation()")
        self.assertEqual(self.browser.run("return document.querySelector('tr.chosen').dataset.operation"), str(operation))
        self.assertEqual(self.browser.run("return pictures.strips.findIndex((strip) => strip.classList.contains('chosen'))"), operation)
        self.assertGreater(self.browser.run("return document.querySelectorAll('.ring.chosen').length"), 0)
        self.browser.run("[...document.querySelectorAll('#operation-table th button')].find((button) => button.textContent.startsWith('weights')).click()")
        self.assertEqual(self.browser.run("return Number(document.querySelector('tr[data-operation]').dataset.operation)"), operation)
        select = "const select = document.getElementById('colouring'); select.value = arguments[0]; select.dispatchEvent(new Event('change'));"
        self.browser.run(select, "0")
        self.assertEqual(self.browser.run("return graphView.elements[state.node].style.getPropertyValue('--heat')"), "60%")

    # Reading them

    def test_colours_can_be_read(self):
        for scheme in ["light", "dark"]:
            self.open(self.plan_page(), scheme=scheme)
            background = self.run_js("return luminance(backgroundOf(document.body))")
            self.assertTrue(background > 0.8 if scheme == "light" else background < 0.05, background)
            self.browser.run("choose(3)")
            self.assertEqual(self.run_js("return lowContrast()"), [], scheme)
            self.browser.run("document.getElementById('colouring').value = '0'; graphView.colour()")
            self.assertEqual(self.run_js("return lowContrast()"), [], f"{scheme}, by weights")
        for part in ["graph", "memory"]:
            self.browser.run("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById(arguments[0]).scrollIntoView()", part)
            self.browser.screenshot(self.out / f"plan-{part}-dark.png")

    def test_the_switch_goes_against_the_system(self):
        self.open(self.plan_page(), scheme="dark")
        button = "document.querySelector('[data-theme-switch]')"
        self.browser.run(f"{button}.click()")
        self.assertEqual(self.browser.run(f"return {button}.textContent"), "Light")
        self.assertGreater(self.run_js("return luminance(backgroundOf(document.body))"), 0.8)
        self.assertEqual(self.run_js("return lowContrast()"), [])
        self.browser.run(f"{button}.click(); {button}.click()")
        self.assertLess(self.run_js("return luminance(backgroundOf(document.body))"), 0.05)

    def test_narrow_windows(self):
        for path, name in [(self.model_page(), "model"), (self.plan_page(), "plan")]:
            self.open(path, width=390, height=844, scheme="dark")
            self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 390)
            self.browser.screenshot(self.out / f"{name}-narrow-dark.png")
            for part in ["graph", "weights"] + (["memory"] if name == "plan" else []):
                self.browser.run("document.documentElement.style.scrollBehavior = 'auto'; document.getElementById(arguments[0]).scrollIntoView()", part)
                self.browser.screenshot(self.out / f"{name}-narrow-{part}-dark.png")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    Pages.programs = Path(sys.argv[1]).resolve()
    Pages.out = Path(sys.argv[2]).resolve()
    Pages.out.mkdir(parents=True, exist_ok=True)
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
