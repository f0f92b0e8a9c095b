"""Results as JSON, one file for each phase, so that a phase can be measured again alone and the report written from all."""
import json
import os
import platform


class Store:
    def __init__(self, folder):
        self.folder = folder
        os.makedirs(folder, exist_ok=True)

    def path(self, phase):
        return os.path.join(self.folder, phase + ".json")

    def save(self, phase, content):
        """Whole or not at all, with the machine that it was measured on."""
        temporary = self.path(phase) + ".tmp"
        with open(temporary, "w") as file:
            json.dump({"machine": machine(), **content}, file, indent=1)
        os.replace(temporary, self.path(phase))

    def load(self, phase):
        """None where the phase was not measured."""
        if not os.path.exists(self.path(phase)):
            return None
        with open(self.path(phase)) as file:
            return json.load(file)

    def phases(self, prefix):
        names = sorted(name[:-len(".json")] for name in os.listdir(self.folder) if name.endswith(".json"))
        return [name for name in names if name.startswith(prefix)]


def machine():
    return {
        "processor": processor(), "processors": len(os.sched_getaffinity(0)), "system": platform.platform(terse=True),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def processor():
    with open("/proc/cpuinfo") as file:
        return next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
