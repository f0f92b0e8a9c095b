#!/usr/bin/env python3
"""Writes the completions of a program for a shell.

    scripts/completions.py SHELL BINARIES/venule > venule.bash
    scripts/completions.py SHELL BINARIES/venule-run > venule-run.bash

SHELL is bash, zsh or fish. `venule` makes its own (--generate-completion-script); those of `venule-run` are made from what its
--help says.
"""

import os
import subprocess
import sys

import runner_help

SHELLS = ["bash", "zsh", "fish"]
# Where files are what an argument stands for, by the name that the help has for it.
FOLDERS = {"DIR"}
FILES = {"PLAN", "DEST", "FILE", "[NAME=]FILE"}


# MARK: venule


def with_files(shell, script):
    """Completes files where the argument parser's script offers nothing: after most options, and for models and photographs."""
    if shell == "bash":
        return replaced(script, "complete -o filenames -F", "complete -o default -o filenames -F")
    if shell == "zsh":
        lines = script.split("\n")
        return "\n".join(line[:-2] + ":_files'" if line.startswith("        ") and line.endswith(":'") else line for line in lines)
    script = replaced(script, " -rfka ''", " -rF")
    return replaced(script, "complete -c 'venule' -f\n", "")


def replaced(text, old, new):
    if old not in text:
        sys.exit(f"error: the completion script has no '{old}'")
    return text.replace(old, new)


# MARK: venule-run


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


def takes_positional(help_text, command):
    """How many files the command takes without an option."""
    return sum(word in ("PLAN", "DEST") for usage in help_text.usages if usage.split()[1] == command for word in usage.split())


def bash(help_text):
    lines = ["_venule_run() {", '    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}', "    COMPREPLY=()"]
    lines += ["    if [ \"$COMP_CWORD\" -eq 1 ]; then"]
    words = [*help_text.commands(), "--help", "--version"]
    lines += [f'        mapfile -t COMPREPLY < <(compgen -W "{" ".join(words)}" -- "$current")', "        return", "    fi"]
    lines += ['    case ${COMP_WORDS[1]}:$previous in']
    for command in help_text.commands():
        for option, value in help_text.options(command):
            if value in FOLDERS:
                lines.append(f'        {command}:{option}) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;')
            elif value in FILES:
                lines.append(f'        {command}:{option}) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;')
            elif value:
                lines.append(f"        {command}:{option}) return ;;")
    lines += ["    esac", "    case ${COMP_WORDS[1]}:$current in"]
    for command in help_text.commands():
        options = " ".join(option for option, _ in help_text.options(command))
        if options:
            lines.append(f'        {command}:-*) mapfile -t COMPREPLY < <(compgen -W "{options}" -- "$current") ;;')
    lines += ['        *) mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;', "    esac", "}"]
    return "\n".join([*lines, "complete -o filenames -F _venule_run venule-run"])


def zsh_text(text):
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh(help_text):
    lines = ["#compdef venule-run", "", "_venule-run() {", "    local -a commands", "    commands=("]
    lines += [f"        {quoted(name + ':' + text)}" for name, text in help_text.commands().items()]
    lines += ["    )", "    if (( CURRENT == 2 )); then", "        _describe command commands", "        return", "    fi"]
    lines += ["    local command=$words[2]", "    shift words", "    (( CURRENT-- ))", "    case $command in"]
    for command in help_text.commands():
        specs = []
        for option, value in help_text.options(command):
            spec = f"{option}[{zsh_text(help_text.text(option))}]"
            if value in FOLDERS:
                spec += f":{zsh_text(value)}:_files -/"
            elif value in FILES:
                spec += f":{zsh_text(value)}:_files"
            elif value:
                spec += f":{zsh_text(value)}:"
            specs.append(quoted("*" + spec if "..." in repeated(help_text, command, option) else spec))
        specs += [quoted(":file:_files")] * takes_positional(help_text, command)
        lines.append(f"        {command}) _arguments -s -S {' '.join(specs)} ;;")
    return "\n".join([*lines, "    esac", "}", "", '_venule-run "$@"'])


def repeated(help_text, command, option):
    """What follows the option in the command's usage, which is "..." if it may be given several times."""
    for usage in help_text.usages:
        words = usage.split()
        if words[1] != command:
            continue
        for index, word in enumerate(words):
            if word.strip("[](") == option:
                return " ".join(words[index + 2 : index + 3])
    return ""


def fish(help_text):
    none = "__fish_use_subcommand"
    lines = ["complete -c venule-run -n __fish_use_subcommand -f"]
    lines += [f"complete -c venule-run -n {none} -a {name} -d {quoted(text)}" for name, text in help_text.commands().items()]
    lines += [f"complete -c venule-run -n {none} -l help -d 'Show help'", f"complete -c venule-run -n {none} -l version -d 'Show the version'"]
    for command in help_text.commands():
        for option, value in help_text.options(command):
            name = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            takes = ""
            if value in FOLDERS:
                takes = " -x -a '(__fish_complete_directories)'"
            elif value in FILES:
                takes = " -r -F"
            elif value:
                takes = " -x"
            lines.append(
                f"complete -c venule-run -n '__fish_seen_subcommand_from {command}' {name}{takes} -d {quoted(help_text.text(option))}"
            )
    return "\n".join(lines)


def output(program, *options):
    return subprocess.run([program, *options], check=True, capture_output=True, encoding="utf-8").stdout


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in SHELLS:
        sys.exit(f"error: expected: {sys.argv[0]} {'|'.join(SHELLS)} PROGRAM")
    shell, program = sys.argv[1:]
    if os.path.basename(program) == "venule-run":
        script = {"bash": bash, "zsh": zsh, "fish": fish}[shell](runner_help.parse(output(program, "--help")))
    else:
        script = with_files(shell, output(program, "--generate-completion-script", shell))
    sys.stdout.reconfigure(encoding="utf-8")
    print(script.rstrip("\n"))


if __name__ == "__main__":
    main()
