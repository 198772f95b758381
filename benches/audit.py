#!/usr/bin/env python3
"""What an audit costs: one repository with a long history, then the merge of many snapshots.

    benches/audit.py PROGRAM DIRECTORY [COMMITS] [SNAPSHOTS]

The repository has twenty integrations of four providers over two years; each commit changes some files, and every twentieth
widens or narrows what an integration asks for. Prints wall and processor time and the peak memory of each run. The defaults
are 10,000 commits and 5,000 snapshots.
"""

import json
import pathlib
import random
import resource
import subprocess
import sys
import time

SCOPES = {
    "zoho-crm": ["ZohoCRM.modules.leads.READ", "ZohoCRM.modules.deals.READ", "ZohoCRM.modules.contacts.ALL", "ZohoCRM.users.READ"],
    "hubspot": ["crm.objects.contacts.read", "crm.objects.contacts.write", "crm.objects.deals.read", "crm.lists.read"],
    "google": ["https://www.googleapis.com/auth/drive.file", "https://www.googleapis.com/auth/calendar.readonly"],
    "slack": ["chat:write", "channels:read", "users:read.email", "files:write"],
}
CALLS = {
    "zoho-crm": 'requests.get("https://www.zohoapis.eu/crm/v8/Leads")',
    "hubspot": 'requests.get("https://api.hubapi.com/crm/v3/objects/contacts")',
    "google": 'requests.get("https://www.googleapis.com/drive/v3/files")',
    "slack": 'requests.post("https://slack.com/api/chat.postMessage")',
}


def policy(held):
    lines = ["version: 1", "owner: platform@acme.example", "review: {cadence: quarterly, last: 2026-07-01}", "integrations:"]
    for name, (provider, scopes) in sorted(held.items()):
        allow = ", ".join(f'"{scope}"' for scope in scopes)
        lines.append(
            f"  {name}: {{provider: {provider}, purpose: p, owner: o, paths: [\"{name}/**\"], scopes: {{allow: [{allow}]}}}}"
        )
    return "\n".join(lines) + "\n"


def source(provider, scopes):
    return f"import requests\nSCOPES = {json.dumps(scopes)}\n{CALLS[provider]}\n"


def repository(where, commits):
    chance = random.Random(7)
    where.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", where], check=True)
    providers = sorted(SCOPES)
    held = {f"sync{n:02}": (providers[n % 4], SCOPES[providers[n % 4]][:1]) for n in range(20)}
    git = subprocess.Popen(["git", "-C", where, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    first, last = 1_727_000_000, 1_790_000_000
    for number in range(commits):
        changed = {}
        if number == 0:
            changed = {f"{name}/client.py": source(*what) for name, what in held.items()} | {"overscope.yaml": policy(held)}
        elif number % 20 == 0:
            name = chance.choice(sorted(held))
            provider, scopes = held[name]
            more = [scope for scope in SCOPES[provider] if scope not in scopes]
            scopes = scopes + [chance.choice(more)] if more and chance.random() < 0.6 else scopes[:1]
            held[name] = (provider, scopes)
            changed[f"{name}/client.py"] = source(provider, scopes)
            if chance.random() < 0.5:
                changed["overscope.yaml"] = policy(held)
        for _ in range(2):
            lines = "".join(f"value_{chance.randrange(10**6)} = {chance.randrange(10**6)}\n" for _ in range(80))
            changed[f"lib/{chance.randrange(400)}.py"] = lines
        text = f"commit refs/heads/main\ncommitter A <a@acme.example> {first + (last - first) * number // commits} +0000\ndata 2\nc\n"
        for name, content in changed.items():
            text += f"M 100644 inline {name}\ndata {len(content)}\n{content}\n"
        git.stdin.write(text.encode())
    git.stdin.close()
    if git.wait() != 0:
        sys.exit("git fast-import failed")
    subprocess.run(["git", "-C", where, "reset", "-q", "--hard", "main"], check=True)


def measured(what, command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    done = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = __import__("os").wait4(done.pid, 0)
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"{what}: {wall:.1f} s, processor {processor:.1f} s, peak {used.ru_maxrss / 1024:.0f} MB, exit {status >> 8}")


def main():
    program, where = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    commits = int(sys.argv[3]) if len(sys.argv) > 3 else 10_000
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 5_000
    repository(where / "repository", commits)
    run = [program, "audit", "run", "--root", where / "repository", "--quarter", "2026Q3", "--since", "2024Q4"]
    measured(f"audit of {commits} commits", [*run, "--today", "2026-10-01", "--out", where / "audits"])
    snapshot = json.loads((where / "audits/2026Q3/snapshot.json").read_text())
    for number in range(count):
        name = f"repository-{number:05}"
        snapshot["population"]["repository"] = name
        folder = where / "many" / name / "2026Q3"
        folder.mkdir(parents=True)
        (folder / "snapshot.json").write_text(json.dumps(snapshot))
    size = sum(file.stat().st_size for file in (where / "many").rglob("snapshot.json"))
    measured(
        f"merge of {count} snapshots ({size / 1e6:.0f} MB)",
        [program, "audit", "merge", where / "many", "--out", where / "organisation"],
    )


main()
