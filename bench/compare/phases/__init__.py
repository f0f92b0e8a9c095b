"""What can be measured, each phase by itself. `run(bench, options)` gives what is stored of it.

A round runs each program once, as a process of its own, one after the other, so that other work on the machine meets all
alike.
"""
