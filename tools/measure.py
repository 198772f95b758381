#!/usr/bin/env python3
"""Prints how well credentials are told from other values, on data that lies outside the project.

  measure.py [TREE...]

Unpacks the development data of ../shared/data (its script bench.py says what it is) into a temporary folder, scans it with
the program as it is built (`cargo build --release` first) and prints precision, recall and F1. Each TREE is a source tree
taken for clean: its findings of the regular persona are counted, also per million lines, and listed. Where the data is
absent only the trees are measured. The shapes of providers are also told apart by a half of the providers each, so that what was
decided on one half can be looked at on the other.
"""
import collections, csv, gzip, hashlib, json, os, subprocess, sys, tempfile
from urllib.parse import unquote

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.environ.get("OVERSCOPE_DATA", os.path.join(HERE, "../../shared/data"))
BENCH = os.path.join(DATA, "bench.py")


def program():
    for kind in ("release", "dist", "debug"):
        path = os.path.join(HERE, "../target", kind, "overscope")
        if os.path.exists(path):
            return os.path.abspath(path)
    sys.exit("build the program first: cargo build --release")


def scan(folder, out):
    with open(out, "wb") as file:
        subprocess.run([program(), "scan", ".", "--format", "sarif", "--exit-zero", "-q"], cwd=folder, stdout=file, check=False)


def halves(sarif):
    """Prints the shares of the flagged shapes for each half of the providers, and for those that four or more tools know."""
    flagged = {
        unquote(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]).removeprefix("./")
        for run in json.load(open(sarif, encoding="utf-8"))["runs"]
        for result in run.get("results") or []
    }
    with gzip.open(os.path.join(DATA, "examples", "files.jsonl.gz"), "rt", encoding="utf-8") as file:
        shapes = [shape for shape in map(json.loads, file) if shape["kind"] == "secret"]
    with open(os.path.join(DATA, "examples", "providers.tsv"), encoding="utf-8") as file:
        tools = {row["provider"]: int(row["n_tools"]) for row in csv.DictReader(file, delimiter="\t")}
    half = lambda shape: int(hashlib.md5(shape["provider"].encode()).hexdigest(), 16) % 2
    groups = {
        "first half": lambda shape: half(shape) == 0,
        "second half": lambda shape: half(shape) == 1,
        "four tools": lambda shape: tools.get(shape["provider"], 0) >= 4,
    }
    for name, holds in groups.items():
        counts = []
        for label in ("pos", "neg"):
            those = [shape for shape in shapes if shape["label"] == label and holds(shape)]
            found = sum(shape["path"] in flagged for shape in those)
            counts.append(f"{label} {found}/{len(those)} = {found / max(len(those), 1):.3f}")
        print(f"{name:11}  {'  '.join(counts)}")


def lines(folder):
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(root, name), "rb") as file:
                total += file.read().count(b"\n")
    return total


def main(trees):
    with tempfile.TemporaryDirectory() as work:
        if os.path.exists(BENCH):
            subprocess.run([sys.executable, BENCH, "unpack", work], check=True)
            for part in ("creddata", "examples"):
                print(f"# {part}", flush=True)
                out = os.path.join(work, f"{part}.sarif")
                scan(os.path.join(work, part), out)
                subprocess.run([sys.executable, BENCH, "score", work, f"--{part}", out], check=True)
                if part == "examples":
                    halves(out)
        for tree in trees:
            out = os.path.join(work, "tree.sarif")
            scan(tree, out)
            results = [r for run in json.load(open(out, encoding="utf-8"))["runs"] for r in run.get("results") or []]
            secrets = [r for r in results if r["ruleId"].startswith("secret/")]
            count = lines(tree)
            print(f"# {os.path.basename(os.path.normpath(tree))}: {len(secrets)} in {count} lines, {len(secrets) * 1e6 / max(count, 1):.2f} a million")
            for rule, n in sorted(collections.Counter(r["ruleId"] for r in secrets).items()):
                print(f"  {n:5} {rule}")
            for r in secrets[:40]:
                place = r["locations"][0]["physicalLocation"]
                print(f"    {place['artifactLocation']['uri']}:{place['region']['startLine']} {r['ruleId']}")


if __name__ == "__main__":
    main(sys.argv[1:])
