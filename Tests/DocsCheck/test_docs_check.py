"""What scripts/docs-check.py finds in bad pages, and that it finds nothing in a good one.

Usage: python3 Tests/DocsCheck/test_docs_check.py
"""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "docs-check.py"


class DocsCheckTests(unittest.TestCase):
    def check(self, *options: str, **pages: str) -> subprocess.CompletedProcess:
        """Runs the script on a project of these pages, and one data file, with programs that print their arguments."""
        with tempfile.TemporaryDirectory() as folder:
            root, programs = Path(folder, "project"), Path(folder, "programs")
            root.mkdir()
            programs.mkdir()
            (root / "data.txt").write_text("data\n")
            for name, text in pages.items():
                (root / f"{name}.md").write_text(text)
            for program in ["venule", "venule-run"]:
                (programs / program).write_text('#!/bin/sh\necho "$0 $*" | sed "s,.*/,,"\n')
                (programs / program).chmod(0o755)
            result = subprocess.run(
                [sys.executable, str(SCRIPT), str(programs), "--root", str(root), *options], capture_output=True, text=True)
            self.assertEqual(result.stderr, "")
            self.assertEqual(sorted(path.name for path in root.iterdir()), sorted(["data.txt", *(f"{name}.md" for name in pages)]))
            return result

    def assert_good(self, page: str, commands: int) -> None:
        result = self.check(page=page)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn(f"{commands} commands of 1 pages", result.stdout)

    def assert_bad(self, page: str, *messages: str) -> None:
        result = self.check(page=page)
        self.assertEqual(result.returncode, 1, result.stdout)
        for message in messages:
            self.assertIn(message, result.stdout)

    def test_indented_and_fenced_blocks_run_in_one_folder(self):
        self.assert_good(
            "Text.\n\n    $ cat data.txt\n    data\n    $ venule import a >made.txt\n\nText.\n\n"
            "```console\n$ cat made.txt\nvenule import a\n```\n\n- In a list:\n\n  ~~~\n  $ echo x\n  x\n  ~~~\n", 4)

    def test_a_command_that_fails(self):
        self.assert_bad("# Page\n\n    $ venule-run x\n    $ echo before; false\n", "page.md:4: $ echo before; false", "status 1, not 0", "    before")

    def test_a_command_inside_a_pipe_that_fails(self):
        self.assert_bad("    $ false | cat\n", "page.md:1:", "status 1, not 0")

    def test_output_that_differs(self):
        self.assert_bad("```\n$ echo 516,260\n516,261\n```\n", "page.md:2: $ echo 516,260", "-516,261", "+516,260")

    def test_output_that_goes_on(self):
        self.assert_bad("    $ printf 'a\\nb\\n'\n    a\n", "+b")

    def test_standard_error_is_output(self):
        self.assert_good("    $ echo warned >&2\n    warned\n", 1)

    def test_left_out_lines_and_text(self):
        self.assert_good("    $ printf 'a\\nb\\nc 3 d\\n'\n    a\n    …\n    c … d\n", 1)
        self.assert_good("    $ printf 'a\\n'\n    …\n    a\n    ...\n", 1)
        self.assert_bad("    $ printf 'a\\nb\\nc\\n'\n    a\n    …\n    d\n", "page.md:1:")

    def test_measured_numbers(self):
        self.assert_good("    $ echo 'x     12.5 ms, 3.50 MiB'\n    x    1,009 ms, 3.50 MiB\n", 1)
        self.assert_bad("    $ echo '12.5 ms, 3.50 MiB'\n    9 ms, 3.51 MiB\n", "page.md:1:")
        self.assert_bad("    $ echo '3 steps'\n    4 steps\n", "page.md:1:")

    def test_an_expected_status(self):
        self.assert_good("    $ echo no; exit 4\n    no\n    [4]\n", 1)
        self.assert_bad("    $ echo no; exit 3\n    no\n    [4]\n", "status 3, not 4")
        self.assert_bad("    $ echo no\n    [4]\n", "status 0, not 4")

    def test_a_command_of_several_lines(self):
        self.assert_good("    $ echo a \\\n        b\n    a b\n", 1)

    def test_here_documents(self):
        self.assert_good("    $ cat <<'END'\n    $x\n      [1]\n    END\n    $x\n      [1]\n    $ cat >y <<END\n    1\n    END\n    $ cat y\n    1\n", 3)

    def test_every_prompt_is_found(self):
        self.assert_bad("Text\n    $ false\n", "page.md:2: a line that begins with `$`")
        self.assert_bad("> $ false\n", "page.md:1: a line that begins with `$`")
        self.assert_bad("    # A comment\n    $ true\n", "page.md:1: a block with commands has to begin")
        self.assert_bad("\t$ false\n", "status 1, not 0")
        self.assert_bad("1. List\n\n        $ false\n", "page.md:3:", "status 1, not 0")
        self.assert_bad("```\n$ false\n", "page.md:2:", "status 1, not 0")

    def test_commands_without_a_prompt(self):
        for command in ["make test", "venule run x", "venule-run run x", "scripts/a.sh", ".venv/bin/python a", "python3.11 a", "cc a.c"]:
            self.assert_bad(f"Text.\n\n    {command}\n", "page.md:3: write `$`")
        self.assert_good("    venule 1\n    companion\n", 0)

    def test_blocks_that_are_not_run(self):
        marker = "<!-- docs-check: not run: takes a year -->\n"
        result = self.check(page=marker + "    $ false\n\n" + marker + "\n```\n$ false\n```\n\n    $ echo a\n    b\n")
        self.assertIn("page.md:2: not run: takes a year", result.stdout)
        self.assertIn("page.md:7: not run: takes a year", result.stdout)
        self.assertIn("page.md:10: $ echo a", result.stdout)
        self.assertIn("1 commands of 1 pages", result.stdout)

    def test_the_number_of_blocks_that_are_not_run_is_bounded(self):
        block = "<!-- docs-check: not run: x -->\n    $ false\n\n"
        self.assertEqual(self.check(page=block * 2).returncode, 0)
        self.assert_bad(block * 100, "100 blocks are not run, and NOT_RUN_AT_MOST")

    def test_markers_that_mark_nothing(self):
        self.assert_bad("<!-- docs-check: not run: x -->\nText.\n\n    $ true\n", "page.md:1: this marker does not stand")
        self.assert_bad("<!-- docs-check: skip -->\n    $ true\n", "page.md:1: a marker is written")

    def test_blocks_that_need_more(self):
        page = "<!-- docs-check: with python -->\n    $ false\n\nText.\n\n    $ echo a\n    a\n"
        self.assertIn("1 commands of 1 pages", self.check(page=page).stdout)
        self.assertEqual(self.check("--with", "cohort", page=page).returncode, 0)
        result = self.check("--with", "python", page=page)
        self.assertEqual(result.returncode, 1)
        self.assertIn("page.md:2: $ false", result.stdout)
        self.assert_bad("<!-- docs-check: with python -->\nText.\n\n    $ true\n", "page.md:1: this marker does not stand")

    def test_pages_do_not_see_what_others_made(self):
        result = self.check(a="    $ echo x >made.txt\n", b="    $ cat made.txt\n")
        self.assertEqual(result.returncode, 1)
        self.assertIn("b.md:1: $ cat made.txt", result.stdout)

    def test_commands_have_no_input(self):
        self.assert_good("    $ cat\n", 1)


if __name__ == "__main__":
    unittest.main()
