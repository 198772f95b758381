"""Writes a small tree that looks like source code, the same on every machine: python3 .ci/corpus.py FOLDER."""

import pathlib
import sys

WORDS = (
    "static int void struct return if else for while const char unsigned long data size list next prev lock key token value "
    "name type state index count buffer length offset flags mode device driver init exit probe remove read write open close "
    "config option path file line text parse format error result client server request response session user password scope"
).split()


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit

    def word(self):
        return WORDS[self.below(len(WORDS))]

    def name(self):
        return "_".join(self.word() for _ in range(1 + self.below(3)))

    def hex(self, length):
        return "".join("0123456789abcdef"[self.below(16)] for _ in range(length))


def program(random):
    lines = []
    for _ in range(12):
        lines.append(f"static int {random.name()}(struct {random.name()} *{random.word()}, unsigned int {random.word()})\n{{")
        for _ in range(20):
            indent = "\t" * (1 + random.below(3))
            lines.append(f"{indent}{random.name()} = {random.name()}({random.word()}->{random.name()}, {random.below(9999)});")
        lines.append("\t/* " + " ".join(random.word() for _ in range(12)) + " */\n\treturn 0;\n}\n")
    return "\n".join(lines)


def script(random):
    lines = ["import os\nimport requests\n"]
    for _ in range(40):
        lines.append(f"{random.name()} = os.environ.get('{random.name().upper()}', {random.below(100)})")
        lines.append(f"def {random.name()}({random.word()}):\n    return {random.word()}.{random.name()}('{random.name()}')\n")
    return "\n".join(lines)


def table(random):
    rows = [f'  "{random.name()}": {{"{random.word()}": "{random.name()}", "id": "{random.hex(24)}"}}' for _ in range(120)]
    return "{\n" + ",\n".join(rows) + "\n}\n"


def settings(random):
    return "".join(f"{random.name()}:\n  {random.word()}: {random.name()}\n  {random.word()}: {random.below(99)}\n" for _ in range(80))


def main(folder):
    random = Random(7)
    for number in range(120):
        for ending, write in (("c", program), ("py", script), ("json", table), ("yaml", settings)):
            if ending != "c" and number % 6:
                continue
            file = pathlib.Path(folder, f"part{number % 10}", f"file{number}.{ending}")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(write(random), encoding="utf-8", newline="\n")


main(sys.argv[1])
