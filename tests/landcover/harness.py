# SPDX-License-Identifier: Apache-2.0
"""What the land-cover tests share: a program to run, a folder of their own, checks that are counted."""
import json
import os
import shutil
import subprocess
import sys
import tempfile


def numpy_and_gdal():
    """Both modules, errors of GDAL as exceptions; without them the test is skipped."""
    try:
        import numpy
        from osgeo import gdal
    except ImportError as lacking:
        print(f"skipped: {lacking} (Debian package: python3-gdal)")
        sys.exit(77)
    gdal.UseExceptions()
    return numpy, gdal


def model_header(path):
    """What a model of Cers tells of itself: its first line holds the length of the JSON that follows."""
    with open(path, "rb") as file:
        return json.loads(file.read(int(file.readline().split()[2])))


class Test:
    def __init__(self, cers, folder):
        self.cers = os.path.abspath(cers)
        self.failures = 0
        self.finished = {}
        self.peak_mb = 0.0
        folder = os.path.abspath(folder)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        os.chdir(folder)

    def run(self, *command):
        """What the program prints; a failure ends the test with its words. Its account of the run is in `finished`,
        its peak memory in `peak_mb`."""
        line = [self.cers, *map(str, command), "-progress", "json"]
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            process = subprocess.Popen(line, stdout=out, stderr=err)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            self.peak_mb = usage.ru_maxrss * 1024 / 1e6  # as the system counted it, not the program
            out.seek(0)
            err.seek(0)
            told, complained = out.read(), err.read()
        if status != 0:
            sys.exit(f"{' '.join(line)}\n{told[-2000:]}{complained[-2000:]}")
        events = [json.loads(text) for text in complained.splitlines() if text.startswith("{")]
        self.finished = next((event for event in events if event["event"] == "finished"), {})
        return told

    def check(self, text, good, value=""):
        self.failures += not good
        print(f"{'ok  ' if good else 'FAIL'} {text} {value}")

    def gate(self, text, value, low, high):
        self.check(f"{text}: {value:.3f} (asked: {low} to {high})", low <= value <= high)

    def finish(self):
        sys.exit(1 if self.failures else 0)
