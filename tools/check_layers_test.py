#!/usr/bin/env python3
"""Tests of check_layers, on small trees."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parent / "check_layers"
LADDER = "unetns_layer(base)\nunetns_layer(netns BELOW base)\nunetns_layer(host BELOW netns)\n"


def check(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {"CMakeLists.txt": LADDER, **files}.items():
            path = pathlib.Path(root, "src", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, TOOL, "--root", root], capture_output=True, text=True)
        return done.returncode, done.stdout


class CheckLayersTest(unittest.TestCase):
    def refused(self, files, where):
        status, text = check(files)
        self.assertEqual(status, 1, text)
        self.assertIn(where, text)

    def test_a_folder_may_include_itself_and_what_stands_below(self):
        status, text = check({"netns/net.h": '#include "netns/pernet.h"\n#include "base/result.h"\n#include <vector>\n'})
        self.assertEqual(status, 0, text)

    def test_including_upwards_is_refused_with_file_and_line(self):
        self.refused({"base/x.h": '\n#include "netns/net.h"\n'}, "src/base/x.h:2:")

    def test_includes_are_paths_from_src(self):
        self.refused({"base/x.cc": '#include "x.h"\n'}, "src/base/x.cc:1:")

    def test_the_system_is_out_of_reach_below_host(self):
        self.refused({"netns/x.cc": "#include <unistd.h>\n"}, "src/netns/x.cc:1:")
        self.refused({"netns/x.cc": "auto t = std::chrono::steady_clock::now();\n"}, "src/netns/x.cc:1:")

    def test_host_may_use_the_system(self):
        status, text = check({"host/x.cc": "#include <unistd.h>\n"})
        self.assertEqual(status, 0, text)

    def test_thread_local_is_refused_but_may_be_spoken_of(self):
        self.refused({"host/x.cc": "thread_local int x;\n"}, "src/host/x.cc:1:")
        status, text = check({"host/x.cc": "// no thread_local here\n"})
        self.assertEqual(status, 0, text)

    def test_files_outside_of_the_ladder_are_refused(self):
        self.refused({"attic/x.cc": "\n"}, "src/attic/x.cc:1:")


if __name__ == "__main__":
    unittest.main()
