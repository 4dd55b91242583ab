"""The program that is tried: runs it, and gives its answers as they were written."""
import json
import os
import subprocess


class Program:
    def __init__(self, path, root):
        self.path = os.path.abspath(path)
        self.faults = []
        with open(root + "/none.toml", "wb"):
            pass
        self.environment = {"BACKSTORY_DB": root + "/db.sqlite", "BACKSTORY_CONFIG": root + "/none.toml",
                            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/nonexistent", "NO_COLOR": "1"}

    def run(self, *words):
        run = subprocess.run([self.path, *words], capture_output=True, text=True, env=self.environment, check=False)
        # A script that moves nothing, because of what is left alone, ends with 1 and says so.
        if run.returncode not in (0, 2, 3) and "# left alone: " not in run.stdout:
            self.faults.append(f"{words} ends with {run.returncode}: {run.stderr.strip()}")
        return run

    def text(self, *words):
        return self.run(*words, "--output", "json").stdout

    def ask(self, *words):
        return json.loads(self.text(*words) or "[]")
