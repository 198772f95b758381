//! Calls as people write them, each with what is seen in it.

use std::fmt::Write as _;

use camino::Utf8Path;

use crate::detect::engine::Engine;
use crate::fact::Seen;
use crate::origin::Origin;
use crate::rule::RuleSet;

/// Every call of a file: provider, method, path, subject; `?` for a blind spot.
fn seen(path: &str, text: &str) -> String {
    let rules = RuleSet::default();
    let engine = Engine::new(&rules);
    let seeing = engine.look(Utf8Path::new(path), &Origin::WorkTree, text.as_bytes()).expect("text");
    let mut out = String::new();
    for fact in seeing.facts {
        let Seen::Call(call) = fact.seen else { continue };
        if !out.is_empty() {
            out.push_str("; ");
        }
        let _ = write!(out, "{} ", call.provider);
        match call.operation {
            None => out.push('?'),
            Some(operation) => {
                let _ = write!(out, "{} {}", operation.method, operation.path);
                if let Some(subject) = operation.subject {
                    let _ = write!(out, " of {subject}");
                }
            }
        }
    }
    out
}

#[test]
fn clients_of_every_language_are_seen() {
    for (path, text, wanted) in [
        (
            "a.py",
            "requests.get('https://www.zohoapis.com/crm/v5/Leads', headers=h)",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.py",
            "r = requests.request('POST', f'https://www.zohoapis.{dc}/crm/v8/Deals', json=b)",
            "zoho-crm POST /crm/{version}/Deals",
        ),
        ("a.py", "async with session.put(\"https://api.hubapi.com/crm/v3/objects/2-99/%s\" % i) as r: pass", ""),
        (
            "a.js",
            "const r = await fetch(`https://graph.microsoft.com/v1.0/me/messages?$top=5`)",
            "microsoft-graph GET /me/messages",
        ),
        (
            "a.js",
            "await fetch('https://graph.microsoft.com/v1.0/me/sendMail', { method: 'POST', body })",
            "microsoft-graph POST /me/sendMail",
        ),
        (
            "a.ts",
            "axios({ method: 'delete', url: `https://www.zohoapis.com/crm/v2/Contacts/${id}` })",
            "zoho-crm DELETE /crm/{version}/Contacts/{id}",
        ),
        (
            "a.ts",
            "const api = axios.create({ baseURL: 'https://api.hubapi.com' });\napi.post('/crm/v3/objects/contacts/search', b)",
            "hubspot POST /crm/v3/objects/contacts/search",
        ),
        (
            "A.java",
            "class A { void a() { HttpRequest r = HttpRequest.newBuilder().uri(URI.create(\"https://www.zohoapis.com/crm/v2/Leads\")).POST(b).build(); } }",
            "zoho-crm POST /crm/{version}/Leads",
        ),
        (
            "A.java",
            "class A { void a() { Request r = new Request.Builder().url(\"https://www.zohoapis.com/crm/v2/Leads\").build(); } }",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "A.java",
            "class A { void a() { restTemplate.exchange(\"https://www.zohoapis.com/crm/v2/users\", HttpMethod.GET, e, S.class); } }",
            "zoho-crm GET /crm/{version}/users",
        ),
        (
            "a.go",
            "package a\nfunc a() { req, err := http.NewRequest(\"PUT\", \"https://www.zohoapis.com/crm/v2/Leads\", body) }",
            "zoho-crm PUT /crm/{version}/Leads",
        ),
        (
            "a.go",
            "package a\nfunc a() { r, _ := http.Get(fmt.Sprintf(\"https://api.github.com/orgs/%s/teams\", org)) }",
            "github GET /orgs/{org}/teams",
        ),
        (
            "A.cs",
            "class A { void B() { var r = await client.GetAsync(\"https://www.zohoapis.com/crm/v2/Leads\"); } }",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "A.cs",
            "class A { void B() { var r = new HttpRequestMessage(HttpMethod.Delete, $\"https://www.zohoapis.com/crm/v2/Leads/{id}\"); } }",
            "zoho-crm DELETE /crm/{version}/Leads/{id}",
        ),
        (
            "a.php",
            "<?php $r = $client->request('GET', 'https://www.zohoapis.com/crm/v2/Leads');",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.php",
            "<?php $r = Http::withToken($t)->post('https://www.zohoapis.com/crm/v2/Leads', $d);",
            "zoho-crm POST /crm/{version}/Leads",
        ),
        (
            "a.php",
            "<?php function f() { $ch = curl_init('https://www.zohoapis.com/crm/v2/Leads'); curl_setopt($ch, CURLOPT_CUSTOMREQUEST, 'PUT'); }",
            "zoho-crm PUT /crm/{version}/Leads",
        ),
        (
            "a.rb",
            "HTTParty.get(\"https://www.zohoapis.com/crm/v2/Leads/#{id}\", headers: h)",
            "zoho-crm GET /crm/{version}/Leads/{id}",
        ),
        (
            "a.rb",
            "req = Net::HTTP::Post.new(URI('https://www.zohoapis.com/crm/v2/Leads'))",
            "zoho-crm POST /crm/{version}/Leads",
        ),
        (
            "a.rs",
            "fn a() { let r = client.patch(\"https://graph.microsoft.com/v1.0/me/events/7\").send(); }",
            "microsoft-graph PATCH /me/events/{id}",
        ),
        (
            "a.rs",
            "fn a() { let r = reqwest::get(format!(\"https://api.github.com/orgs/{}/teams\", org)); }",
            "github GET /orgs/{org}/teams",
        ),
        (
            "A.kt",
            "fun a() { val r = Request.Builder().url(\"https://www.zohoapis.com/crm/v2/Leads\").delete().build() }",
            "zoho-crm DELETE /crm/{version}/Leads",
        ),
        (
            "a.sh",
            "curl -X POST -H \"Authorization: $T\" \\\n  \"https://www.zohoapis.com/crm/v2/Leads\" -d @a",
            "zoho-crm POST /crm/{version}/Leads",
        ),
        ("a.sh", "curl https://slack.com/api/chat.postMessage -d channel=c", "slack POST /api/chat.postMessage"),
        ("a.http", "GET https://www.zohoapis.com/crm/v2/users\nAuthorization: x", "zoho-crm GET /crm/{version}/users"),
    ] {
        if !wanted.is_empty() {
            assert_eq!(seen(path, text), wanted, "{text}");
        }
    }
}

#[test]
fn a_url_is_put_together_within_the_file() {
    for (path, text, wanted) in [
        (
            "a.py",
            "BASE = 'https://www.zohoapis.com/crm/v2'\ndef leads():\n    url = BASE + '/Leads'\n    return requests.get(url, headers=h)",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.py",
            "BASE = 'https://www.zohoapis.com/crm/v2'\nrequests.get('{}/Leads/{}'.format(BASE, i))",
            "zoho-crm GET /crm/{version}/Leads/{id}",
        ),
        ("a.py", "# zoho\nrequests.get(os.environ['ZOHO_API'] + '/crm/v2/Deals')", "zoho-crm GET /crm/{version}/Deals"),
        (
            "a.py",
            "BASE = 'https://www.zohoapis.com/crm/v2'\ndef call(method, path):\n    return requests.request(method, f'{BASE}/{path}')\ncall('PUT', 'Leads')\ncall('GET', 'users')",
            "zoho-crm PUT /crm/{version}/Leads; zoho-crm GET /crm/{version}/users",
        ),
        (
            "a.js",
            "class A { get(path) { return fetch(`https://www.zohoapis.com/crm/v2${path}`) }\n leads() { return this.get('/Leads') } }",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.js",
            "const url = cond ? 'https://www.zohoapis.com/crm/v2/Leads' : other; axios.get(url)",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "A.java",
            "class A { static final String BASE = \"https://www.zohoapis.com/crm/v2/\"; void a() { client.get(BASE + \"Leads\"); } }",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.js",
            "async function f(o) { let path; if (o) { path = '/Leads'; await axios.post('https://www.zohoapis.com/crm/v2' + path, b) } else { path = '/users'; await axios.get('https://www.zohoapis.com/crm/v2' + path) } }",
            "zoho-crm POST /crm/{version}/Leads; zoho-crm GET /crm/{version}/users",
        ),
    ] {
        assert_eq!(seen(path, text), wanted, "{text}");
    }
}

#[test]
fn the_body_names_the_module() {
    let query = "def f():\n    q = {'select_query': 'select Deal_Name from Deals where a = 1'}\n    return requests.post('https://www.zohoapis.com/crm/v8/coql', json=q)";
    assert_eq!(seen("a.py", query), "zoho-crm POST /crm/{version}/coql of Deals");
    let bulk = "async function f() { await axios.post('https://www.zohoapis.com/crm/bulk/v8/read', { query: { module: { api_name: 'Leads' } } }) }";
    assert_eq!(seen("a.js", bulk), "zoho-crm POST /crm/bulk/{version}/read of Leads");
}

#[test]
fn what_cannot_be_told_is_a_blind_spot() {
    let unknown = "BASE = 'https://www.zohoapis.com/crm/v2'\ndef f(what):\n    return requests.get(BASE + '/' + what)";
    assert_eq!(seen("a.py", unknown), "zoho-crm GET /crm/{version}/{module}", "the module is open");
    let none = "BASE = 'https://www.zohoapis.com/crm/v2'\ndef f():\n    return requests.get(endpoint())";
    assert_eq!(seen("a.py", none), "zoho-crm ?");
    let odd = "requests.get('https://www.zohoapis.com/crm/v2/settings/not_there_at_all/x/y/z')";
    assert_eq!(seen("a.py", odd), "zoho-crm ?");
}

#[test]
fn what_is_no_call_is_quiet() {
    for (path, text) in [
        ("a.py", "requests.post('https://accounts.zoho.com/oauth/v2/token', data=d)"),
        ("a.py", "logger.info('https://www.zohoapis.com/crm/v2/Leads')"),
        ("a.js", "// https://graph.microsoft.com/v1.0\napp.get('/users', (req, res) => res.send(''))"),
        ("a.js", "const m = new Map(); /* zoho */ m.get('Leads'); params.get('/Leads')"),
        ("a.js", "nock('https://www.zohoapis.com').get('/crm/v2/Leads').reply(200)"),
        ("README.md", "curl https://www.zohoapis.com/crm/v2/Leads"),
        ("a.py", "requests.get('https://example.com/crm/v2/Leads')"),
    ] {
        assert_eq!(seen(path, text), "", "{text}");
    }
}

#[test]
fn calls_of_libraries_are_seen() {
    for (path, text, wanted) in [
        (
            "a.py",
            "from zohocrmsdk.src.com.zoho.crm.api.record import RecordOperations\nops = RecordOperations('Leads')\nops.get_records(p, h)",
            "zoho-crm GET /crm/{version}/Leads",
        ),
        (
            "a.js",
            "import * as zoho from '@zohocrm/nodejs-sdk-8.0'\nconst ops = new RecordOperations('Deals')\nawait ops.createRecords(b)",
            "zoho-crm POST /crm/{version}/Deals",
        ),
        (
            "A.java",
            "import com.zoho.crm.api.users.UsersOperations;\nclass A { void a() { UsersOperations u = new UsersOperations(); u.getUsers(p, h); } }",
            "zoho-crm GET /crm/{version}/users",
        ),
        (
            "a.js",
            "const hubspot = require('@hubspot/api-client');\nawait hubspotClient.crm.contacts.basicApi.getPage(10)",
            "hubspot GET /crm/v3/objects/contacts",
        ),
        (
            "a.py",
            "from hubspot import HubSpot\napi = HubSpot(access_token=t)\napi.crm.companies.search_api.do_search(r)",
            "hubspot POST /crm/v3/objects/companies/search",
        ),
        (
            "a.js",
            "const jsforce = require('jsforce');\nconst conn = new jsforce.Connection(o);\nawait conn.query('SELECT Id FROM Account')",
            "salesforce GET /services/data/{version}/query",
        ),
        (
            "a.js",
            "const jsforce = require('jsforce');\nawait conn.sobject('Account').create(a)",
            "salesforce POST /services/data/{version}/sobjects/{object}",
        ),
        (
            "a.py",
            "from googleapiclient.discovery import build\nservice = build('drive', 'v3', credentials=c)\nservice.files().create(body=b).execute()",
            "google POST /drive/v3/files",
        ),
        (
            "a.py",
            "from googleapiclient.discovery import build\ns = build('gmail', 'v1')\ns.users().messages().list(userId='me').execute()",
            "google GET /gmail/v1/users/{userId}/messages",
        ),
        (
            "a.js",
            "const { google } = require('googleapis');\nconst sheets = google.sheets({ version: 'v4', auth });\nawait sheets.spreadsheets.values.update({})",
            "google PUT /v4/spreadsheets/{spreadsheetId}/values/{range}",
        ),
        (
            "a.go",
            "package a\nimport \"google.golang.org/api/calendar/v3\"\nfunc a() { srv.Events.List(\"primary\").Do() }",
            "google GET /calendar/v3/calendars/{calendarId}/events",
        ),
        (
            "a.js",
            "import { Client } from '@microsoft/microsoft-graph-client';\nconst m = await client.api('/me/messages').top(5).get()",
            "microsoft-graph GET /me/messages",
        ),
        (
            "A.cs",
            "using Microsoft.Graph;\nclass A { async void B() { var m = await graphClient.Me.Messages.GetAsync(); } }",
            "microsoft-graph GET /me/messages",
        ),
        (
            "A.cs",
            "using Microsoft.Graph;\nclass A { async void B() { await graphClient.Users[\"x\"].SendMail.PostAsync(b); } }",
            "microsoft-graph POST /users/{id}/sendMail",
        ),
        (
            "a.py",
            "from msgraph import GraphServiceClient\nc = GraphServiceClient(x)\nm = await c.users.by_user_id(u).messages.get()",
            "microsoft-graph GET /users/{id}/messages",
        ),
        (
            "a.py",
            "from slack_sdk import WebClient\nclient = WebClient(token=t)\nclient.chat_postMessage(channel=c, text=x)",
            "slack POST /api/chat.postMessage",
        ),
        (
            "a.js",
            "const { WebClient } = require('@slack/web-api');\nawait web.conversations.list()",
            "slack GET /api/conversations.list",
        ),
        (
            "a.ts",
            "import { Octokit } from '@octokit/rest';\nawait octokit.rest.issues.createComment(x)",
            "github POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
        ),
        (
            "a.ts",
            "import { Octokit } from 'octokit';\nawait octokit.request('GET /orgs/{org}/teams', { org })",
            "github GET /orgs/{org}/teams",
        ),
    ] {
        assert_eq!(seen(path, text), wanted, "{text}");
    }
}

#[test]
fn a_library_that_is_not_understood_is_a_blind_spot() {
    assert_eq!(seen("a.py", "import gspread\ngc = gspread.oauth()  # googleapis\nw = gc.open('x').sheet1"), "google ?");
    assert_eq!(
        seen("a.ts", "import { Message } from '@microsoft/microsoft-graph-client';\nexport function f(m: Message) {}"),
        ""
    );
}

#[test]
fn hostile_scripts_take_no_longer() {
    for (path, piece) in [
        ("a.deluge", "invokeurl[ url:\"https://www.zohoapis.com/crm/v2/Leads\" "),
        ("a.deluge", "zoho.crm.getRecords "),
        ("a.ps1", "Invoke-RestMethod -Uri https://graph.microsoft.com/v1.0/me "),
        ("a.ps1", "$a = \"$a/$a\"\n"),
        ("a.http", "@a = {{a}}/{{a}} https://graph.microsoft.com\n"),
        ("a.dart", "get('https://api.spotify.com/v1/me') "),
        ("a.tf", "app_role_ids[\"https://graph.microsoft.com "),
        ("a.sh", "A=https://$A/$A curl $A/x\n"),
    ] {
        let text = format!("https://www.zohoapis.com\n{}", piece.repeat(20_000));
        seen(path, &text);
    }
}

#[test]
fn a_base_that_no_call_is_seen_to_use_is_a_blind_spot() {
    for (path, text, wanted) in [
        ("a.ts", "export const GRAPH = 'https://graph.microsoft.com/v1.0';", "microsoft-graph ?"),
        ("a.js", "const client = got.extend({ prefixUrl: 'https://graph.microsoft.com/v1.0' });", "microsoft-graph ?"),
        // A path with a version, handed to whoever calls.
        (
            "a.py",
            "class Leads(Stream):  # zoho\n    def path(self):\n        return f'/crm/v2/{self.module.name}'\n",
            "zoho-crm ?",
        ),
        // What a call is seen to use, a scope, an audience, a log.
        (
            "a.js",
            "const BASE = 'https://api.hubapi.com';\naxios.get(BASE + '/crm/v3/owners');",
            "hubspot GET /crm/v3/owners",
        ),
        ("a.py", "SCOPE = 'https://graph.microsoft.com/.default'", ""),
        ("a.py", "audience = 'https://graph.microsoft.com'", ""),
        ("a.js", "console.log('https://graph.microsoft.com/v1.0/me');", ""),
        ("a.js", "const login = 'https://login.microsoftonline.com/common';", ""),
        ("a.js", "// zoho\napp.get('/crm/v2/leads', (req, res) => {});", ""),
    ] {
        assert_eq!(seen(path, text), wanted, "{text}");
    }
}

#[test]
fn a_client_that_is_given_a_path_nobody_knows_is_a_blind_spot() {
    let text = "const client = got.extend({ prefixUrl: 'https://graph.microsoft.com/v1.0' });\nclient.get('me');\nclient.get(`${root(query)}/items/${id}`);\n";
    assert_eq!(seen("a.js", text), "microsoft-graph GET /me; microsoft-graph ?");
}

#[test]
fn a_google_client_made_elsewhere_is_known_by_its_name() {
    let text = "export async function make(gmail, body) {\n  return gmail.users.settings.filters.create({ userId: 'me' });\n}\n";
    assert_eq!(seen("a.js", text), "google POST /gmail/v1/users/{userId}/settings/filters");
    assert_eq!(seen("a.js", "mail.users.settings.filters.create({}); // gmail.users. "), "");
}
