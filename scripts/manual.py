#!/usr/bin/env python3
"""Writes the manual page of a program, in mdoc, from what the program itself says of its commands and options.

    scripts/manual.py BINARIES/venule > venule.1
    scripts/manual.py BINARIES/venule-run > venule-run.1

`venule` is asked by --experimental-dump-help, which all programs with Swift's argument parser have, and `venule-run` by
--help. The page's date is that of SOURCE_DATE_EPOCH, or today.
"""

import datetime
import json
import os
import re
import subprocess
import sys

import runner_help

# What a program's text has as sections of its own: a line in capitals.
HEADING = re.compile(r"^[A-Z][A-Z ]+$")


def escaped(text):
    """Text that roff shows as it is."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def argument(text):
    """One argument of a macro."""
    text = escaped(text).replace('"', '\\(dq')
    # Names of macros would be called, and punctuation would be set apart.
    needs_care = len(text) <= 3 or " " in text
    return f'"\\&{text}"' if needs_care else text


def sentences(text):
    """A line of roff for each sentence, as roff wants them, which sets them apart."""
    return [escaped(sentence) for sentence in re.split(r"(?<=[.!?]) +", text.strip()) if sentence]


def paragraphs(text):
    """Lines of roff for running text with indented blocks, such as examples."""
    lines = []
    for block in re.split(r"\n\s*\n", text.strip("\n")):
        literal = all(line.startswith("  ") for line in block.split("\n"))
        if literal:
            lines += [".Bd -literal -offset indent", *(escaped(line[2:]) for line in block.split("\n")), ".Ed"]
        else:
            if lines:
                lines.append(".Pp")
            for line in block.split("\n"):
                lines += sentences(line)
    return lines


# Manual pages have these in this order.
CONVENTIONAL = ["ENVIRONMENT", "FILES", "EXIT STATUS", "EXAMPLE", "EXAMPLES"]


def sections(text):
    """What stands before the first heading, and (heading, text) for each, in the order of manual pages."""
    found, heading, part = [], None, []
    for line in text.split("\n") + [None]:
        if line is None or HEADING.match(line):
            found.append((heading, "\n".join(part).strip("\n")))
            heading, part = line, []
        else:
            part.append(line)
    return found[0][1], sorted(found[1:], key=lambda each: CONVENTIONAL.index(each[0]) if each[0] in CONVENTIONAL else -1)


def head(name, abstract, version):
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc) if seconds else datetime.datetime.now()
    return [
        f".Dd {day:%B} {day.day}, {day.year}",
        f".Dt {name.upper()} 1",
        f".Os Venule {version}",
        ".Sh NAME",
        f".Nm {name}",
        f".Nd {escaped(abstract[:1].lower() + abstract[1:].rstrip('.'))}",
    ]


# MARK: Programs with Swift's argument parser


def flag(name):
    return ("Fl -" if name["kind"] == "long" else "Fl ") + escaped(name["name"])


def value(of):
    return f" Ar {argument(of['valueName'])}" if of["kind"] == "option" else ""


def synopsis(of):
    if of["kind"] == "positional":
        text = f"Ar {argument(of['valueName'])}"
    else:
        text = flag(of["preferredName"]) + value(of)
    if of["isRepeating"]:
        text += " ..."
    return f".Op {text}" if of["isOptional"] else f".{text}"


def described(of):
    if of["kind"] == "positional":
        lines = [f".It Ar {argument(of['valueName'])}"]
    else:
        lines = [".It " + " , ".join(flag(name) + value(of) for name in of["names"])]
    text = of.get("abstract", "")
    if of.get("discussion"):
        text += "\n\n" + of["discussion"]
    lines += paragraphs(text) if text else []
    # An empty value, and one that the text itself names, need not be said.
    if of.get("defaultValue") and "default" not in text.lower() and of["kind"] != "flag":
        lines.append(f"Default: {escaped(of['defaultValue'])}.")
    if of.get("allValues"):
        lines.append(f"One of: {escaped(', '.join(of['allValues']))}.")
    return lines


# Every command has these; they are said once.
COMMON = {"help", "version"}


def arguments(of):
    return [
        each
        for each in of.get("arguments", [])
        if each["shouldDisplay"] and not any(name["name"] in COMMON for name in each.get("names", []))
    ]


def command_lines(command, path):
    text, parts = sections(command.get("discussion", ""))
    lines = [f".Ss {escaped(' '.join(path[1:]))}", f".Nm {path[0]}", *(f".Cm {name}" for name in path[1:])]
    lines += [synopsis(each) for each in arguments(command)]
    lines += [".Pp", *sentences(command.get("abstract", ""))]
    if text:
        lines += [".Pp", *paragraphs(text)]
    if arguments(command):
        lines.append(".Bl -tag -width Ds")
        for each in arguments(command):
            lines += described(each)
        lines.append(".El")
    for heading, part in parts:
        lines += [".Pp", f".Sy {argument(heading.capitalize())}", *paragraphs(part)]
    for each in command.get("subcommands", []):
        if each["commandName"] != "help":
            lines += command_lines(each, [*path, each["commandName"]])
    return lines


def parser_page(program, dump, version, others):
    command = dump["command"]
    name = command["commandName"]
    text, parts = sections(command.get("discussion", ""))
    lines = head(name, command["abstract"], version)
    lines += [".Sh SYNOPSIS", f".Nm {name}", ".Ar command", ".Op Ar options", f".Nm {name}", ".Fl -help | -version"]
    lines += [".Sh DESCRIPTION", *paragraphs(text)]
    lines += [".Pp", "Each command explains itself with", ".Fl -help .", ".Sh COMMANDS"]
    for each in command["subcommands"]:
        if each["commandName"] != "help":
            lines += command_lines(each, [name, each["commandName"]])
    for heading, part in parts:
        lines += [f".Sh {heading}", *paragraphs(part)]
    return lines + [".Sh SEE ALSO"] + [f".Xr {other} 1" for other in others]


# MARK: venule-run


def runner_page(text, version, others):
    help_text = runner_help.parse(text)
    lines = head("venule-run", help_text.abstract.replace("venule-run ", "", 1), version)
    lines.append(".Sh SYNOPSIS")
    for usage in help_text.usages:
        words = usage.split()
        if words[1] in help_text.commands():
            words.append(help_text.common)
        lines += [f".Nm {words[0]}", escaped(" ".join(words[1:]))]
    lines += [".Sh DESCRIPTION", *sentences(help_text.abstract)]
    for heading, entries in help_text.tables.items():
        lines += [f".Sh {heading}", ".Bl -tag -width Ds"]
        for term, text in entries:
            lines += [f".It {typeset(term)}", *sentences(text)]
        lines.append(".El")
    for heading, part in help_text.texts.items():
        lines += [f".Sh {heading}", *paragraphs(part)]
    return lines + [".Sh SEE ALSO"] + [f".Xr {other} 1" for other in others]


def typeset(term):
    words = []
    for word in term.replace(",", " ,").split():
        if word.startswith("--"):
            words.append(f"Fl -{escaped(word[2:])}")
        elif word.startswith("-"):
            words.append(f"Fl {escaped(word[1:])}")
        elif word == ",":
            words.append(word)
        else:
            words.append(f"Ar {argument(word)}" if words else f"Ic {argument(word)}")
    return " ".join(words)


def output(program, *options):
    return subprocess.run([program, *options], check=True, capture_output=True, encoding="utf-8").stdout


def main():
    if len(sys.argv) != 2:
        sys.exit(f"error: expected: {sys.argv[0]} PROGRAM")
    program = sys.argv[1]
    version = output(program, "--version").split()[-1]
    if os.path.basename(program) == "venule-run":
        lines = runner_page(output(program, "--help"), version, ["venule"])
    else:
        lines = parser_page(program, json.loads(output(program, "--experimental-dump-help")), version, ["venule-run"])
    sys.stdout.reconfigure(encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
