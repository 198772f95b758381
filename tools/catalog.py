#!/usr/bin/env python3
"""Writes rules/scopes/*.yaml and rules/calls/*.yaml from the research catalogue.

The research catalogue is a folder of YAML files with facts gathered from providers' own specifications and pages (ids,
paths, titles). It is not part of this repository: give its path as the first argument, or keep it in ../shared/catalog.
Without it this script says so and changes nothing; the files it wrote are complete without it and may be edited by hand.

    tools/catalog.py [FOLDER]
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BARE = re.compile(r"^(?!(?:true|false|null|yes|no|on|off|y|n)$)[A-Za-z_/][A-Za-z0-9_./+-]*(?::[A-Za-z0-9_*.-]+)*$", re.I)
VERBS = {"ALL": ["READ", "CREATE", "UPDATE", "DELETE"], "WRITE": ["CREATE", "UPDATE", "DELETE"]}
CALL_KEYS = ["any", "least", "with", "all", "besides", "or", "app-any", "app-least", "flow", "deprecated", "source", "note"]

# How far one may trust a file; the words of the catalogue's own notes, put into three steps.
WEAK = {"box", "zoom", "front", "linkedin", "meta", "linear", "notion", "close", "copper", "keap", "zendesk-sell", "airtable",
        "zoho-accounts", "zoho-bigin", "zoho-billing", "zoho-campaigns", "zoho-cliq", "zoho-creator", "zoho-desk",
        "zoho-mail", "zoho-people", "zoho-projects", "zoho-recruit", "zoho-sign", "zoho-workdrive", "gong", "gorgias",
        "stripe"}
SOLID = {"zoho-crm", "hubspot", "google", "microsoft-graph", "github", "slack", "asana", "auth0", "bitbucket", "discord",
         "dropbox", "figma", "okta", "spotify", "x", "xero", "square", "klaviyo", "pipedrive", "paypal", "zoho-inventory",
         "constant-contact", "dynamics365", "quickbooks", "docusign", "gitlab"}

# What proves a provider without any context. `shape`: the spelling alone; `listed`: the spelling, and the catalogue
# knows the scope. Vocabularies such as `read`, `repo`, `users:read` prove nothing and have no row.
ZOHO = r"(?i)^{service}(?:\.[a-z0-9_]+){{0,3}}\.(?:ALL|READ|CREATE|UPDATE|WRITE|DELETE|CUSTOM)$"
PROOF = {
    "zoho-crm": ("shape", r"(?i)^(?:Zoho)?CRM\.(?:modules|settings|users|org|bulk|coql|notifications|share|mass_[a-z]+|send_mail|change_owner|functions|templates)(?:\.[a-z0-9_]+)*$|" + ZOHO.format(service="ZohoCRM")),
    "google": ("shape", None),
    "paypal": ("shape", r"^https://(?:uri|api)\.paypal\.com/(?:services|v1)/[A-Za-z0-9/._*-]+$"),
    "quickbooks": ("shape", r"^com\.intuit\.quickbooks\.[a-z.]+$"),
    "okta": ("shape", r"^okta\.[A-Za-z]+(?:\.[A-Za-z]+)*\.(?:read|manage|self)$"),
    "freshworks": ("shape", r"^fresh(?:sales|desk|service|chat|caller)\.[a-z_]+(?:\.[a-z_]+)*\.(?:view|create|edit|delete|upsert)$"),
    "dynamics365": ("shape", r"^https://(?:[a-z0-9-]+|[{<$][^/ ]{1,60})\.(?:api\.)?crm\d{0,2}\.(?:dynamics\.com|microsoftdynamics\.us|appsplatform\.us|dynamics\.cn)//?(?:user_impersonation|\.default)$"),
    "close": ("shape", r"^all\.full_access$"),
    "copper": ("shape", r"^developer/v1/all$"),
    "microsoft-graph": ("listed", r"(?i)^(?:https://graph\.microsoft\.(?:com|us)/\S+|[A-Z][A-Za-z0-9]+(?:-[A-Za-z0-9]+)*(?:\.[A-Z][A-Za-z0-9-]*){1,4})$"),
    "hubspot": ("listed", r"^(?:[a-z_-]+(?:\.[a-z0-9_-]+)+|transactional-email|sales-email-read|forms-uploaded-files|business-intelligence)$"),
    "atlassian": ("listed", r"^[a-z-]+:(?:[a-z0-9._-]*(?:jira|confluence|servicedesk|compass|bitbucket)[a-z0-9._-]*|[a-z0-9._-]+:(?:jira|confluence|jira-[a-z-]+|compass))(?::[a-z-]+)?$"),
    "bitbucket": ("listed", r"^[a-z]+:[a-z-]+:bitbucket$"),
    "airtable": ("listed", r"^(?:data|schema|user|webhook|block|workspacesAndBases|enterprise)\.?[A-Za-z.]*:(?:read|write|manage)$"),
    "xero": ("listed", r"^(?:accounting|payroll|bankfeeds|einvoicing|practicemanager)\.[a-z.]+$"),
    "dropbox": ("listed", r"^(?:account_info|files|sharing|file_requests|team_info|team_data)(?:\.[a-z_]+)+$"),
    "x": ("listed", r"^tweet\.(?:read|write|moderate\.write)$"),
    "meta": ("listed", r"^(?:pages|instagram|whatsapp_business|threads)_[a-z_]+$"),
    "linkedin": ("listed", r"^(?:r|w|rw)_[a-z0-9_]+$"),
    "spotify": ("listed", r"^(?:user|playlist|ugc)-[a-z-]+$"),
    "github": ("listed", r"^(?:admin|read|write):(?:repo_hook|org_hook|public_key|gpg_key|ssh_signing_key)$"),
    "gong": ("listed", r"^api:[a-z-]+:[a-z:-]+$"),
    "box": ("listed", r"^root_read(?:only|write)$"),
    "zoom": ("listed", r"^[a-z_]+:[a-z_:]+:(?:admin|master)$"),
}
for provider, service in {"bigin": "ZohoBigin", "books": "ZohoBooks", "billing": "ZohoSubscriptions", "campaigns": "ZohoCampaigns",
                          "cliq": "ZohoCliq", "creator": "ZohoCreator", "desk": "Desk", "inventory": "ZohoInventory", "invoice": "ZohoInvoice",
                          "mail": "ZohoMail", "people": "ZOHOPEOPLE", "projects": "ZohoProjects", "recruit": "ZohoRecruit",
                          "analytics": "ZohoAnalytics", "sign": "ZohoSign", "workdrive": "WorkDrive"}.items():
    PROOF["zoho-" + provider] = ("shape", ZOHO.format(service=service))
PROOF["zoho-accounts"] = ("shape", ZOHO.format(service="(?:AaaServer|ZohoProfile|ZohoContacts|ZohoPC|ZohoFiles|ZohoSearch|ZohoWriter|ZohoSheet|ZohoShow|ZohoCalendar|ZohoMeeting|SalesIQ|ZohoSprints|ZohoPay|ZohoCatalyst|SDPOnDemand|ZohoMarketingAutomation|ZohoSurvey|ZohoForms|ZohoAssist|ZohoVault|ZohoConnect|ZohoNotebook|ZohoDirectory|ZohoCommerce|ZohoExpense|ZohoFSM|ZohoThrive|ZohoSocial|ZohoFlow|ZohoShifts|ZohoPayroll|ZohoBackstage|ZohoBugtracker)"))
PROOF["zoho-accounts"] = ("shape", PROOF["zoho-accounts"][1])

# Groups of Zoho: the name of the group stands for every name below it.
GROUPS = {
    "zoho-crm": ["ZohoCRM.modules", "ZohoCRM.settings", "ZohoCRM.share", "ZohoCRM.mass_update", "ZohoCRM.mass_delete", "ZohoCRM.mass_convert"],
    "zoho-bigin": ["ZohoBigin.modules", "ZohoBigin.settings"],
    "zoho-recruit": ["ZohoRecruit.modules", "ZohoRecruit.settings"],
}
# Each kind of thing in a scope list that has a sign of its own between its parts.
SEGMENTS = {"google": "/", "paypal": "/", "dynamics365": "/", "copper": "/", "shopify": "_", "square": "_", "linkedin": "_", "meta": "_",
            "spotify": "-", "docusign": "_", "constant-contact": "_", "intercom": "_", "airtable": ".:", "slack": ".:"}
# The part of a path that names a part of the scope, and providers whose methods take any verb of HTTP.
VARIABLES = {"zoho-crm": "module", "zoho-bigin": "module", "zoho-recruit": "module", "hubspot": "objectType"}
ANY_METHOD = {"slack"}
# Hosts that the research left out.
HOSTS = {"salesforce": ["<instance>.salesforce.com"]}
# How HubSpot's paths name the objects whose scopes are listed: by name, in the singular, by number.
OBJECT_TYPES = {number: name for name, numbers in {
    "contacts": ["contacts", "contact", "0-1", "calls", "emails", "meetings", "notes", "tasks", "communications", "postal_mail"], "companies": ["companies", "company", "0-2"], "deals": ["deals", "deal", "0-3"],
    "line_items": ["line_items", "line_item", "0-8"], "quotes": ["quotes", "quote", "0-14"], "products": ["products", "product", "0-7"],
    "tickets": ["tickets", "ticket", "0-5"], "leads": ["leads", "lead", "0-136"], "owners": ["owners"],
    "custom": ["2-*", "p_*"]}.items() for number in numbers}
MARKS = ["zohocrmsdk", "@zohocrm/", "com.zoho.crm.api", "com\\zoho\\crm\\api", "Com.Zoho.Crm", "ZOHOCRMSDK", "ZCRM."]
SEPARATORS = {"%2C": None, "%20": None, "+": None}
OIDC = {"openid", "email", "profile", "offline_access", "address", "phone"}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ROOT.parent / "shared" / "catalog")
    if not folder.is_dir():
        print(f"{folder}: no such folder; nothing written. Give the folder of the research catalogue as argument.")
        return
    try:
        import yaml
    except ImportError:
        print("PyYAML is not installed; nothing written.")
        return
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    files = {path.stem: yaml.load(path.read_text(), loader) for path in sorted(folder.glob("*.yaml"))}
    extra = files.pop("microsoft-graph-beta-ops")["operations"]
    ids = files.pop("microsoft-graph-guids")
    sdks = {"zoho-crm": zoho_sdk(files.pop("zoho-sdk-calls")), "hubspot": hubspot_sdk(files.pop("hubspot-sdk-calls")),
            "salesforce": salesforce_sdk(files.pop("salesforce-sdk-calls"))}
    # Two files speak of the same two scopes; the one with the catch-all operations is kept, the listed operations stay.
    connect = files.pop("stripe-connect")
    files["stripe"]["operations"] += connect["operations"]
    files["stripe"]["scopes"] += [s for s in connect["scopes"] if s["id"] == "stripe_apps"]
    files["stripe"]["authorize_urls"] = sorted(set(files["stripe"]["authorize_urls"]) | set(connect["authorize_urls"]))
    for room in ("scopes", "calls"):
        (ROOT / "rules" / room).mkdir(parents=True, exist_ok=True)
    for provider, file in files.items():
        beta = extra if provider == "microsoft-graph" else []
        write(ROOT / "rules" / "scopes" / f"{provider}.yaml", scopes_file(provider, file))
        calls = calls_file(provider, file, beta, sdks.get(provider))
        if calls:
            write(ROOT / "rules" / "calls" / f"{provider}.yaml", calls)
    by_id = {}
    for row in ids["ids"]:
        by_id.setdefault(row["id"], []).append(row)
    kind = lambda rows: "both" if len({row["kind"] for row in rows}) > 1 else rows[0]["kind"]
    rows = [f"  {id}: {rows[0]['scope']} {kind(rows)}" for id, rows in sorted(by_id.items())]
    write(ROOT / "rules" / "scopes" / "microsoft-graph-ids.yaml", "\n".join([
        "# Permissions as `requiredResourceAccess` of an Entra app manifest names them: id, then scope and kind of grant.",
        "provider: microsoft-graph", f"resource: {ids['resource_app_id']}", "ids:"] + rows) + "\n")


def scopes_file(provider, file):
    source = file.get("source") or []
    out = [f"provider: {provider}", f"name: {text(file['name'])}",
           f"certainty: {'solid' if provider in SOLID else 'weak' if provider in WEAK else 'fair'}",
           f"as-of: {text(str(file.get('source_date') or file.get('retrieved')))}",
           f"licence: {text(file.get('licence', ''))}"]
    out += block("sources", source if isinstance(source, list) else [source])
    out += block("notes", [n for n in file.get("notes") or [] if not re.match(r"(implies absent|risk:|with =|Rows of|scope names are)", n)])
    out += ["hosts: " + listed(hosts((file.get("hosts") or []) + HOSTS.get(provider, [])))]
    for key, name in (("authorize_urls", "authorize"), ("token_urls", "token")):
        if file.get(key):
            out.append(f"{name}: {listed(file[key])}")
    if file.get("requested_in"):
        out += block("requested-in", file["requested_in"])
    out += grammar(provider, file)
    # Where case is no matter, two spellings of one scope are one row.
    seen = {}
    for scope in file["scopes"]:
        seen.setdefault(scope["id"].lower() if provider == "microsoft-graph" else scope["id"], scope)
    rows = [scope_row(provider, file, scope) for scope in sorted(seen.values(), key=lambda scope: scope["id"])]
    if provider == "github-app":
        have = {scope["id"] for scope in file["scopes"]}
        for name in file["workflow_token_permissions"]:
            for level in ("read", "write"):
                if (name == "models" and level == "write") or (name == "id-token" and level == "read"):
                    continue
                if f"{name}:{level}" not in have and f"{name.replace('-', '_')}:{level}" not in have:
                    rows.append(mapping(dict(id=f"{name}:{level}", title=f"{name.replace('-', ' ')} {level} of a workflow's own token", access=level,
                                             resource=name, risk="low" if level == "read" else "medium",
                                             implies=[f"{name}:read"] if level == "write" and name != "id-token" else None)))
    out.append("scopes:" if rows else "scopes: []")
    out += rows
    return "\n".join(out) + "\n"


def grammar(provider, file):
    proof, shape = PROOF.get(provider, (None, None))
    separators = [s for s in file.get("scope_separators") or [" "] if s not in SEPARATORS] or [" "]
    out = ["grammar:", f"  separators: {listed(separators)}", f"  segment: {text(segment(provider, file))}"]
    if proof:
        out += [f"  proof: {proof}", f"  shape: '{shape or file['scope_pattern']}'"]
    if file.get("case_insensitive") or provider == "microsoft-graph":
        out.append("  case: fold")
    if file.get("scope_prefix"):
        out.append(f"  prefix: {text(file['scope_prefix'])}")
    if file.get("scope_prefixes"):
        out.append(f"  optional-prefixes: {listed(file['scope_prefixes'])}")
    wild = ["https://graph.microsoft.com/.default", ".default"] if provider == "microsoft-graph" else []
    if wild:
        out.append("  everything-configured: " + listed([".default"]))
    if provider.startswith("zoho-"):
        out.append("  verbs: {" + ", ".join(f"{verb}: {listed(parts)}" for verb, parts in VERBS.items()) + "}")
        out.append("  single-verbs: [READ, CREATE, UPDATE, DELETE, CUSTOM]")
        groups = GROUPS.get(provider, [])
        if groups:
            out.append(f"  groups: {listed(groups)}")
        if provider == "zoho-crm":
            out.append("  group-names: {ZohoCRM.send_mail.all: ZohoCRM.send_mail}")
            out.append("  custom: [ZohoCRM.modules.custom, ZohoCRM.share.custom, ZohoCRM.mass_update.custom, ZohoCRM.mass_delete.custom, ZohoCRM.send_mail.custom]")
            names = sorted({(api, name) for api, name in file["module_map"].items() if api != "*"})
            out.append("  names: {" + ", ".join(f"{text(api)}: {name}" for api, name in names) + "}")
        everything = (file.get("scope_grammar") or {}).get("everything")
        if everything:
            out.append(f"  everything: {{{everything}: {everything.split('.')[0]}}}")
    if provider == "outreach":
        out += ["  verbs: {all: [read, write, delete]}", "  single-verbs: [read, write, delete]"]
    return out


def segment(provider, file):
    if provider in SEGMENTS:
        return SEGMENTS[provider]
    ids = [scope["id"] for scope in file["scopes"]]
    return ":" if sum(":" in i for i in ids) > sum("." in i and ":" not in i for i in ids) else "."


def scope_row(provider, file, scope):
    hand = "risk" in scope
    ids = {s["id"] for s in file["scopes"]}
    implied = scope.get("implies", scope.get("narrower", []) if hand_implies(provider, file) else [])
    if provider.startswith("zoho-") or provider == "outreach":
        implied = []  # the grammar says it
    row = dict(id=scope["id"], title=scope["title"], access=scope["access"], resource=scope["resource"])
    row["broad"] = scope["broad"] or None
    row["risk"] = scope["risk"] if hand else risk(scope)
    row["broad-app"] = scope.get("broad_app") or None
    row["class"] = scope.get("class")
    row["why"] = scope.get("why")
    row["limited"] = scope.get("limited") or None
    row["narrower"] = [n for n in narrower(provider, scope) if n in ids and n not in implied] or None
    row["implies"] = [i for i in implied if i in ids and i != scope["id"]] or None
    row["aliases"] = scope.get("aliases")
    row["kind"] = scope.get("kind") if scope.get("kind") in ("delegated", "application") else None
    consent = scope.get("consent") or {}
    row["admin-consent"] = "".join(k for k in "da" if consent.get(k) == "admin") or None
    row["deprecated"] = scope.get("deprecated") or None
    row["documented"] = False if provider == "zoho-crm" and not scope.get("documented") else None
    row["note"] = scope.get("note")
    return mapping(row)


def hand_implies(provider, file):
    """In one half of the catalogue a missing `implies` equals `narrower`, in the other it means nothing."""
    return "source_date" in file


def narrower(provider, scope):
    # Families of Zoho: what the grammar derives (the same name with a single operation) need not be spelled out.
    if provider.startswith("zoho-") or provider == "outreach":
        return []
    return scope.get("narrower", [])


def risk(scope):
    level = scope["level"]
    if level == 1 or scope["access"] in ("identity", "offline"):
        return "info"
    if level == 2:
        return "low" if scope["access"] == "read" else "medium"
    if level == 3:
        return "high" if scope["broad"] else "low" if scope["access"] == "read" else "medium"
    return "critical" if scope["broad"] else "high"


def calls_file(provider, file, beta, sdk):
    groups = collections.OrderedDict()
    for operation in file["operations"] + beta:
        need = need_of(operation)
        line = f"{operation['m']} {path_of(provider, operation)}"
        name = operation.get("op")
        names = [name] if name and provider not in ("linear",) else []
        if provider == "slack":
            names = [operation["p"].rsplit("/", 1)[-1]]
        names += operation.get("sdk") or []
        if names:
            line += " " + " ".join(n.replace(" ", "_") for n in names)
        groups.setdefault(need, []).append(line)
    if not groups and not sdk:
        return None
    out = [f"provider: {provider}"]
    if file.get("base_paths"):
        out.append(f"base-paths: {listed(file['base_paths'])}")
    if file.get("path_prefixes"):
        out.append(f"path-prefixes: {listed(file['path_prefixes'])}")
    if file.get("path_case_insensitive"):
        out.append("path-case: fold")
    if file.get("path_equivalents"):
        out.append("same-paths:")
        out += [f"  - [{quoted(a)}, {quoted(b)}]" for a, b in file["path_equivalents"]]
    if provider in VARIABLES:
        out.append(f"variable: {VARIABLES[provider]}")
    if provider in ANY_METHOD:
        out.append("any-method: true")
    if provider == "hubspot":
        out.append("modules: {" + ", ".join(f"{text(api)}: {name}" for api, name in OBJECT_TYPES.items()) + "}")
    if file.get("module_map"):
        out.append("modules: {" + ", ".join(f"{text(api)}: {name}" for api, name in file["module_map"].items()) + "}")
    if file.get("api_hosts"):
        out.append("api-hosts: {" + ", ".join(f"{text(k)}: {text(v)}" for k, v in sorted(file["api_hosts"].items())) + "}")
    out.append("needs:" if groups else "needs: []")
    for need, lines in sorted(groups.items(), key=lambda group: group[1][0].split(" ", 1)[1]):
        head = [f"{key}: {value}" for key, value in zip(CALL_KEYS, need) if value]
        out.append("  - {" + ", ".join(head) + ", calls: [" if head else "  - {calls: [")
        out += [f"      {quoted(line)}," for line in sorted(dict.fromkeys(lines), key=lambda line: (line.split(" ")[1], line))]
        out.append("    ]}")
    out += sdk or []
    return "\n".join(out) + "\n"


def need_of(operation):
    any_of, least = operation.get("any_of") or [], operation.get("least") or []
    with_, all_of = operation.get("with") or [], operation.get("all_of") or []
    other = operation.get("alternatives") or []
    if operation.get("all_of_any_of"):
        other = [x for x in other]
        all_of, any_of, least = any_of, [], []
    least = [s for s in least if s not in with_]
    return (sorted_list(any_of), listed(least) if least and least != any_of else "", listed(with_) if with_ else "",
            listed(all_of) if all_of else "", listed(operation["also_any"]) if operation.get("also_any") else "",
            "[" + ", ".join(listed(x) for x in other) + "]" if other else "",
            listed(operation["app_any_of"]) if operation.get("app_any_of") else "",
            listed(operation["app_least"]) if operation.get("app_least") else "",
            {"d": "delegated", "a": "application"}.get(operation.get("flow"), ""),
            "true" if operation.get("deprecated") else "", text(operation["src"]) if operation.get("src") else "",
            text(operation["note"]) if operation.get("note") else "")


def sorted_list(names):
    return listed(names) if names else ""


def path_of(provider, operation):
    path = operation["p"]
    if provider == "linear":
        path += "#" + operation["op"].replace(" ", ".").replace("*", "{field}")
    return path.replace("(?:/(.*))?", "/{+rest}").replace(" ", "%20")


def zoho_sdk(file):
    out = ["sdk:", "  - name: Zoho CRM SDK", "    languages: [python, javascript, typescript, java, php, csharp, ruby]",
           f"    marks: {listed(MARKS)}",
           "    # class, then the method in camelCase, then in snake_case, then the operation; `{module}` is the constructor's argument",
           "    calls:"]
    out += [f"      - {quoted(' '.join([c['class'] + '.' + c['method'], c.get('py') or '-', c['m'], c['p']]))}" for c in file["calls"]]
    out += ["  - name: Zoho CRM SDK, version 1", "    languages: [python, javascript, java, php, csharp]", "    marks: [ZCRMRestClient, zcrmsdk, ZCRMModule, ZCRMRecord]", "    calls:"]
    out += [f"      - {quoted(' '.join([c['class'] + '.' + c['method'], c.get('py') or '-', c['m'], c['p']]))}" for c in file["legacy_v1_calls"]]
    out += ["  - name: Deluge integration tasks", "    languages: [deluge]", "    marks: [zoho.crm.]", "    module-argument: 1", "    calls:"]
    out += [f"      - {quoted(' '.join([c['call'], '-', c['m'], c['p']]))}" for c in file["deluge_tasks"]]
    return out


def hubspot_sdk(file):
    out = ["sdk:", "  - name: HubSpot API client", "    languages: [javascript, typescript, python, php, ruby]", "    marks: ['@hubspot/api-client', hubspot, HubSpot, Hubspot]",
           "    # the call in camelCase, then in snake_case, then the operation", "    calls:"]
    for c in file["generic"]:
        if c["m"] != "*":
            out.append(f"      - {quoted(' '.join([c['call'], snake(c['call']), c['m'], c['p']]))}")
    out += [f"      - {quoted(' '.join([c['call'], c.get('py') or '-', c['m'], c['p']]))}" for c in file["calls"]]
    return out


def salesforce_sdk(file):
    marks = {"jsforce": ["jsforce"], "simple-salesforce": ["simple_salesforce"], "restforce": ["Restforce", "restforce"]}
    languages = {"js": ["javascript", "typescript"], "python": ["python"], "ruby": ["ruby"]}
    out = ["sdk:"]
    for lib in dict.fromkeys(c["lib"] for c in file["calls"]):
        rows = [c for c in file["calls"] if c["lib"] == lib]
        out += [f"  - name: {lib}", f"    languages: {listed(languages[rows[0]['lang']])}", f"    marks: {listed(marks[lib])}", "    # the call, its access, then the operation", "    calls:"]
        out += [f"      - {quoted(' '.join([c['call'].replace(' ', ''), '-', c['m'], c['p'], c['access']]))}" for c in rows]
    return out


def snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", lambda m: "_" + m[1].lower(), name)


def hosts(names):
    """`<account>.example.com` and `{tenant}.example.com` both become `*.example.com`; a path after a host is dropped."""
    out = []
    for name in names:
        name = re.sub(r"^[<{][^>}]*[>}]", "*", name).split("/")[0]
        name = re.sub(r"[<{][^>}]*[>}]", "*", name)
        if name not in out and name != "*":
            out.append(name)
    return out


def mapping(row):
    parts = []
    for key, value in row.items():
        if value is None:
            continue
        if isinstance(value, bool):
            value = "true" if value else "false"
        elif isinstance(value, list):
            value = listed(value)
        else:
            value = text(str(value))
        parts.append(f"{key}: {value}")
    return "  - {" + ", ".join(parts) + "}"


def block(key, values):
    return [f"{key}:"] + [f"  - {text(value)}" for value in values] if values else []


def listed(values):
    return "[" + ", ".join(text(value) for value in values) + "]"


def text(value):
    return value if BARE.match(value) else quoted(value)


def quoted(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(path, content):
    path.write_text(content)


if __name__ == "__main__":
    main()
