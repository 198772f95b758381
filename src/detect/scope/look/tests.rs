mod demand;

use camino::Utf8Path;

use super::ScopeRequests;
use crate::detect::prefilter::Words;
use crate::detect::prefilter::sieve::Prefilter;
use crate::detect::{Detector, View, role};
use crate::fact::{ScopeRequest, Seen};
use crate::origin::Origin;
use crate::text::SourceText;

/// What is asked for in a text: the marked text, and the request.
fn requests(path: &str, text: &str) -> Vec<(String, ScopeRequest)> {
    let mut words = Words::default();
    let eye = ScopeRequests::new(&mut words);
    let text = SourceText::new(text);
    let hits = Prefilter::new(&words).scan(text.as_str().as_bytes());
    let path = Utf8Path::new(path);
    let view = View::new(path, &Origin::WorkTree, role::of(path), &text, &hits);
    let mut sights = Vec::new();
    eye.look(&view, &mut sights);
    sights.sort_by_key(|sight| sight.span);
    sights
        .into_iter()
        .filter_map(|sight| match sight.seen {
            Seen::Scope(request) => Some((text.slice(sight.span).to_owned(), request)),
            _ => None,
        })
        .collect()
}

fn scopes(path: &str, text: &str) -> Vec<String> {
    requests(path, text).into_iter().map(|(_, request)| request.scope.as_str().to_owned()).collect()
}

#[test]
fn scopes_are_found_in_every_form_of_code() {
    for (path, text, wanted) in [
        (
            "a.py",
            "SCOPES = ['ZohoCRM.modules.ALL', 'ZohoCRM.users.READ']",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        ("a.py", "flow(scope=' '.join([\n  'User.Read',\n  'Mail.Send']))", vec!["User.Read", "Mail.Send"]),
        (
            "a.py",
            "gspread(creds, ['https://www.googleapis.com/auth/drive'])",
            vec!["https://www.googleapis.com/auth/drive"],
        ),
        (
            "a.js",
            "const params = { scope: 'ZohoCRM.modules.ALL,ZohoCRM.coql.READ' }",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.coql.READ"],
        ),
        ("a.ts", "const scopes: string[] = ['crm.objects.contacts.read']", vec!["crm.objects.contacts.read"]),
        ("a.go", "conf := &oauth2.Config{Scopes: []string{\"Mail.Read\"}}", vec!["Mail.Read"]),
        ("a.go", "var scopes []string = []string{\"Mail.Read\"}", vec!["Mail.Read"]),
        (
            "A.java",
            "List<String> SCOPES = Arrays.asList(\"Mail.Read\", \"Mail.Send\");",
            vec!["Mail.Read", "Mail.Send"],
        ),
        ("A.cs", "string[] scopes = new string[] { \"Mail.Read\" };", vec!["Mail.Read"]),
        ("a.php", "<?php $params['scope'] = 'ZohoCRM.modules.ALL';", vec!["ZohoCRM.modules.ALL"]),
        ("a.php", "<?php return ['scopes' => ['Mail.Read', 'Mail.Send']];", vec!["Mail.Read", "Mail.Send"]),
        ("a.php", "<?php class A { protected $scopes = ['Mail.Read']; }", vec!["Mail.Read"]),
        ("a.rb", "provider :zoho, ID, scope: 'ZohoCRM.modules.ALL'", vec!["ZohoCRM.modules.ALL"]),
        ("a.rb", "SCOPES = %w[Mail.Read Mail.Send].freeze", vec!["Mail.Read", "Mail.Send"]),
        ("a.rs", "const SCOPES: &[&str] = &[\"Mail.Read\"];", vec!["Mail.Read"]),
        ("a.rs", "client.add_scope(Scope::new(\"Mail.Read\".to_string()))", vec!["Mail.Read"]),
        ("a.ps1", "Connect-MgGraph -Scopes \"User.Read.All\",\"Mail.Read\"", vec!["User.Read.All", "Mail.Read"]),
        ("a.ps1", "$scopes = @(\n \"User.Read.All\"\n \"Mail.Read\"\n)", vec!["User.Read.All", "Mail.Read"]),
        ("a.kt", "val scopes = listOf(\"Mail.Read\")", vec!["Mail.Read"]),
        ("a.py", "def scopes(self):\n    return ['Mail.Read']", vec!["Mail.Read"]),
        ("a.js", "scopes.push('Mail.Read')", vec!["Mail.Read"]),
        ("a.d", "immutable scopes = [\"Mail.Read\"];", vec!["Mail.Read"]),
        (
            "a.js",
            "const s = { scope: `ZohoCRM.modules.ALL,${x('a')},ZohoCRM.users.ALL` }",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.ALL"],
        ),
    ] {
        assert_eq!(scopes(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn scopes_are_found_in_urls_and_settings() {
    for (path, text, wanted) in [
        (
            "a.py",
            "u = f'https://accounts.zoho.com/oauth/v2/auth?scope=ZohoCRM.modules.ALL&client_id={x}'",
            vec!["ZohoCRM.modules.ALL"],
        ),
        (
            "a.md",
            "open https://accounts.zoho.com/oauth/v2/auth?client_id=1&scope=ZohoCRM.modules.ALL%2CZohoCRM.users.READ&x=1 now",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        (
            "a.yaml",
            "zoho:\n  scopes:\n    - ZohoCRM.modules.ALL\n    - ZohoCRM.users.READ\n",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        (
            ".env",
            "ZOHO_SCOPE=ZohoCRM.modules.ALL,ZohoCRM.users.READ\n",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        ("a.json", "{\"oauth_scopes\": [\"crm.objects.contacts.read\"]}", vec!["crm.objects.contacts.read"]),
    ] {
        assert_eq!(scopes(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn a_request_points_at_the_scope_itself() {
    let found = requests(
        "a.js",
        "const url = 'https://accounts.zoho.com/oauth/v2/auth?scope=ZohoCRM.modules.ALL,ZohoCRM.users.READ';",
    );
    assert_eq!(found[0].0, "ZohoCRM.modules.ALL");
    assert_eq!(found[1].0, "ZohoCRM.users.READ");
    assert_eq!(found[0].1.provider.as_ref().map(|id| id.as_str()), Some("zoho-crm"));
    assert!(found[0].1.replaceable);
}

#[test]
fn what_asks_for_nothing_stays_silent() {
    for (path, text) in [
        ("a.ts", "enum Scope { Read = 'Mail.Read', Write = 'Mail.ReadWrite' }"),
        ("a.js", "if (scopes.includes('Mail.Read')) {}"),
        ("a.py", "assert scope == 'Mail.Read'"),
        ("a.py", "@requires_scopes(['Mail.Read'])"),
        ("a.js", "const descriptions = { 'Mail.Read': 'reads mail' }"),
        ("a.js", "const AVAILABLE_SCOPES = ['Mail.Read', 'Mail.Send']"),
        ("a.cs", "file.Open(FileMode.Open, FileAccess.Read); var scope = x;"),
        ("a.js", "$scope.items = ['a']; $scope.mail = 'x'"),
        ("a.css", ":scope > .a { color: red }"),
        ("pom.xml", "<dependency><scope>test</scope></dependency>"),
        ("a.yaml", "spec:\n  scope: Namespaced\n"),
        ("package.json", "{\"scope\": \"@acme\", \"scripts\": {\"a\": \"npm i --scope=@acme\"}}"),
        ("a.json", "{\"openapi\": \"3.0.0\", \"x\": {\"scopes\": [\"Mail.Read\"]}}"),
        ("a.js", "// scope: 'Mail.Read'"),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

/// Each scope with its provider.
fn owned(path: &str, text: &str) -> Vec<String> {
    let shown = |request: ScopeRequest| {
        format!("{}@{}", request.scope, request.provider.as_ref().map_or("?", |id| id.as_str()))
    };
    requests(path, text).into_iter().map(|(_, request)| shown(request)).collect()
}

#[test]
fn manifests_are_read_in_their_own_spelling() {
    for (path, text, wanted) in [
        (
            ".github/workflows/a.yml",
            "permissions:\n  contents: write\n  issues: none\njobs:\n  a:\n    permissions:\n      id-token: write\n      pull-requests: write\n",
            vec!["contents:write@github-app", "id-token:write@github-app", "pull_requests:write@github-app"],
        ),
        (".github/workflows/a.yml", "permissions: write-all\n", vec!["write-all@github-app"]),
        ("app.yml", "default_permissions:\n  issues: write\n", vec!["issues:write@github-app"]),
        (
            "appsscript.json",
            "{\"oauthScopes\": [\"https://www.googleapis.com/auth/spreadsheets\"]}",
            vec!["https://www.googleapis.com/auth/spreadsheets@google"],
        ),
        (
            "manifest.json",
            "{\"manifest_version\": 3, \"permissions\": [\"tabs\"], \"oauth2\": {\"scopes\": [\"openid\"]}}",
            vec!["openid@google"],
        ),
        (
            "manifest.yaml",
            "oauth_config:\n  scopes:\n    bot:\n      - chat:write\n    user:\n      - search:read\n",
            vec!["chat:write@slack", "search:read@slack"],
        ),
        (
            "shopify.app.toml",
            "[access_scopes]\nscopes = \"read_products,write_orders\"\n",
            vec!["read_products@shopify", "write_orders@shopify"],
        ),
        (
            "src/app/public-app.json",
            "{\"auth\": {\"requiredScopes\": [\"crm.objects.contacts.read\"], \"optionalScopes\": [\"tickets\"]}}",
            vec!["crm.objects.contacts.read@hubspot", "tickets@hubspot"],
        ),
        (
            "force-app/main/default/connectedApps/A.connectedApp-meta.xml",
            "<ConnectedApp><oauthConfig><scopes>Api</scopes><scopes>RefreshToken</scopes></oauthConfig></ConnectedApp>",
            vec!["api@salesforce", "refresh_token@salesforce"],
        ),
        (
            "manifest.yml",
            "app:\n  id: ari:cloud:ecosystem::app/1\npermissions:\n  scopes:\n    - read:jira-work\n",
            vec!["read:jira-work@atlassian"],
        ),
    ] {
        assert_eq!(owned(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn the_provider_is_told_by_shape_place_neighbours_or_names() {
    for (path, text, wanted) in [
        (
            "a.js",
            "const u = 'https://slack.com/oauth/v2/authorize?scope=chat:write,users:read&user_scope=search:read'",
            vec!["chat:write@slack", "users:read@slack", "search:read@slack"],
        ),
        (
            "a.js",
            "const u = 'https://github.com/login/oauth/authorize?scope=repo%20user'",
            vec!["repo@github", "user@github"],
        ),
        ("a.js", "passport.use(new SpotifyStrategy({ scope: ['user-read-email'] }))", vec!["user-read-email@spotify"]),
        (
            "a.py",
            "AUTH = 'https://login.salesforce.com/services/oauth2/authorize'\nSCOPE = 'api refresh_token'",
            vec!["api@salesforce", "refresh_token@salesforce"],
        ),
        (
            "a.py",
            "SCOPES = ['openid', 'email', 'https://www.googleapis.com/auth/drive']",
            vec!["openid@google", "email@google", "https://www.googleapis.com/auth/drive@google"],
        ),
        ("providers/gitlab.rb", "scope: 'read_user api'", vec!["read_user@gitlab", "api@gitlab"]),
        (
            "a.js",
            "const SCOPES = ['channels:history', 'chat:write', 'users:read']",
            vec!["channels:history@slack", "chat:write@slack", "users:read@slack"],
        ),
        ("a.yaml", "scopes:\n  - CRM.modules.leads.READ\n", vec!["CRM.modules.leads.READ@zoho-crm"]),
        (
            "a.py",
            "SCOPES = ['ZohoCRM.modules.ALL', 'ZohoCRM.modules.lead.READ', 'Desk.tickets.READ']",
            vec!["ZohoCRM.modules.ALL@zoho-crm", "ZohoCRM.modules.lead.READ@zoho-crm", "Desk.tickets.READ@zoho-desk"],
        ),
        ("a.js", "const scope = 'user:read'", vec![]),
    ] {
        assert_eq!(owned(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn names_stand_for_scopes() {
    for (path, text, wanted) in [
        (
            "A.java",
            "List<String> SCOPES = Collections.singletonList(CalendarScopes.CALENDAR_READONLY);",
            vec!["https://www.googleapis.com/auth/calendar.readonly@google"],
        ),
        (
            "a.go",
            "config, err := google.ConfigFromJSON(b, drive.DriveFileScope)",
            vec!["https://www.googleapis.com/auth/drive.file@google"],
        ),
        (
            "A.cs",
            "GoogleWebAuthorizationBroker.AuthorizeAsync(s, new[] { DriveService.Scope.DriveReadonly }, x)",
            vec!["https://www.googleapis.com/auth/drive.readonly@google"],
        ),
        (
            "a.php",
            "<?php $client->addScope(Google_Service_Drive::DRIVE); $client->setScopes([\\Google\\Service\\Sheets::SPREADSHEETS]);",
            vec!["https://www.googleapis.com/auth/drive@google", "https://www.googleapis.com/auth/spreadsheets@google"],
        ),
        (
            "a.js",
            "const OAuthClient = require('intuit-oauth');\nclient.authorizeUri({ scope: [OAuthClient.scopes.Accounting] })",
            vec!["com.intuit.quickbooks.accounting@quickbooks"],
        ),
        (
            "a.ts",
            "enum Scopes { Leads = 'ZohoCRM.modules.leads.READ', All = 'ZohoCRM.modules.ALL' }\nauthorize({ scopes: [Scopes.Leads] })",
            vec!["ZohoCRM.modules.leads.READ@zoho-crm"],
        ),
        (
            "a.js",
            "const CALENDAR = 'https://www.googleapis.com/auth/calendar';\nconst OTHER = 'https://www.googleapis.com/auth/drive';\nauth({ scope: [CALENDAR] })",
            vec!["https://www.googleapis.com/auth/calendar@google"],
        ),
        (
            "a.py",
            "AVAILABLE_SCOPES = ['Mail.Read', 'Mail.Send']\napp.acquire_token(scopes=AVAILABLE_SCOPES)",
            vec!["Mail.Read@microsoft-graph", "Mail.Send@microsoft-graph"],
        ),
        ("a.py", "requests.get(url, params={'scope': 'ZohoCRM.modules.ALL'})", vec!["ZohoCRM.modules.ALL@zoho-crm"]),
        (
            "a.js",
            "const credential = { name: 'scope', type: 'hidden', default: 'Mail.Read' }",
            vec!["Mail.Read@microsoft-graph"],
        ),
    ] {
        assert_eq!(owned(path, text), wanted, "{path}: {text}");
    }
    let found = requests("a.ts", "enum S { A = 'ZohoCRM.modules.ALL' }\nx({ scopes: [S.A] })");
    assert_eq!(found[0].0, "S.A");
    assert!(!found[0].1.replaceable);
}

#[test]
fn prose_scripts_notebooks_and_ids_are_read() {
    let graph = "00000003-0000-0000-c000-000000000000";
    let manifest = format!(
        "{{\"requiredResourceAccess\": [{{\"resourceAppId\": \"{graph}\", \"resourceAccess\": [{{\"id\": \"024d486e-b451-40bb-833d-3e66d98c5c73\", \"type\": \"Scope\"}}, {{\"id\": \"11111111-2222-3333-4444-555555555555\"}}]}}]}}"
    );
    for (path, text, wanted) in [
        ("README.md", "Create a self client with scope `ZohoCRM.modules.ALL`.\n", vec!["ZohoCRM.modules.ALL@zoho-crm"]),
        (
            "a.sh",
            "gcloud auth application-default login --scopes=https://www.googleapis.com/auth/drive,openid\n",
            vec!["https://www.googleapis.com/auth/drive@google", "openid@google"],
        ),
        ("a.sh", "gh auth login --scopes repo,workflow\n", vec!["repo@github", "workflow@github"]),
        (
            "a.sh",
            "export ZOHO_SCOPE=ZohoCRM.modules.ALL,ZohoCRM.users.READ\n",
            vec!["ZohoCRM.modules.ALL@zoho-crm", "ZohoCRM.users.READ@zoho-crm"],
        ),
        (
            "a.ps1",
            "Connect-MgGraph -Scopes User.Read.All, Mail.Read\n",
            vec!["User.Read.All@microsoft-graph", "Mail.Read@microsoft-graph"],
        ),
        (
            "manifest.json",
            manifest.as_str(),
            vec!["Mail.ReadWrite@microsoft-graph", "11111111-2222-3333-4444-555555555555@microsoft-graph"],
        ),
        (
            "a.ipynb",
            "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"SCOPES = [\\n\", \" \\\"Mail.Read\\\"]\"]}]}",
            vec!["Mail.Read@microsoft-graph"],
        ),
        ("config.oauth", "scope = \"Mail.Read\"\n", vec!["Mail.Read@microsoft-graph"]),
        ("a.sh", "npm install --scope=@acme/thing && lerna run build --scope app\n", vec![]),
    ] {
        assert_eq!(owned(path, text), wanted, "{path}: {text}");
    }
    let found = requests(
        "a.ipynb",
        "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"SCOPES = [\\n\", \" \\\"Mail.Read\\\"]\"]}]}",
    );
    assert_eq!(found[0].0, "Mail.Read");
}

#[test]
fn what_stands_before_names_a_value() {
    for (path, text, wanted) in [
        (
            "a.js",
            "url.searchParams.set('scope', 'ZohoCRM.modules.ALL,ZohoCRM.users.READ')",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        (
            "A.java",
            "builder.queryParam(\"scope\", \"Mail.Read Mail.Send\").queryParam(\"state\", \"x.y\")",
            vec!["Mail.Read", "Mail.Send"],
        ),
        ("a.rs", "let params = [(\"client_id\", id), (\"scope\", \"Mail.Read\")];", vec!["Mail.Read"]),
        ("a.js", "const params = [['scope', 'Mail.Read'], ['state', 'x']]", vec!["Mail.Read"]),
        ("a.py", "SCOPE = os.getenv('ZOHO_SCOPES', 'ZohoCRM.modules.ALL')", vec!["ZohoCRM.modules.ALL"]),
        (
            "a.py",
            "x = {'scope': os.environ.get('ZOHO_SCOPES', 'ZohoCRM.modules.ALL,ZohoCRM.users.READ')}",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        (
            "a.php",
            "<?php $u = 'https://accounts.zoho.com/oauth/v2/auth?scope=' . 'ZohoCRM.modules.ALL' . '&x=y.z';",
            vec!["ZohoCRM.modules.ALL"],
        ),
        (
            "A.java",
            "String.format(\"%s?scope=%s&client_id=%s\", URL, \"ZohoCRM.users.ALL,ZohoCRM.modules.ALL\", id)",
            vec!["ZohoCRM.users.ALL", "ZohoCRM.modules.ALL"],
        ),
        (
            "docker-compose.yml",
            "environment:\n  ZOHO_SCOPES: ${ZOHO_SCOPES:-ZohoCRM.modules.ALL,ZohoCRM.users.READ}\n",
            vec!["ZohoCRM.modules.ALL", "ZohoCRM.users.READ"],
        ),
        (
            "a.js",
            "const names = ['scope', 'email', 'profile', 'openid']; const h = 'https://accounts.google.com'",
            vec![],
        ),
    ] {
        assert_eq!(scopes(path, text), wanted, "{path}: {text}");
    }
    let found = requests("a.js", "oauth({ clientId: '1000.ABC123DEF', scope: 'ZohoCRM.modules.ALL' })");
    assert_eq!(found[0].1.client_id.as_deref(), Some("1000.ABC123DEF"));
}

#[test]
fn constants_for_others_ask_for_nothing() {
    let names = ["A", "B", "C", "D", "E", "F", "G"];
    let ids = ["drive", "drive.file", "calendar", "tasks", "documents", "spreadsheets", "presentations"];
    let mut text = String::new();
    for (name, scope) in names.iter().zip(ids) {
        text.push_str(&format!("{name}_SCOPE = 'https://www.googleapis.com/auth/{scope}'\n"));
    }
    assert_eq!(self::scopes("a.py", &text), Vec::<String>::new());
    text.push_str("flow(scopes=[C_SCOPE])\n");
    assert_eq!(self::scopes("a.py", &text), ["https://www.googleapis.com/auth/calendar"]);
    assert_eq!(owned("a.py", "params = {'scope': 'crmapi'}\n"), ["crmapi@zoho-crm"]);
}

#[test]
fn hostile_texts_take_no_longer() {
    for piece in [
        "return(scope=",
        "a.join",
        "scopes:['a.READ',",
        "&scope=",
        "{\"scope\":\"a.b\",\"client_id\":\"abc123\",",
        "scope='x'\n",
        "((((",
        "('scope','a.b')",
        "https://slack.com scope: ['chat:write']\n",
    ] {
        for path in ["a.js", "a.py", "a.json", "a.yaml", "a.php", "a.md", "a.ps1", "a.unknown"] {
            let text = piece.repeat(3000);
            requests(path, &text);
        }
    }
    let large =
        format!("{}\nconst scope = 'ZohoCRM.modules.ALL'\n{}", "x();\n".repeat(300_000), "y();\n".repeat(300_000));
    assert_eq!(scopes("a.js", &large), ["ZohoCRM.modules.ALL"]);
    assert_eq!(owned("README.md", "the scope of `team.create('x')`\n"), Vec::<String>::new());
}

#[test]
fn a_table_of_lists_asks_and_a_table_of_names_offers() {
    let lists = "scopes = {\n  'mail': 'ZohoMail.messages.READ,ZohoMail.messages.CREATE',\n  'crm': 'ZohoCRM.modules.ALL,ZohoCRM.users.READ'\n}\n";
    assert_eq!(scopes("a.py", lists).len(), 4);
    let names = "scopes = {\n  'read': 'ZohoMail.messages.READ',\n  'all': 'ZohoCRM.modules.ALL'\n}\nlog(scopes)\n";
    assert_eq!(scopes("a.py", &names.replace("'read'", "'see'")), Vec::<String>::new());
}

#[test]
fn texts_side_by_side_are_one_text_in_a_dictionary_too() {
    let text =
        "p = {\n  'scope': 'ZohoCRM.modules.deals.READ,'\n           'ZohoCRM.users.READ',\n  'state': 'x',\n}\n";
    assert_eq!(scopes("a.py", text), ["ZohoCRM.modules.deals.READ", "ZohoCRM.users.READ"]);
}

#[test]
fn a_key_for_the_name_of_scopes_asks_where_the_shape_proves_them() {
    assert_eq!(scopes("app.env", "SCOPE_NAME=ZohoCRM.modules.deals.READ\n"), ["ZohoCRM.modules.deals.READ"]);
    assert_eq!(scopes("app.env", "SCOPE_NAME=request\nTELE_NAME=ZohoCRM.users.READ\n"), Vec::<String>::new());
}

#[test]
fn a_url_that_is_appended_piece_by_piece_asks() {
    let java = "String u = new StringBuilder(\"https://login.salesforce.com/services/oauth2/authorize\")\n  .append(\"&scope=\")\n  .append(URLEncoder.encode(\"refresh_token api\", \"UTF-8\")).append(\"&state=x\").toString();\n";
    assert_eq!(scopes("A.java", java), ["refresh_token", "api"]);
    assert_eq!(owned("a.js", "f('&scope='); g('chat:write users:read')\n"), Vec::<String>::new());
}

#[test]
fn a_frozen_list_is_a_list_and_missing_scopes_are_checked() {
    let frozen = "const URL = 'https://slack.com/oauth/v2/authorize';\nconst SLACK_SCOPES = Object.freeze(['chat:write', 'users:read']);\n";
    assert_eq!(scopes("a.ts", frozen), ["chat:write", "users:read"]);
    let checked = "const s = await slack.authScopes(t);\npushMissingScopes(found, 'slack', s, ['chat:write']);\n";
    assert_eq!(scopes("a.ts", checked), Vec::<String>::new());
}

#[test]
fn entries_that_tell_what_a_scope_opens_ask_for_nothing() {
    let entry = |scope: &str| format!("{{ provider: 'jira', scope: '{scope}', tools: ['list'], description: 'x' }},\n");
    let text = format!("export const RULES = [\n{}{}];\n", entry("read:jira-work"), entry("write:jira-work"));
    assert_eq!(scopes("a.ts", &text), Vec::<String>::new());
    // With a client it is a configuration, and alone it is no table.
    assert_eq!(scopes("a.ts", &text.replace("tools:", "clientId: ID, tools:")).len(), 2);
    assert_eq!(scopes("a.ts", &format!("const JIRA = {}", entry("read:jira-work"))), ["read:jira-work"]);
}

#[test]
fn a_member_of_a_table_is_not_reached_by_its_bare_name() {
    let table = "const ALIASES = {\n  drive: 'https://www.googleapis.com/auth/drive',\n  mail: 'https://www.googleapis.com/auth/gmail.send',\n};\nload(drive);\n";
    assert_eq!(scopes("a.ts", table), Vec::<String>::new());
    let variable = "const drive = 'https://www.googleapis.com/auth/drive';\nload(drive);\n";
    assert_eq!(scopes("a.ts", variable), ["https://www.googleapis.com/auth/drive"]);
}

#[test]
fn manifests_of_teams_and_of_zoom_ask() {
    let teams = r#"{"manifestVersion": "1.16", "bots": [{"scopes": ["personal", "team"]}],
        "authorization": {"permissions": {"resourceSpecific": [{"name": "ChannelMessage.Read.Group", "type": "Application"}]}}}"#;
    assert_eq!(owned("manifest.json", teams), ["ChannelMessage.Read.Group@microsoft-graph"]);
    let zoom = r#"{"manifest": {"oauth_information": {"usage": "USER_OPERATION",
        "scopes": [{"scope": "meeting:read:meeting", "optional": false}]}}}"#;
    assert_eq!(owned("manifest.json", zoom), ["meeting:read:meeting@zoom"]);
}

#[test]
fn what_a_field_or_an_option_holds_by_default_is_asked_for() {
    for (path, text, wanted) in [
        ("a.py", "class A:\n    scope: str = Field(default=\"Mail.Read Mail.Send\")", vec!["Mail.Read", "Mail.Send"]),
        ("a.py", "p.add_argument(\"--scope\", \"-s\", default=\"Mail.Read\")", vec!["Mail.Read"]),
        ("a.py", "@click.option(\"--scopes\", default=\"Mail.Read\", help=\"Scopes\")", vec!["Mail.Read"]),
        ("a.py", "p.add_argument(\"--required-scope-map\", default=\"Mail.Read\")", vec![]),
        ("a.py", "name: str = Field(default=\"user:email\")", vec![]),
        ("a.py", "p.add_argument(\"--supported-scopes\", default=\"Mail.Read\")", vec![]),
    ] {
        assert_eq!(scopes(path, text), wanted, "{text}");
    }
}

#[test]
fn a_common_beginning_may_stand_elsewhere() {
    let drive = "https://www.googleapis.com/auth/drive";
    for (path, text, wanted) in [
        ("a.py", "BASE = 'https://www.googleapis.com/auth/'\nSCOPES = [f'{BASE}drive', f\"{BASE}gmail.send\"]\n", 2),
        ("a.py", "BASE = 'https://www.googleapis.com/auth/'\nSCOPES = [BASE + 'drive']\n", 1),
        ("a.ts", "const BASE = 'https://www.googleapis.com/auth';\nconst scopes = [`${BASE}/drive`];\n", 1),
        ("a.js", "const scope = ['https://www.googleapis.com/auth/' + 'drive'];\n", 1),
        ("a.rb", "PREFIX = 'https://www.googleapis.com/auth/'\nSCOPES = [\"#{PREFIX}drive\"]\n", 1),
        ("A.kt", "const val BASE = \"https://www.googleapis.com/auth\"\nval scopes = listOf(\"$BASE/drive\")\n", 1),
        ("a.php", "<?php $base = 'https://www.googleapis.com/auth/'; $client->addScope($base . 'drive');", 1),
        ("a.js", "const HOST = 'https://graph.microsoft.com/';\nconst scopes = [`${HOST}Mail.Read`];\n", 1),
    ] {
        let found = scopes(path, text);
        assert_eq!(found.len(), wanted, "{path}: {text}: {found:?}");
        assert!(found[0] == drive || found[0] == "https://graph.microsoft.com/Mail.Read", "{path}: {found:?}");
    }
    for (path, text) in [
        ("a.py", "BASE = 'https://www.googleapis.com/auth/'\nurl = f'{BASE}drive'\n"),
        ("a.py", "BASE = 'https://example.com/auth/'\nSCOPES = [f'{BASE}drive']\n"),
        ("a.js", "const BASE = 'https://graph.microsoft.com/v1.0';\nfetch(`${BASE}/me/messages`);\n"),
    ] {
        assert_eq!(scopes(path, text), Vec::<String>::new(), "{path}: {text}");
    }
}

#[test]
fn what_made_a_client_tells_whose_scopes_it_takes() {
    for (path, text, wanted) in [
        (
            "a.js",
            "const ms = new OAuthProvider('microsoft.com');\nms.addScope('mail.read');\n",
            vec!["mail.read@microsoft-graph"],
        ),
        ("a.js", "const fb = new FacebookAuthProvider();\nfb.addScope('user_birthday');\n", vec!["user_birthday@meta"]),
        ("a.js", "const x = new Thing('example.com');\nx.addScope('mail.read');\n", vec![]),
        (
            "a.rb",
            "{\n  authorization_url: lambda do |connection|\n    scopes = ['crm.objects.contacts.read'].join(' ')\n  end\n}\n",
            vec!["crm.objects.contacts.read@hubspot"],
        ),
    ] {
        assert_eq!(owned(path, text), wanted, "{path}: {text}");
    }
}

#[test]
fn what_every_provider_knows_is_nobodys_by_a_url_far_from_it() {
    let gap = "  // nothing to see here\n".repeat(30);
    let near = "const u = 'https://api.linkedin.com/v2/me';\n";
    let list = "const cognito = { scope: ['email', 'openid'] };\n";
    assert_eq!(owned("a.js", &format!("{near}{gap}{list}")), Vec::<String>::new());
    assert_eq!(owned("a.js", &format!("{near}{list}")), ["email@linkedin", "openid@linkedin"]);
}
