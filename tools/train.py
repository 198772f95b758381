#!/usr/bin/env python3
"""Trains the judge of candidates and writes rules/values/model.txt.

  train.py [--compare] LABELLED [CLEAN...]

LABELLED and CLEAN are outputs of `cargo run --release --example candidates FOLDER`: of the labelled development data
(unpacked by ../shared/data/bench.py; where that is absent there is nothing to train with) and of real source trees without
credentials, such as packages of registries, whose candidates outside tests and documentation are all negatives.

--compare prints what each kind of judge reaches on repositories that it was not trained with (six folds, no repository
in two), and writes nothing. Needs numpy. Same input, same model.
"""
import collections, csv, json, os, sys
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
LABELS = os.path.join(os.environ.get("OVERSCOPE_DATA", os.path.join(HERE, "../../shared/data")), "creddata/labels.tsv")
MODEL = os.path.join(HERE, "../rules/values/model.txt")
# What the program decides before it asks the model.
DECIDED = {"placeholder", "reference", "code", "short"}
CORE = {"token", "password", "pem"}
FORMS = {"secret/private-key", "secret/json-web-token"}


class Data:
    def __init__(self, labelled, clean):
        self.rows = collections.defaultdict(list)
        for r in csv.DictReader(open(LABELS, encoding="utf-8"), delimiter="\t"):
            self.rows[r["path"]].append((int(r["line_start"]), int(r["line_end"]), r["label"], r["group"], r["id"]))
        self.forms, found, crowd = set(), [], collections.Counter()
        for d in map(json.loads, open(labelled, encoding="utf-8")):
            if d.get("finding") in FORMS:
                self.forms.add((d["path"], d["line"], d["end"]))
            elif "candidate" in d and d["gate"] not in DECIDED and d["candidate"] != "WebToken":
                found.append(d)
                crowd[d["path"], d["line"]] += 1
        self.names = found[0]["names"] if found and "names" in found[0] else None
        self.x = np.array([d["row"] for d in found], dtype=np.float32)
        self.place = [(d["path"], d["line"]) for d in found]
        self.repository = np.array([d["path"].split("/")[0] for d in found])
        # What speaks against a value whatever its score: such a candidate is learnt from, and never found.
        self.doubted = np.array([bool(d["doubt"]) for d in found])
        label = [self.label(*place) for place in self.place]
        self.y = np.array([1.0 if l == "T" else 0.0 for l in label])
        # On a crowded line nobody knows which of the candidates is the labelled one.
        weight = {"T": lambda k: 1 / k if k <= 3 else 0.0, "X": lambda k: 0.0, "F": lambda k: 1.0, "": lambda k: 0.7}
        self.w = np.array([weight[l](crowd[place]) for l, place in zip(label, self.place)])
        # Passwords as people choose them, in the place of random ones.
        self.human = [(n, d["human"]) for n, d in enumerate(found) if d["human"] and self.y[n] and self.w[n]]
        self.clean = self.negatives(clean)

    def label(self, path, line):
        over = [r for r in self.rows.get(path, ()) if r[0] <= line <= r[1]]
        if any(r[2] == "T" and r[3] in CORE for r in over):
            return "T"
        return "X" if any(r[2] in "TX" for r in over) else "F" if over else ""

    def negatives(self, files):
        """At most 300 a package: no package decides by its size. Tests and documentation are left out."""
        kept = []
        for file in files:
            seen = collections.Counter()
            for d in map(json.loads, open(file, encoding="utf-8")):
                if "candidate" not in d or d["gate"] in DECIDED or d["candidate"] == "WebToken" or d["role"] in ("Test", "Docs"):
                    continue
                package = d["path"].split("/")[0]
                seen[package] += 1
                if seen[package] <= 300:
                    kept.append(d["row"])
        return np.array(kept, dtype=np.float32).reshape(len(kept), self.x.shape[1])

    def training(self, inside):
        keep = inside & (self.w > 0)
        # All clean trees together weigh a third of the labelled negatives.
        each = self.w[keep & (self.y == 0)].sum() / 3 / max(len(self.clean), 1)
        human = [(row, self.w[n] / 3) for n, row in self.human if keep[n]]
        x = np.concatenate([self.x[keep], self.clean, np.array([r for r, _ in human], dtype=np.float32)])
        y = np.concatenate([self.y[keep], np.zeros(len(self.clean)), np.ones(len(human))])
        return x, y, np.concatenate([self.w[keep], np.full(len(self.clean), each), [w for _, w in human]])

    def measure(self, score, least):
        hit, units = set(), {}
        sure = (score >= least) & ~self.doubted
        found = [(p, l, l) for (p, l), s in zip(self.place, sure) if s] + sorted(self.forms)
        for path, start, end in found:
            units[path, start] = max(units.get((path, start), 0), end)
            hit |= {(path, r[4]) for r in self.rows.get(path, ()) if r[2] == "T" and r[0] <= end and start <= r[1]}
        told = []
        for scope, groups in (("core", CORE), ("token", {"token"}), ("password", {"password"})):
            all_true = [(p, r[4]) for p, rs in self.rows.items() for r in rs if r[2] == "T" and r[3] in groups]
            recall = sum(t in hit for t in all_true) / max(len(all_true), 1)
            right = wrong = unlabelled = 0
            for (path, start), end in units.items():
                over = [r for r in self.rows.get(path, ()) if r[0] <= end and start <= r[1]]
                if any(r[2] == "T" and r[3] in groups for r in over):
                    right += 1
                elif any(r[2] in "TX" for r in over):
                    pass
                elif over:
                    wrong += scope == "core" or any(r[3] in groups for r in over)
                else:
                    unlabelled += 1
            precision = right / max(right + wrong, 1)
            f1 = 2 * precision * recall / max(precision + recall, 1e-9)
            told.append(f"{scope} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}" + (f" unlabelled {unlabelled}" if scope == "core" else ""))
        return "  ".join(told)


class Trees:
    """Gradient boosting of the logistic loss, with thresholds at quantiles."""

    def __init__(self, depth, count, rate=0.1, least=12.0, damp=4.0):
        self.depth, self.count, self.rate, self.least, self.damp = depth, count, rate, least, damp

    def fit(self, x, y, w):
        self.cuts = [np.unique(np.quantile(c, np.linspace(0.02, 0.98, 33)).astype(np.float32)) for c in x.T]
        bins = np.stack([np.searchsorted(cuts, c, side="right") for cuts, c in zip(self.cuts, x.T)], 1)
        mean = (w * y).sum() / w.sum()
        self.base = float(np.log(mean / (1 - mean)))
        sums = np.full(len(y), self.base)
        self.trees = []
        for _ in range(self.count):
            p = 1 / (1 + np.exp(-sums))
            tree = {}
            self.grow(tree, 0, np.arange(len(y)), bins, w * (y - p), w * p * (1 - p), 0, sums)
            self.trees.append(tree)
        return self

    def grow(self, tree, node, index, bins, g, h, depth, sums):
        total_g, total_h = g[index].sum(), h[index].sum()
        best = None
        if depth < self.depth:
            for f in range(bins.shape[1]):
                size = len(self.cuts[f]) + 1
                hist_g = np.bincount(bins[index, f], g[index], size).cumsum()[:-1]
                hist_h = np.bincount(bins[index, f], h[index], size).cumsum()[:-1]
                ok = (hist_h >= self.least / 4) & (total_h - hist_h >= self.least / 4)
                if not ok.any():
                    continue
                gain = hist_g**2 / (hist_h + self.damp) + (total_g - hist_g) ** 2 / (total_h - hist_h + self.damp)
                gain = np.where(ok, gain, -1)
                at = int(gain.argmax())
                if best is None or gain[at] > best[0] + 1e-9:
                    best = (gain[at], f, at)
        if best and best[0] > total_g**2 / (total_h + self.damp) + 0.5:
            _, f, at = best
            left = bins[index, f] <= at
            tree[node] = (f, float(self.cuts[f][at]))
            self.grow(tree, 2 * node + 1, index[left], bins, g, h, depth + 1, sums)
            self.grow(tree, 2 * node + 2, index[~left], bins, g, h, depth + 1, sums)
        else:
            value = self.rate * total_g / (total_h + self.damp)
            tree[node] = float(value)
            sums[index] += value

    def predict(self, x):
        sums = np.full(len(x), self.base)
        for tree in self.trees:
            at = np.zeros(len(x), dtype=int)
            for _ in range(self.depth):
                for node in np.unique(at):
                    if isinstance(tree.get(node), tuple):
                        f, cut = tree[node]
                        inside = at == node
                        at = np.where(inside, 2 * at + np.where(x[:, f] < cut, 1, 2), at)
            sums += np.array([tree[n] for n in at])
        return 1 / (1 + np.exp(-sums))

    def write(self, names, path):
        with open(path, "w", encoding="utf-8") as out:
            out.write("# The judge of candidates, written by tools/train.py. A line is a tree: node n has its children at 2n+1\n")
            out.write("# and 2n+2; `name<x` goes left when true; `=x` is what the tree adds; `-` is a place that no path reaches.\n")
            out.write(f"base {self.base:.4f}\n")
            for tree in self.trees:
                words = []
                for n in range(max(tree) + 1):
                    node = tree.get(n)
                    words.append("-" if node is None else f"{names[node[0]]}<{node[1]:.6g}" if isinstance(node, tuple) else f"={node:.4f}")
                out.write(" ".join(words) + "\n")


class Logistic:
    def fit(self, x, y, w):
        self.mean, self.spread = x.mean(0), x.std(0) + 1e-6
        z = np.c_[(x - self.mean) / self.spread, np.ones(len(x))]
        self.b = np.zeros(z.shape[1])
        for _ in range(30):
            p = 1 / (1 + np.exp(-z @ self.b))
            h = z.T @ (z * (w * p * (1 - p))[:, None]) + 3.0 * np.eye(z.shape[1])
            self.b += np.linalg.solve(h, z.T @ (w * (y - p)) - 3.0 * self.b)
        return self

    def predict(self, x):
        return 1 / (1 + np.exp(-np.c_[(x - self.mean) / self.spread, np.ones(len(x))] @ self.b))


def folds(data, count=6):
    """Repositories in folds of about equally many credentials."""
    weight = collections.Counter()
    for repository, y in zip(data.repository, data.y):
        weight[repository] += y + 0.001
    load, fold = [0.0] * count, {}
    for repository, size in sorted(weight.items(), key=lambda x: (-x[1], x[0])):
        fold[repository] = load.index(min(load))
        load[fold[repository]] += size
    return np.array([fold[r] for r in data.repository])


def main(argv):
    compare = "--compare" in argv
    files = [a for a in argv if not a.startswith("--")]
    if not files:
        sys.exit(__doc__)
    if not os.path.exists(LABELS):
        sys.exit("no development data beside the project: nothing to train with")
    data = Data(files[0], files[1:])
    print(f"{len(data.x)} candidates, {int((data.y * (data.w > 0)).sum())} credentials, {len(data.clean)} of clean trees")
    if compare:
        fold = folds(data)
        for name, make in KINDS:
            score = np.zeros(len(data.x))
            for k in range(6):
                score[fold == k] = make().fit(*data.training(fold != k)).predict(data.x[fold == k])
            for least in (0.3, 0.4, 0.5, 0.6, 0.7):
                print(f"{name:9} {least}  {data.measure(score, least)}", flush=True)
        return
    names = open(os.path.join(HERE, "../src/detect/generic/feature.rs"), encoding="utf-8").read()
    names = names[names.index("NAMES: "):]
    names = [w.strip(' "') for w in names[names.index("= [") + 3 : names.index("];")].split(",") if w.strip()]
    names = [w.strip().strip('"') for w in names]
    CHOSEN().fit(*data.training(np.ones(len(data.x), bool))).write(names, MODEL)


def CHOSEN():
    return Trees(3, 80)


KINDS = [("logistic", Logistic), ("stumps", lambda: Trees(1, 200)), ("trees of 2", lambda: Trees(2, 120)), ("trees of 3", CHOSEN)]

if __name__ == "__main__":
    main(sys.argv[1:])
