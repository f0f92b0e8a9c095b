"""What `venule-run --help` says, taken apart: its manual page and its completions are made from that."""

import re
from dataclasses import dataclass, field

# A section's first line.
HEADING = re.compile(r"^[A-Z][A-Z ]+$")
# A term, then at least two blanks, then its text.
ENTRY = re.compile(r"^  (\S(?:.*?\S)?) {2,}(\S.*)$")
# What stands in front of the options of all commands.
COMMON = "and with all of them "
# An option, and its value if it has one.
OPTION = re.compile(r"(?<![\w-])(-{1,2}[a-z][a-z-]*)(?: (\[NAME=\]FILE|[A-Z][A-Z-]*\b))?")


@dataclass
class Help:
    abstract: str = ""
    #: A line for each way to call it.
    usages: list = field(default_factory=list)
    #: The options that all commands have, as a usage has them.
    common: str = ""
    #: Heading to (term, text) pairs.
    tables: dict = field(default_factory=dict)
    #: Heading to text.
    texts: dict = field(default_factory=dict)

    def commands(self):
        """Name to text."""
        return dict(self.tables["COMMANDS"])

    def options(self, command):
        """(option, value or an empty string) of a command, in the order of its usage."""
        found = []
        for usage in self.usages:
            if usage.split()[1:2] == [command]:
                found += OPTION.findall(usage) + OPTION.findall(self.common)
        return found

    def text(self, option):
        for term, text in self.tables["OPTIONS"]:
            if option in (name for name, _ in OPTION.findall(term)):
                return text
        return ""


def entries(lines):
    """Terms and their texts, which may go on in further lines."""
    found = []
    for line in lines:
        match = ENTRY.match(line)
        if match:
            found.append([match[1], match[2]])
        elif found:
            found[-1][1] += " " + line.strip()
    return [tuple(each) for each in found]


def parse(text):
    help_text = Help()
    parts, heading = {None: []}, None
    for line in text.split("\n"):
        if HEADING.match(line):
            heading = line
            parts[heading] = []
        else:
            parts[heading].append(line)
    help_text.abstract = " ".join(line.strip() for line in parts.pop(None) if line.strip())
    for line in parts.pop("USAGE"):
        if line.startswith("  venule-run "):
            help_text.usages.append(line.strip())
        elif line.startswith(COMMON):
            help_text.common = line.removeprefix(COMMON).strip()
        elif line.strip():
            help_text.usages[-1] += " " + line.strip()
    for heading, lines in parts.items():
        lines = [line for line in lines if line.strip()]
        if lines and all(ENTRY.match(line) or line.startswith("    ") for line in lines):
            help_text.tables[heading] = entries(lines)
        else:
            help_text.texts[heading] = "\n".join(lines)
    return help_text
