"""Cases that are made of scenes: the functions without arguments of a text in Python, which one program inside runs in turn.

In the environment, SCENE="NAME…" runs only those, and -t in it tells how long each took."""
import os

BEGIN = r"""
import errno, os, sys, threading, time

def same(want, got):
    assert want == got, f"{want!r} wanted, {got!r} got"

def outcome(f, *args):
    try: return f(*args)
    except OSError as e: return errno.errorcode[e.errno]
"""
END = r"""
def play():
    is_scene = lambda v: getattr(v, "__code__", None) and v.__code__.co_argcount == 0 and v.__code__.co_filename == "<string>"
    only = [a for a in sys.argv[1:] if not a.startswith("-")]
    for scene in [v for v in globals().values() if is_scene(v) and v is not play]:
        if only and scene.__name__ not in only: continue
        begin = time.monotonic()
        try: scene()
        except BaseException as e:
            e.add_note(scene.__name__)
            raise
        if "-t" in sys.argv: print(scene.__name__, round(time.monotonic() - begin, 2), flush=True)
        if threading.active_count() > 1: raise SystemExit(scene.__name__ + " left a thread")
play()
"""


def run_scenes(world, program, end=""):
    options = os.environ.get("SCENE", "").split()
    got, out = world.run(["python3", "-c", BEGIN + program + END + end, *options], timeout=world.timeout)
    if "-t" in options:
        print(out)
    assert got == 0, out
    return "PASS"
