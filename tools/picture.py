#!/usr/bin/env python3
"""Draws what a terminal shows as an SVG, for the README.

Reads text with colours from standard input, writes the picture to standard output:

    cargo run --quiet --release -- scan fixtures/sample --color always | tools/picture.py '$ overscope scan fixtures/sample' > docs/sample.svg
"""

import html
import re
import sys

SIZE, WIDE, HIGH, EDGE = 13, 7.83, 18, 18
PAGE, TEXT, FAINT = "#0d1117", "#e6edf3", "#8b949e"
COLOURS = ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"]
BRIGHT = ["#6e7681", "#ff7b72", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#ffffff"]
STEER = re.compile("\x1b\\[([0-9;]*)m|\x1b\\]8;[^\x1b\x07]*(?:\x1b\\\\|\x07)")


class Pen:
    """How text is drawn until the next command."""

    def __init__(self):
        self.reset()

    def reset(self):
        self.bold, self.fill = False, TEXT

    def obey(self, command):
        for number in (int(part or 0) for part in command.split(";")):
            if number == 0:
                self.reset()
            elif number == 1:
                self.bold = True
            elif number == 2:
                self.fill = FAINT
            elif 30 <= number <= 37:
                self.fill = COLOURS[number - 30]
            elif number == 39:
                self.fill = TEXT
            elif 90 <= number <= 97:
                self.fill = BRIGHT[number - 90]


def runs(line, pen):
    """The pieces of a line: column, text, fill, bold."""
    column, at = 0, 0
    for match in [*STEER.finditer(line), None]:
        text = line[at : match.start() if match else len(line)]
        if text.strip():
            yield column, text, pen.fill, pen.bold
        column += len(text)
        if match:
            at = match.end()
            if match.group(1) is not None:
                pen.obey(match.group(1))


def main():
    prompt = sys.argv[1:2]
    lines = sys.stdin.read().rstrip("\n").split("\n")
    lines = [f"\x1b[2m{text}\x1b[0m" for text in prompt] + ([""] if prompt else []) + lines
    columns = max(len(STEER.sub("", line)) for line in lines)
    width, height = round(columns * WIDE + 2 * EDGE), len(lines) * HIGH + 2 * EDGE
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">')
    print(f'<rect width="{width}" height="{height}" rx="10" fill="{PAGE}"/>')
    print(f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" font-size="{SIZE}" xml:space="preserve">')
    pen = Pen()
    for index, line in enumerate(lines):
        for column, text, fill, bold in runs(line, pen):
            lead = len(text) - len(text.lstrip())
            text = text.strip()
            x, y = EDGE + (column + lead) * WIDE, EDGE + index * HIGH + SIZE
            weight = ' font-weight="600"' if bold else ""
            # A length of its own keeps columns straight whatever the font.
            print(f'<text x="{x:.1f}" y="{y}" fill="{fill}"{weight} textLength="{len(text) * WIDE:.1f}">{html.escape(text)}</text>')
    print("</g>\n</svg>")


if __name__ == "__main__":
    main()
