#!/usr/bin/env python3
"""Prints how well credentials are told from other values, on data that lies outside the project.

  measure.py [TREE...]

Unpacks the development data of ../shared/data (its script bench.py says what it is) into a temporary folder, scans it with
the program as it is built (`cargo build --release` first) and prints precision, recall and F1. Each TREE is a source tree
taken for clean: its findings of the regular persona are counted, also per million lines, and listed. Where the data is
absent only the trees are measured.
"""
import collections, json, os, subprocess, sys, tempfile

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
