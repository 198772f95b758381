use camino::Utf8Path;

use super::ScopeRequests;
use crate::detect::prefilter::{Prefilter, Words};
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
        ("a.js", "const ALL_SCOPES = ['Mail.Read', 'Mail.Send']"),
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
