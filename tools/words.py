#!/usr/bin/env python3
"""Writes rules/values/words.txt: the words that programs are made of.

  words.py FOLDER...    source trees, one package a folder directly below each FOLDER

A word counts once for each package that has it, so that no single package puts its private names in. Letters only, lower
case, split at case changes, of three letters or more. The list is what `detect/value` takes for "a word, not a secret".
"""
import collections, os, re, sys

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../rules/values/words.txt")
PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
READ = (".rs", ".py", ".js", ".ts", ".md", ".toml", ".rst", ".txt", ".java", ".go", ".rb", ".php", ".cs", ".sh", ".yml", ".html", ".json")
LEAST, MOST = 3, 9000


def words(folder):
    found = set()
    for root, _, names in os.walk(folder):
        for name in names:
            if name.endswith(READ):
                path = os.path.join(root, name)
                if os.path.getsize(path) < 400_000:
                    text = open(path, encoding="utf-8", errors="ignore").read()
                    found.update(w.lower() for w in PIECE.findall(text) if 3 <= len(w) <= 16)
    return found


def main(folders):
    if not folders:
        sys.exit(__doc__)
    count = collections.Counter()
    for folder in folders:
        for package in sorted(os.listdir(folder)):
            if os.path.isdir(os.path.join(folder, package)):
                count.update(words(os.path.join(folder, package)))
    # A word that reads as hex digits would be found inside hashes.
    good = [(n, w) for w, n in count.items() if n >= LEAST and re.search("[aeiouy]", w) and not (len(w) > 4 and re.fullmatch("[a-f]+", w))]
    best = sorted(w for _, w in sorted(good, key=lambda x: (-x[0], x[1]))[:MOST])
    with open(OUT, "w", encoding="utf-8") as f:
        f.write("\n".join(best) + "\n")
    print(f"{len(best)} words from {len(count)} seen")


if __name__ == "__main__":
    main(sys.argv[1:])
