#!/usr/bin/env python3
"""Writes a repository with a long history into a new directory, the same for the same arguments.

    benches/history.py DIRECTORY [COMMITS] [FILES]

Each commit changes some lines of two or three files; every tenth is a merge. The defaults give 10,000 commits and about
28,000 blobs. Secrets are made up here and now: every 500th commit brings one in, and the next change of the file takes it
out again.
"""

import hashlib
import pathlib
import random
import subprocess
import sys

WORDS = (
    "account address amount array batch buffer cache call client code config contact context count create customer data "
    "date deal default delete description detail error event field file filter find first format group handle header "
    "history id index info invoice item join key label last lead length level line link list load local lookup map "
    "message method model module name next number object offset option order owner page parent parse path phone price "
    "process product property query quote range read record region report request reset response result return row "
    "save schema scope search section select send session set size sort source stage start state status store sync "
    "table task template test text time title token total type update upload url user value vendor version view write"
).split()
ENDS = ("py", "js", "ts", "go", "java", "yaml", "json", "md")


def line(chance):
    a, b, c, d = (chance.choice(WORDS) for _ in range(4))
    number = chance.randrange(10000)
    return chance.choice(
        (
            f"    {a}_{b} = self.{c}({d!r}, {number})\n",
            f"    if {a}.{b} > {number}:  # the {c} of a {d}\n",
            f"    return {a}.{b}({c}, {d})\n",
            f"  {a}-{b}: {c}_{d}_{number}\n",
            f"  // {a} {b} {c} {d} {number}\n",
            "\n",
        )
    )


def secret(chance):
    digits = hashlib.sha256(str(chance.random()).encode()).hexdigest()
    return f"    refresh_token = '1000.{digits[:32]}.{digits[32:]}'\n"


def main():
    where = pathlib.Path(sys.argv[1])
    commits = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 700
    chance = random.Random(7)
    where.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", where], check=True)
    names = [f"{chance.choice(WORDS)}/{chance.choice(WORDS)}/{i}.{ENDS[i % len(ENDS)]}" for i in range(count)]
    files = {}
    git = subprocess.Popen(["git", "-C", where, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    out = git.stdin.write
    for number in range(1, commits + 1):
        changed = names if number == 1 else chance.sample(names, chance.choice((2, 3, 3)))
        out(f"commit refs/heads/main\nmark :{number}\n".encode())
        out(f"committer A <a@example.org> {1_500_000_000 + number * 3600} +0000\ndata 8\nA change\n".encode())
        if number % 10 == 0 and number > 20:
            out(f"from :{number - 1}\nmerge :{number - 7}\n".encode())
        for name in changed:
            lines = files.setdefault(name, [line(chance) for _ in range(chance.randrange(60, 500))])
            lines[:] = [text for text in lines if "refresh_token = '1000." not in text]
            for _ in range(chance.randrange(1, 9)):
                lines[chance.randrange(len(lines))] = line(chance)
            if number % 500 == 250 and name is changed[0]:
                lines.insert(3, secret(chance))
            text = "".join(lines).encode()
            out(f"M 100644 inline {name}\ndata {len(text)}\n".encode() + text + b"\n")
    git.stdin.close()
    if git.wait() != 0:
        sys.exit("git fast-import failed")
    subprocess.run(["git", "-C", where, "repack", "-adq"], check=True)
    subprocess.run(["git", "-C", where, "checkout", "-q", "main"], check=True)


main()
