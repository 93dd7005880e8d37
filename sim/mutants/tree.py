"""The mutated copy of the tree: every mutant behind a switch, compiled once."""
import hashlib
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

from places import find_places, mutated_text

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["chat", "replication", "node", "moderator"]
NOT_PRODUCT = re.compile(r"(?:_test|_bench)\.cc$|^test_|^counters\.")
TREE = ROOT / "build" / "mutants" / "src"
BUILD = ROOT / "build" / "mutants" / "build"
TARGETS = ["chat_test", "replication_test", "node_test", "moderator_test", "holdfast-sim"]


class BuildFailed(Exception):
    pass


def product_files():
    for folder in FOLDERS:
        for path in sorted((ROOT / "src" / folder).iterdir()):
            if path.suffix in (".cc", ".h") and not NOT_PRODUCT.search(path.name):
                yield path


def all_places():
    return [place for path in product_files()
            for place in find_places(path.relative_to(ROOT).as_posix(), path.read_text())]


def draw(places, count, seed):
    """`count` places that do not overlap, by number from 1 on, each as likely as any other.

    Each place draws its own lot: a change of the code changes who is drawn only where the code has changed.
    """
    twins = Counter()
    lots = []
    for place in places:
        name = f"{seed} {place.file} {place.function} {place.kind} {place.original}"
        twins[name] += 1
        lots.append((hashlib.sha256(f"{name} {twins[name]}".encode()).digest(), place))
    chosen = []
    for _, place in sorted(lots, key=lambda lot: lot[0]):
        if len(chosen) == count:
            break
        if not any(place.file == other.file and place.start < other.end and other.start < place.end for other in chosen):
            chosen.append(place)
    return dict(enumerate(chosen, 1))


def lay_out(mutants):
    """Writes the tree; what has not changed keeps its time, so that a second build is short."""
    TREE.mkdir(parents=True, exist_ok=True)
    for entry in ROOT.iterdir():
        if entry.name not in ("src", "build", ".git"):
            link(TREE / entry.name, entry)
    (TREE / "src").mkdir(exist_ok=True)
    for folder in (ROOT / "src").iterdir():
        if folder.name not in FOLDERS:
            link(TREE / "src" / folder.name, folder)
    write(TREE / "src" / "mutant.h", (ROOT / "sim" / "mutants" / "mutant.h").read_text())
    products = set(product_files())
    for folder in FOLDERS:
        kept = set()
        for path in (ROOT / "src" / folder).rglob("*"):
            name = path.relative_to(ROOT)
            kept.add(TREE / name)
            if path.is_dir():
                (TREE / name).mkdir(exist_ok=True, parents=True)
                continue
            text = path.read_text()
            if path in products:
                here = {number: place for number, place in mutants.items() if place.file == name.as_posix()}
                if here:
                    text = '#include "mutant.h"\n' + mutated_text(text, here)
            (TREE / name).parent.mkdir(exist_ok=True, parents=True)
            write(TREE / name, text)
        for old in set((TREE / "src" / folder).rglob("*")) - kept:
            shutil.rmtree(old) if old.is_dir() else old.unlink(missing_ok=True)


def link(path, target):
    if not path.is_symlink():
        path.symlink_to(target)


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def build(mutants, say):
    """Compiles the tree. Returns the mutants that do not compile, which are taken out."""
    dropped = {}
    while True:
        lay_out(mutants)
        log = compile_all(say)
        if log is None:
            return dropped
        blamed = blamed_mutants(log, mutants)
        if not blamed:
            raise BuildFailed("\n".join(line for line in log.splitlines() if "error" in line or "FAILED" in line)[-4000:])
        say(f"{len(blamed)} do not compile and are left out: {' '.join(map(str, sorted(blamed)))}")
        for number in blamed:
            dropped[number] = mutants.pop(number)


def compile_all(say):
    """None, or what the compiler said."""
    environment = dict(os.environ, CCACHE_BASEDIR=str(TREE), CCACHE_NOHASHDIR="1", CCACHE_SLOPPINESS="pch_defines,time_macros",
                       NINJA_STATUS="[%f/%t %es] ")
    configure = subprocess.run(["cmake", "--preset", "release", "-B", BUILD, "-DHOLDFAST_BENCH=OFF"], cwd=TREE, env=environment,
                               capture_output=True, text=True)
    if configure.returncode:
        raise BuildFailed(configure.stdout[-2000:] + configure.stderr[-2000:])
    ninja = subprocess.Popen(["ninja", "-C", BUILD, "-k", "0", *TARGETS], cwd=TREE, env=environment, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    said = []
    try:
        for line in ninja.stdout:
            said.append(line)
            if step := re.match(r"\[(\d+)/(\d+) [\d.]+s\]", line):
                say(f"build {step[0]}", passing=True)
    except BaseException:
        ninja.terminate()
        raise
    (BUILD / "build.log").write_text("".join(said))
    return "".join(said) if ninja.wait() else None


def blamed_mutants(log, mutants):
    """Those on a line that the compiler names in an error or on the way to it; an include stands above the first line."""
    lines = {(found[1], int(found[2]) - 1) for found in re.finditer(r"(src/(?:%s)/\w+\.(?:cc|h)):(\d+):" % "|".join(FOLDERS), log)}
    return {number for number, place in mutants.items()
            if any((place.file, line) in lines for line in range(place.line - 1, place.last_line + 1))}
