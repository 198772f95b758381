//! Scopes from end to end: whole small repositories, and what the program says of them.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run the program")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// A small repository.
struct Repository {
    home: TempDir,
}

impl Repository {
    fn of(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a temporary directory");
        for (name, text) in files {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("created");
            fs::write(path, text).expect("written");
        }
        Self { home }
    }

    /// Runs the program; its exit code and what it wrote to both streams.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        command.env_clear().env("HOME", self.home.path().join("nobody")).env("OVERSCOPE_TODAY", "2026-06-01");
        let output = command.current_dir(self.home.path()).args(args).stdin(Stdio::null()).output().expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("outputs are UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.home.path().join(name)).expect("it is there")
    }

    fn inventory(&self) -> Value {
        let (code, out, err) = self.run(&["scopes", "--format", "json"]);
        assert_eq!(code, Some(0), "{out}{err}");
        serde_json::from_str(&out).expect("the output is JSON")
    }

    /// The integration of a name.
    fn integration(&self, name: &str) -> Value {
        let all = self.inventory();
        let found = all["integrations"].as_array().expect("a list").iter().find(|one| one["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} in {all:#}")).clone()
    }
}

/// The texts of a list.
fn texts(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|text| text.as_str().expect("a text")).collect()
}

/// The scopes of `excess` or `missing`.
fn scopes(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["scope"].as_str().expect("a scope")).collect()
}

const LEADS: &str = "import requests\nSCOPES = \"ZohoCRM.modules.ALL\"\n\ndef leads():\n    return requests.get(\"https://www.zohoapis.com/crm/v5/Leads\")\n";
const CONTACTS: &str = "import requests\nSCOPES = \"ZohoCRM.modules.contacts.READ\"\n\ndef contacts():\n    return requests.get(\"https://www.zohoapis.com/crm/v5/Contacts\")\n";
const DEALS_CALL: &str =
    "import requests\n\ndef deals():\n    return requests.get(\"https://www.zohoapis.com/crm/v5/Deals\")\n";

#[test]
fn the_inventory_is_as_its_schema_says() {
    let repository = Repository::of(&[
        ("sync.py", LEADS),
        (
            "docs/setup.md",
            "Use `scope=ZohoCRM.users.ALL` in https://accounts.zoho.com/oauth/v2/auth?scope=ZohoCRM.users.ALL\n",
        ),
        ("odd.py", "import requests\nrequests.post(\"https://www.zohoapis.com/crm/v5/\" + module)\n"),
    ]);
    let document = repository.inventory();
    let schema: Value = serde_json::from_str(include_str!("../docs/schema/scopes.json")).expect("the schema is JSON");
    fits(&document, &schema, &schema, "document");
    assert_eq!(document["schema"], "overscope/scopes/v1");
}

/// Whether a value has exactly the fields that its schema describes, of the types and among the words that it lists.
fn fits(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return fits(value, root.pointer(name.trim_start_matches('#')).expect("it is defined"), root, at);
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{at}: {value}");
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let listed = |kinds: &Vec<Value>| kinds.iter().any(|one| one == kind);
    let right = schema["type"].as_str().is_none_or(|one| one == kind) && schema["type"].as_array().is_none_or(listed);
    assert!(right, "{at}: {value}");
    if let Some(fields) = value.as_object() {
        let told: BTreeSet<&str> =
            schema["properties"].as_object().expect("described").keys().map(String::as_str).collect();
        let there: BTreeSet<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(there, told, "{at}");
        fields.iter().for_each(|(name, field)| fits(field, &schema["properties"][name], root, &format!("{at}.{name}")));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(item, &schema["items"], root, at);
    }
}

#[test]
fn the_table_tells_each_scope_with_its_verdict() {
    let repository = Repository::of(&[("sync.py", LEADS)]);
    let (code, out, _) = repository.run(&["scopes"]);
    assert_eq!(code, Some(0));
    let wanted = "zoho-crm  not declared in the policy\n  ZohoCRM.modules.ALL  too much: use ZohoCRM.modules.leads.READ  \
                  sync.py:2:11\n  1 call\n";
    assert_eq!(out, wanted);
}

#[test]
fn an_empty_tree_has_an_empty_inventory_and_a_wrong_word_is_told() {
    let repository = Repository::of(&[]);
    assert_eq!(repository.run(&["scopes"]).0, Some(0));
    assert!(repository.inventory()["integrations"].as_array().is_some_and(Vec::is_empty));
    assert_eq!(repository.run(&["scopes", "--format", "runes"]).0, Some(2));
    assert_eq!(repository.run(&["scopes", "nowhere"]).0, Some(2));
}

#[test]
fn a_declared_integration_has_its_owner_and_is_listed_without_any_code() {
    let policy = "version: 1\nowner: a@acme.example\nintegrations:\n  leads:\n    provider: zoho-crm\n    purpose: p\n    owner: \
                  data@acme.example\n    paths: [sync.py]\n  mail:\n    provider: google\n    purpose: p\n    owner: \
                  m@acme.example\n    paths: [mail/**]\n";
    let repository = Repository::of(&[("sync.py", LEADS), ("overscope.yaml", policy)]);
    let leads = repository.integration("leads");
    assert_eq!((leads["owner"].as_str(), leads["declared"].as_bool()), (Some("data@acme.example"), Some(true)));
    assert_eq!(texts(&leads["needed"]), ["ZohoCRM.modules.leads.READ"]);
    assert_eq!(repository.integration("mail")["requested"], serde_json::json!([]));
}

#[test]
fn what_stands_in_tests_and_documentation_is_listed_and_enters_no_sum() {
    let repository = Repository::of(&[
        ("sync.py", LEADS),
        (
            "tests/test_sync.py",
            "import requests\nSCOPES = \"ZohoCRM.users.ALL\"\nrequests.delete(\"https://www.zohoapis.com/crm/v5/Leads\")\n",
        ),
        ("README.md", "https://accounts.zoho.com/oauth/v2/auth?scope=ZohoCRM.settings.ALL&client_id=x\n"),
    ]);
    let one = repository.integration("zoho-crm");
    assert_eq!(texts(&one["requested"]), ["ZohoCRM.modules.ALL"]);
    assert_eq!(texts(&one["needed"]), ["ZohoCRM.modules.leads.READ"]);
    let aside: Vec<&Value> =
        one["requests"].as_array().expect("a list").iter().filter(|request| request["counts"] == false).collect();
    assert_eq!(aside.len(), 2, "{one:#}");
    assert!(
        one["calls"].as_array().expect("a list").iter().any(|call| call["counts"] == false && call["role"] == "test")
    );
}

#[test]
fn two_services_of_one_repository_share_no_account() {
    let repository = Repository::of(&[
        ("services/a/pyproject.toml", ""),
        ("services/a/sync.py", LEADS),
        ("services/b/pyproject.toml", ""),
        ("services/b/sync.py", CONTACTS),
    ]);
    let (a, b) = (repository.integration("zoho-crm@services/a"), repository.integration("zoho-crm@services/b"));
    assert_eq!(texts(&a["needed"]), ["ZohoCRM.modules.leads.READ"]);
    assert_eq!((scopes(&a["excess"]), scopes(&a["missing"])), (vec!["ZohoCRM.modules.ALL"], vec![]));
    assert_eq!((scopes(&b["excess"]), scopes(&b["missing"])), (Vec::<&str>::new(), Vec::new()));
}

#[test]
fn scopes_in_the_root_meet_the_calls_of_packages_that_request_none() {
    let repository = Repository::of(&[
        ("package.json", "{}"),
        ("config/zoho.yml", "zoho:\n  scopes: [ZohoCRM.modules.deals.READ, ZohoCRM.users.READ]\n"),
        ("packages/deals/package.json", "{}"),
        ("packages/deals/deals.py", DEALS_CALL),
    ]);
    let root = repository.integration("zoho-crm");
    assert_eq!(scopes(&root["excess"]), ["ZohoCRM.users.READ"]);
    assert_eq!(texts(&root["used"]), ["ZohoCRM.modules.deals.READ"]);
    assert_eq!(repository.inventory()["integrations"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_package_with_scopes_of_its_own_still_shows_what_the_root_uses() {
    let repository = Repository::of(&[
        ("package.json", "{}"),
        ("auth.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\", \"ZohoCRM.modules.contacts.READ\"]\n"),
        ("packages/contacts/package.json", "{}"),
        ("packages/contacts/contacts.py", CONTACTS),
        ("deals.py", DEALS_CALL),
    ]);
    let root = repository.integration("zoho-crm");
    assert_eq!((scopes(&root["excess"]), scopes(&root["missing"])), (Vec::<&str>::new(), Vec::new()), "{root:#}");
    let inner = repository.integration("zoho-crm@packages/contacts");
    assert_eq!((scopes(&inner["excess"]), scopes(&inner["missing"])), (Vec::<&str>::new(), Vec::new()));
}

#[test]
fn scopes_around_a_package_are_not_missing_in_it() {
    let both = format!("{CONTACTS}\ndef more():\n    return requests.get(\"https://www.zohoapis.com/crm/v5/Deals\")\n");
    let repository = Repository::of(&[
        ("go.mod", "module a\n"),
        ("auth.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\"]\n"),
        ("packages/contacts/setup.py", ""),
        ("packages/contacts/contacts.py", &both),
    ]);
    let inner = repository.integration("zoho-crm@packages/contacts");
    assert_eq!(scopes(&inner["missing"]), Vec::<&str>::new(), "{inner:#}");
}

#[test]
fn one_front_that_requests_meets_the_back_that_calls() {
    let repository = Repository::of(&[
        ("front/package.json", "{}"),
        ("front/auth.py", "SCOPES = [\"ZohoCRM.modules.deals.ALL\"]\n"),
        ("back/requirements.txt", "requests\n"),
        ("back/deals.py", DEALS_CALL),
    ]);
    let front = repository.integration("zoho-crm@front");
    assert_eq!(texts(&front["needed"]), ["ZohoCRM.modules.deals.READ"]);
    assert_eq!(scopes(&front["excess"]), ["ZohoCRM.modules.deals.ALL"]);
}

#[test]
fn a_library_shows_what_several_services_use_and_never_what_they_miss() {
    let repository = Repository::of(&[
        ("apps/a/package.json", "{}"),
        ("apps/a/auth.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\"]\n"),
        ("apps/b/package.json", "{}"),
        ("apps/b/auth.py", "SCOPES = [\"ZohoCRM.modules.contacts.READ\"]\n"),
        ("libs/zoho/package.json", "{}"),
        (
            "libs/zoho/client.py",
            &format!(
                "{DEALS_CALL}\ndef contacts():\n    return requests.get(\"https://www.zohoapis.com/crm/v5/Contacts\")\n"
            ),
        ),
    ]);
    for name in ["zoho-crm@apps/a", "zoho-crm@apps/b"] {
        let app = repository.integration(name);
        assert_eq!((scopes(&app["excess"]), scopes(&app["missing"])), (Vec::<&str>::new(), Vec::new()), "{app:#}");
    }
}

#[test]
fn calls_outside_a_declared_integration_show_what_it_uses() {
    let policy = "version: 1\nowner: a@acme.example\nintegrations:\n  deals:\n    provider: zoho-crm\n    purpose: p\n    owner: \
                  data@acme.example\n    paths: [jobs/**]\n    scopes: {allow: [ZohoCRM.modules.deals.READ]}\n";
    let repository = Repository::of(&[
        ("overscope.yaml", policy),
        ("jobs/auth.py", "SCOPES = [\"ZohoCRM.modules.deals.READ\"]\n"),
        ("libs/zoho.py", DEALS_CALL),
    ]);
    let deals = repository.integration("deals");
    assert_eq!((scopes(&deals["excess"]), texts(&deals["used"])), (vec![], vec!["ZohoCRM.modules.deals.READ"]));
}

#[test]
fn the_directory_that_is_named_is_the_place_of_the_inventory() {
    let repository = Repository::of(&[("a/sync.py", LEADS), ("b/sync.py", CONTACTS)]);
    let (code, out, _) = repository.run(&["scopes", "b"]);
    assert_eq!(code, Some(0));
    assert!(out.contains("contacts.READ") && !out.contains("modules.ALL"), "{out}");
    assert!(Path::new(env!("CARGO_BIN_EXE_overscope")).is_file());
}

/// What the inventory of a worked example comes to: needed, excess with what is enough instead, missing.
fn comes_to(files: &[(&str, &str)], name: &str) -> (Vec<String>, Vec<String>, Vec<String>) {
    let one = Repository::of(files).integration(name);
    let owned = |list: Vec<&str>| list.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let excess = one["excess"].as_array().expect("a list").iter().map(|excess| {
        let instead = texts(&excess["instead"]).join(" ");
        format!("{} -> {instead}", excess["scope"].as_str().expect("a scope")).trim_end().to_owned()
    });
    (owned(texts(&one["needed"])), excess.collect(), owned(scopes(&one["missing"])))
}

/// The findings about scopes that a scan reports: rule and message.
fn said(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let (_, out, err) = Repository::of(files).run(&["scan", "--format", "json", "--exit-zero"]);
    let report: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    let word = |finding: &Value, key: &str| finding[key].as_str().expect("a text").to_owned();
    let findings = report["findings"].as_array().expect("a list");
    findings.iter().map(|finding| (word(finding, "rule"), word(finding, "message"))).collect()
}

#[test]
fn one_call_to_leads_needs_leads_to_be_read() {
    let files = [("sync.py", LEADS)];
    let wanted = ["ZohoCRM.modules.ALL -> ZohoCRM.modules.leads.READ"];
    assert_eq!(
        comes_to(&files, "zoho-crm"),
        (vec!["ZohoCRM.modules.leads.READ".to_owned()], wanted.map(str::to_owned).to_vec(), vec![])
    );
    let message = "Requests `ZohoCRM.modules.ALL`: create, read, update and delete on every CRM module. This code calls only \
                   GET /Leads. Use `ZohoCRM.modules.leads.READ`.";
    assert_eq!(said(&files), [("scope/broad".to_owned(), message.to_owned())]);
}

#[test]
fn a_query_of_deals_and_a_list_of_users_need_three_scopes() {
    let code = "import requests\nSCOPES = \"ZohoCRM.modules.ALL,ZohoCRM.coql.READ,ZohoCRM.users.ALL\"\nBASE = \
                \"https://www.zohoapis.com/crm/v8\"\n\ndef sync():\n    query = {\"select_query\": \"select Deal_Name from Deals \
                where Stage = 'Closed Won'\"}\n    deals = requests.post(f\"{BASE}/coql\", json=query)\n    users = \
                requests.get(BASE + \"/users\")\n";
    let (needed, excess, missing) = comes_to(&[("sync.py", code)], "zoho-crm");
    assert_eq!(needed, ["ZohoCRM.coql.READ", "ZohoCRM.modules.deals.READ", "ZohoCRM.users.READ"]);
    assert_eq!(
        excess,
        ["ZohoCRM.modules.ALL -> ZohoCRM.modules.deals.READ", "ZohoCRM.users.ALL -> ZohoCRM.users.READ"]
    );
    assert!(missing.is_empty());
}

#[test]
fn a_search_of_contacts_needs_them_read_and_lacks_the_search() {
    let code = "const scope = \"ZohoCRM.modules.contacts.ALL\";\nconst found = await \
                fetch(\"https://www.zohoapis.com/crm/v5/Contacts/search?email=\" + email, { headers });\n";
    let (needed, excess, missing) = comes_to(&[("search.js", code)], "zoho-crm");
    assert_eq!(needed, ["ZohoCRM.modules.contacts.READ", "ZohoSearch.securesearch.READ"]);
    assert_eq!(excess, ["ZohoCRM.modules.contacts.ALL -> ZohoCRM.modules.contacts.READ"]);
    assert_eq!(missing, ["ZohoSearch.securesearch.READ"]);
}

#[test]
fn what_is_needed_and_no_more_is_met_with_silence() {
    let call = "import requests\nrequests.get(\"https://www.zohoapis.com/crm/v5/Leads\")\n";
    assert_eq!(said(&[("zoho.yml", "zoho:\n  scopes: ZohoCRM.Modules.Leads.read\n"), ("sync.py", call)]), []);
}

#[test]
fn mail_that_is_read_and_sent_needs_no_files() {
    let code = "const scopes = [\"Mail.ReadWrite\", \"Mail.Send\", \"Files.ReadWrite.All\"];\nconst mails = await \
                fetch(\"https://graph.microsoft.com/v1.0/me/messages\", { headers });\nawait \
                fetch(\"https://graph.microsoft.com/v1.0/me/sendMail\", { method: \"POST\", headers, body });\n";
    let files = [("mail.ts", code)];
    let (needed, excess, missing) = comes_to(&files, "microsoft-graph");
    assert_eq!(needed, ["Mail.Read", "Mail.Send"]);
    assert_eq!(excess, ["Files.ReadWrite.All ->", "Mail.ReadWrite -> Mail.Read"]);
    assert!(missing.is_empty());
    let said = said(&files);
    let mail = said.iter().find(|(rule, _)| rule == "scope/write-not-needed").expect("it is told");
    assert!(mail.1.ends_with("Use `Mail.Read`."), "{}", mail.1);
}

#[test]
fn files_that_the_app_makes_need_the_scope_for_its_own_files() {
    let code = "from googleapiclient.discovery import build\n\nSCOPES = [\"https://www.googleapis.com/auth/drive\", \
                \"https://www.googleapis.com/auth/spreadsheets\"]\n\ndrive = build(\"drive\", \"v3\", \
                credentials=creds)\nsheets = build(\"sheets\", \"v4\", credentials=creds)\nfile = \
                drive.files().create(body=meta).execute()\nsheets.spreadsheets().values().update(spreadsheetId=file, \
                range=\"A1\", body=values).execute()\n";
    let files = [("drive.py", code)];
    let (needed, excess, missing) = comes_to(&files, "google");
    assert_eq!(needed, ["https://www.googleapis.com/auth/drive.file"]);
    let wanted = [
        "https://www.googleapis.com/auth/drive -> https://www.googleapis.com/auth/drive.file",
        "https://www.googleapis.com/auth/spreadsheets ->",
    ];
    assert_eq!(excess, wanted);
    assert!(missing.is_empty());
    let (_, sheets) = said(&files).into_iter().next_back().expect("both are told");
    assert!(
        sheets.ends_with("With `https://www.googleapis.com/auth/drive.file` no call needs it; remove it."),
        "{sheets}"
    );
}

#[test]
fn a_search_of_hubspot_contacts_needs_them_read() {
    let code = "const hubspot = require(\"@hubspot/api-client\");\nconst url = \
                \"https://app.hubspot.com/oauth/authorize?client_id=x&scope=contacts&redirect_uri=y\";\nconst client = new \
                hubspot.Client({ accessToken });\nconst found = await client.crm.contacts.searchApi.doSearch(query);\n";
    let (needed, excess, missing) = comes_to(&[("contacts.js", code)], "hubspot");
    assert_eq!(needed, ["crm.objects.contacts.read"]);
    assert_eq!(excess, ["contacts -> crm.objects.contacts.read"]);
    assert!(missing.is_empty());
}

#[test]
fn slack_is_told_by_the_names_of_methods() {
    let code = "from slack_sdk import WebClient\n\nurl = \"https://slack.com/oauth/v2/authorize?client_id=1&scope=chat:write,\
                channels:read,users:read,files:write\"\nclient = WebClient(token=token)\nclient.chat_postMessage(channel=\"c\", \
                text=\"x\")\nclient.users_list()\n";
    let (needed, excess, missing) = comes_to(&[("slack.py", code)], "slack");
    assert_eq!(needed, ["chat:write", "users:read"]);
    assert_eq!(excess, ["channels:read ->", "files:write ->"]);
    assert!(missing.is_empty());
}

#[test]
fn what_a_narrower_scope_does_not_open_stays_open() {
    let code = "const scopes = [\"Directory.ReadWrite.All\", \"User.Read.All\"];\nconst users = await \
                fetch(\"https://graph.microsoft.com/v1.0/users\", { headers });\nconst groups = await \
                fetch(\"https://graph.microsoft.com/v1.0/groups\", { headers });\n";
    let one = Repository::of(&[("a.ts", code)]).integration("microsoft-graph");
    let gone = one["excess"].as_array().expect("a list").iter().filter(|excess| texts(&excess["instead"]).is_empty());
    assert!(gone.count() < 2, "{one:#}");
    let instead: Vec<&str> =
        one["excess"].as_array().expect("a list").iter().flat_map(|excess| texts(&excess["instead"])).collect();
    let left: Vec<&str> = texts(&one["requested"])
        .into_iter()
        .filter(|scope| !scopes(&one["excess"]).contains(scope))
        .chain(instead)
        .collect();
    assert!(left.iter().any(|scope| scope.starts_with("User.")), "{left:?}");
}

#[test]
fn a_scan_of_one_file_says_nothing_of_calls_elsewhere() {
    let repository = Repository::of(&[("sync.py", LEADS), ("other.py", CONTACTS)]);
    fs::create_dir(repository.home.path().join(".git")).expect("created");
    let (_, out, _) = repository.run(&["scan", "sync.py", "--exit-zero"]);
    assert!(out.contains("scope/broad") && !out.contains("calls only"), "{out}");
}

#[test]
fn scopes_for_some_items_are_told_only_where_the_app_makes_them_or_asks_for_them() {
    let append = |scope: &str| {
        format!(
            "from googleapiclient.discovery import build\n\nSCOPES = [\"https://www.googleapis.com/auth/{scope}\"]\nsheets = \
             build(\"sheets\", \"v4\", credentials=creds)\nsheets.spreadsheets().values().append(spreadsheetId=SHEET, \
             range=\"A1\", body=values).execute()\n"
        )
    };
    for scope in ["spreadsheets", "drive.file"] {
        let (_, excess, missing) = comes_to(&[("a.py", &append(scope))], "google");
        assert!(excess.is_empty() && missing.is_empty(), "{scope}: {excess:?} {missing:?}");
    }
    let mail = "const scopes = [\"Mail.Read\"];\nawait fetch(\"https://graph.microsoft.com/v1.0/me/messages\", { headers });\n";
    assert!(comes_to(&[("a.ts", mail)], "microsoft-graph").1.is_empty());
}

#[test]
fn users_and_groups_that_are_listed_need_them_read() {
    let code = "const scopes = [\"Directory.ReadWrite.All\"];\nawait fetch(\"https://graph.microsoft.com/v1.0/users\", { headers \
                });\nawait fetch(\"https://graph.microsoft.com/v1.0/groups\", { headers });\n";
    assert_eq!(comes_to(&[("a.ts", code)], "microsoft-graph").0, ["Group.Read.All", "User.Read.All"]);
}

#[test]
fn a_fix_is_shown_as_a_diff_and_written_only_when_asked() {
    let repository = Repository::of(&[("sync.py", LEADS)]);
    let (code, out, err) = repository.run(&["scan", "--fix"]);
    assert_eq!(code, Some(1));
    let diff = "--- a/sync.py\n+++ b/sync.py\n@@ -2 +2 @@\n-SCOPES = \"ZohoCRM.modules.ALL\"\n+SCOPES = \
                \"ZohoCRM.modules.leads.READ\"\n";
    assert_eq!(out, diff);
    assert!(err.contains("1 place in 1 file can be mended; `--fix=apply` writes them"), "{err}");
    assert_eq!(repository.read("sync.py"), LEADS.as_bytes());
    let (code, out, err) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!((code, out.as_str()), (Some(0), diff), "{err}");
    assert_eq!(repository.read("sync.py"), LEADS.replace("modules.ALL", "modules.leads.READ").as_bytes());
    let (code, out, err) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.contains("nothing can be mended with certainty"), "{err}");
    assert_eq!(repository.run(&["scan", "--fix=perhaps"]).0, Some(2));
    assert_eq!(repository.run(&["scan", "--fix", "--staged"]).0, Some(2));
}

#[test]
fn a_fix_keeps_quotes_separators_line_ends_encodings_and_percent_coding() {
    let call = "import requests\r\nrequests.get('https://www.zohoapis.com/crm/v5/Leads')\r\n";
    let marked = "\u{feff}SCOPES = 'ZohoCRM.modules.ALL,ZohoCRM.users.ALL'  # Größe\r\n";
    let users = "import requests\nrequests.get('https://www.zohoapis.com/crm/v5/users')\n";
    let repository = Repository::of(&[("a.py", marked), ("b.py", call), ("c.py", users)]);
    let (code, _, err) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!(code, Some(0), "{err}");
    let wanted = marked.replace("modules.ALL", "modules.leads.READ").replace("users.ALL", "users.READ");
    assert_eq!(repository.read("a.py"), wanted.as_bytes());

    let sixteen = |text: &str| [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat();
    let repository = Repository::of(&[("b.py", call)]);
    fs::write(repository.home.path().join("a.py"), sixteen("SCOPES = \"ZohoCRM.modules.ALL\"\r\n")).expect("written");
    repository.run(&["scan", "--fix=apply"]);
    assert_eq!(repository.read("a.py"), sixteen("SCOPES = \"ZohoCRM.modules.leads.READ\"\r\n"));

    let url = "const url = \"https://accounts.google.com/o/oauth2/v2/auth?client_id=a&scope=https%3A%2F%2Fwww.googleapis.com%2F\
               auth%2Fcalendar&response_type=code\";\nawait \
               fetch(\"https://www.googleapis.com/calendar/v3/calendars/primary/events\", { headers });\n";
    let repository = Repository::of(&[("a.js", url)]);
    repository.run(&["scan", "--fix=apply"]);
    assert_eq!(repository.read("a.js"), url.replace("auth%2Fcalendar&", "auth%2Fcalendar.events.readonly&").as_bytes());
}

#[test]
fn a_fix_leaves_what_is_in_doubt_as_it_is() {
    let conflict = format!("<<<<<<< ours\n{LEADS}=======\n>>>>>>> theirs\n");
    let repository = Repository::of(&[("sync.py", &conflict)]);
    let (code, out, err) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!((code, out.as_str()), (Some(5), ""), "{err}");
    assert!(err.contains("a merge conflict in it is not resolved"), "{err}");
    assert_eq!(repository.read("sync.py"), conflict.as_bytes());

    let blind = format!(
        "{LEADS}\n\ndef more(module):\n    return requests.get(\"https://www.zohoapis.com/crm/v5/\" + module)\n"
    );
    let repository = Repository::of(&[("sync.py", &blind)]);
    let (_, out, _) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!((out.as_str(), repository.read("sync.py")), ("", blind.clone().into_bytes()));

    let ignored = LEADS.replace("ALL\"", "ALL\"  # overscope: ignore[scope/broad] the backup needs it");
    let repository = Repository::of(&[("sync.py", &ignored)]);
    repository.run(&["scan", "--fix=apply"]);
    assert_eq!(repository.read("sync.py"), ignored.as_bytes());
}

#[cfg(unix)]
#[test]
fn a_fix_keeps_the_rights_of_a_file_and_writes_none_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::of(&[("sync.py", LEADS)]);
    let file = repository.home.path().join("sync.py");
    let give = |mode: u32| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("it is ours");
    give(0o444);
    let (code, _, err) = repository.run(&["scan", "--fix=apply"]);
    assert_eq!(code, Some(5), "{err}");
    assert!(err.contains("it may not be written"), "{err}");
    assert_eq!(repository.read("sync.py"), LEADS.as_bytes());
    give(0o755);
    assert_eq!(repository.run(&["scan", "--fix=apply"]).0, Some(0));
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o755);
    assert_eq!(fs::read_dir(repository.home.path()).expect("it is there").count(), 1);
}

#[test]
fn few_calls_prove_nothing_of_many_scopes() {
    let methods = [
        "chat:write",
        "channels:read",
        "channels:history",
        "users:read",
        "files:read",
        "files:write",
        "pins:read",
        "team:read",
    ];
    let code = format!(
        "from slack_sdk import WebClient\nurl = \"https://slack.com/oauth/v2/authorize?client_id=1&scope={}\"\nclient = \
         WebClient(token=token)\nclient.chat_postMessage(channel=\"c\", text=\"x\")\n",
        methods.join(",")
    );
    assert!(comes_to(&[("slack.py", &code)], "slack").1.is_empty());
}

#[test]
fn a_first_policy_allows_each_service_what_its_own_calls_need() {
    let repository = Repository::of(&[
        ("services/a/pyproject.toml", ""),
        ("services/a/sync.py", LEADS),
        ("services/b/pyproject.toml", ""),
        ("services/b/sync.py", CONTACTS),
    ]);
    let (code, out, err) = repository.run(&["policy", "init", "--print"]);
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("{scope: ZohoCRM.modules.leads.READ, reason: \"TODO: why\"}"), "{out}");
    assert!(out.contains("{scope: ZohoCRM.modules.contacts.READ, reason: \"TODO: why\"}"), "{out}");
    assert!(!out.contains("scope: ZohoCRM.modules.ALL"), "{out}");
    assert!(out.contains("# asked for at services/a/sync.py:2 and not needed: ZohoCRM.modules.ALL"), "{out}");
}

#[test]
fn a_base_that_other_files_call_with_hides_nothing_and_one_that_none_does_is_told() {
    let base = ("src/config.js", "export const BASE = 'https://graph.microsoft.com';\n");
    let asked = ("src/auth.js", "export const SCOPES = ['Mail.Read', 'Files.Read'];\n");
    let by_path = "import { BASE } from './config'; // msgraph\nexport const mail = () => axios.get(`${BASE}/v1.0/me/messages`);\n";
    let told = |calls: &str| {
        let one = Repository::of(&[base, asked, ("src/mail.js", calls)]).integration("microsoft-graph");
        let blind = one["blind_spots"].as_array().map_or(0, Vec::len);
        let excess = one["excess"].as_array().expect("a list");
        let of_files = excess.iter().find(|excess| excess["scope"] == "Files.Read").expect("nothing reads files");
        (blind, of_files["confidence"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(told(by_path), (0, "high".to_owned()));
    assert_eq!(told("axios.get('https://graph.microsoft.com/v1.0/me/messages');\n"), (1, "low".to_owned()));
}
