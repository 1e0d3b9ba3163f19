# SPDX-License-Identifier: Apache-2.0
"""What the land-cover tests share: a program to run, a folder of their own, checks that are counted."""
import json
import os
import shutil
import subprocess
import sys


class Test:
    def __init__(self, cers, folder):
        self.cers = os.path.abspath(cers)
        self.failures = 0
        self.finished = {}
        folder = os.path.abspath(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        os.chdir(folder)

    def run(self, *command):
        """What the program prints; a failure ends the test with its words. Its account of the run is in `finished`."""
        line = [self.cers, *map(str, command), "-progress", "json"]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(line)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        events = [json.loads(text) for text in done.stderr.splitlines() if text.startswith("{")]
        self.finished = next((event for event in events if event["event"] == "finished"), {})
        return done.stdout

    def check(self, text, good, value=""):
        self.failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {text} {value}")

    def gate(self, text, value, low, high):
        self.check(f"{text}: {value:.3f} (asked: {low} to {high})", low <= value <= high)

    def finish(self):
        sys.exit(1 if self.failures else 0)
