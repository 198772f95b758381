//! The language server, spoken to as an editor speaks.
#![allow(clippy::tests_outside_test_module, clippy::disallowed_methods, reason = "integration tests run programs")]

mod repository;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use repository::{Repository, scrub, token};
use serde_json::{Value, json};

struct Editor {
    child: Child,
    say: ChildStdin,
    hear: BufReader<ChildStdout>,
    heard: String,
    root: String,
}

impl Editor {
    fn new(repository: &Repository) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_overscope"));
        let command = scrub(&mut command).arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        let say = child.stdin.take().expect("it is piped");
        let hear = BufReader::new(child.stdout.take().expect("it is piped"));
        let root = repository.path().canonicalize().expect("it is there").to_string_lossy().into_owned();
        let mut editor = Self { child, say, hear, heard: String::new(), root };
        let folder = editor.uri("");
        let welcome =
            editor.ask("initialize", &json!({"capabilities": {}, "workspaceFolders": [{"uri": folder, "name": "x"}]}));
        assert_eq!(welcome["capabilities"]["hoverProvider"], true);
        editor.tell("initialized", &json!({}));
        editor
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.root)
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.say, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("it listens");
        self.say.flush().expect("it listens");
    }

    fn next(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.hear.read_line(&mut line).expect("it speaks");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a number"),
                None if line.trim_end().is_empty() => break,
                None => {}
            }
        }
        let mut body = vec![0; length];
        self.hear.read_exact(&mut body).expect("it speaks");
        self.heard.push_str(&String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).expect("it speaks JSON")
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.send(&json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}));
        loop {
            let message = self.next();
            if message["id"] == 7 {
                return if message["error"].is_null() { message["result"].clone() } else { message["error"].clone() };
            }
        }
    }

    /// Opens a file: its diagnostics.
    fn open(&mut self, name: &str, text: &str) -> Vec<Value> {
        let document = json!({"uri": self.uri(name), "languageId": "x", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        self.diagnostics(name)
    }

    fn change(&mut self, name: &str, text: &str) -> Vec<Value> {
        let document = json!({"uri": self.uri(name), "version": 2});
        self.tell("textDocument/didChange", &json!({"textDocument": document, "contentChanges": [{"text": text}]}));
        self.diagnostics(name)
    }

    fn diagnostics(&mut self, name: &str) -> Vec<Value> {
        let uri = self.uri(name);
        loop {
            let message = self.next();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri.as_str() {
                return message["params"]["diagnostics"].as_array().expect("there is a list").clone();
            }
        }
    }

    fn at(&mut self, method: &str, name: &str, line: u32, character: u32) -> Value {
        let position = json!({"line": line, "character": character});
        self.ask(method, &json!({"textDocument": {"uri": self.uri(name)}, "position": position}))
    }

    fn actions(&mut self, name: &str, diagnostics: &[Value]) -> Vec<Value> {
        let params =
            json!({"textDocument": {"uri": self.uri(name)}, "range": {}, "context": {"diagnostics": diagnostics}});
        self.ask("textDocument/codeAction", &params).as_array().expect("there is a list").clone()
    }

    fn close(mut self) -> (Option<i32>, String) {
        assert_eq!(self.ask("shutdown", &Value::Null), Value::Null);
        self.tell("exit", &Value::Null);
        (self.child.wait().expect("it ends").code(), self.heard)
    }
}

fn policy() -> &'static str {
    "version: 1\nowner: me\nintegrations:\n  crm:\n    provider: zoho-crm\n    purpose: sync\n    owner: me\n    paths: [\"**\"]\n    \
     scopes:\n      allow:\n        - {scope: ZohoCRM.modules.READ, reason: reads}\n        - {scope: Zoho}\n"
}

#[test]
fn what_is_typed_is_judged_and_no_secret_is_said() {
    let repository = Repository::new();
    repository.write("overscope.yaml", "version: 1\nowner: me\n");
    let mut editor = Editor::new(&repository);
    assert_eq!(editor.open("a b.py", "x = 1\n").len(), 0);
    let secret = token("typed");
    let text = format!("😀 = 1\n    {secret}");
    let told = editor.change("a b.py", &text);
    let [found] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(
        (&found["code"], &found["severity"], &found["source"]),
        (&json!("secret/zoho-refresh-token"), &json!(1), &json!("overscope"))
    );
    assert_eq!(found["range"]["start"], json!({"line": 1, "character": 21}));
    let actions = editor.actions("a b.py", &told);
    let titles: Vec<&str> = actions.iter().filter_map(|action| action["title"].as_str()).collect();
    assert!(titles.iter().any(|title| title.starts_with("Ignore `secret/zoho-refresh-token` here")), "{titles:?}");
    let edit = &actions[0]["edit"]["changes"][editor.uri("a b.py")][0];
    assert_eq!(edit["newText"], "    # overscope: ignore[secret/zoho-refresh-token] \n");
    assert_eq!(edit["range"]["start"], json!({"line": 1, "character": 0}));
    // With a reason the comment counts.
    let reasoned =
        text.replace("    refresh", "    # overscope: ignore[secret/zoho-refresh-token] revoked in May\n    refresh");
    assert_eq!(editor.change("a b.py", &reasoned).len(), 0);
    // The exception goes into the policy, which says what it lacks.
    let exception = &actions[1]["edit"]["changes"][editor.uri("overscope.yaml")][0]["newText"];
    let added = format!("version: 1\nowner: me\n{}", exception.as_str().expect("a text"));
    assert!(added.contains("exceptions:\n  - {id: EX-") && added.contains("paths: [\"a b.py\"]"), "{added}");
    let lacks = editor.open("overscope.yaml", &added);
    assert!(
        lacks.iter().any(|mistake| mistake["message"].as_str().is_some_and(|text| text.contains("reason"))),
        "{lacks:?}"
    );
    let (code, heard) = editor.close();
    assert_eq!(code, Some(0));
    let value = secret.split('"').nth(1).expect("a value");
    for part in value.split('.').filter(|part| part.len() > 8) {
        assert!(!heard.contains(&part[..8]), "nothing of the secret is said");
    }
}

#[test]
fn a_policy_completes_explains_and_checks_itself() {
    let repository = Repository::new();
    repository.write("overscope.yaml", policy());
    let mut editor = Editor::new(&repository);
    editor.open("overscope.yaml", policy());
    let offered = editor.at("textDocument/completion", "overscope.yaml", 11, 22);
    let labels: Vec<&str> =
        offered.as_array().expect("there is a list").iter().filter_map(|item| item["label"].as_str()).collect();
    assert!(labels.contains(&"ZohoCRM.modules.READ"), "{labels:?}");
    let hover = editor.at("textDocument/hover", "overscope.yaml", 10, 25);
    assert!(hover["contents"]["value"].as_str().is_some_and(|text| text.contains("Zoho CRM")), "{hover}");
    let wrong = editor.change("overscope.yaml", "version: 1\nowner: me\ngates: {fail_on: hihg}\n");
    assert_eq!(wrong[0]["range"]["start"]["line"], 2, "{wrong:?}");
    editor.tell("textDocument/didClose", &json!({"textDocument": {"uri": editor.uri("overscope.yaml")}}));
    assert_eq!(editor.diagnostics("overscope.yaml").len(), 0);
    editor.close();
}

#[test]
fn a_narrower_scope_is_offered_where_it_is_certain() {
    let repository = Repository::new();
    repository
        .write("overscope.yaml", policy().split("        - {scope: Zoho}").next().expect("there is a first part"));
    let mut editor = Editor::new(&repository);
    let text = "SCOPES = [\"ZohoCRM.modules.contacts.ALL\"]\nurl = f\"https://accounts.zoho.com/oauth/v2/auth?scope=ZohoCRM.modules.contacts.ALL\"\n";
    let told = editor.open("app.py", text);
    assert!(told.iter().any(|one| one["code"].as_str().is_some_and(|code| code.starts_with("scope/"))), "{told:?}");
    let hover = editor.at("textDocument/hover", "app.py", 0, 15);
    assert!(
        hover["contents"]["value"].as_str().is_some_and(|text| text.contains("ZohoCRM.modules.contacts.ALL")),
        "{hover}"
    );
    let actions = editor.actions("app.py", &told);
    assert!(!actions.is_empty());
    editor.close();
}

#[test]
fn what_is_no_request_is_answered_as_such() {
    let repository = Repository::new();
    let mut editor = Editor::new(&repository);
    assert_eq!(editor.ask("textDocument/rename", &json!({}))["code"], -32601);
    editor.say.write_all(b"Content-Length: 3\r\n\r\n{a}").expect("it listens");
    assert_eq!(editor.next()["error"]["code"], -32700);
    // What lies outside of the work tree, or is no file, is left alone.
    let document = json!({"uri": "untitled:1", "languageId": "x", "version": 1, "text": token("x")});
    editor.tell("textDocument/didOpen", &json!({"textDocument": document}));
    assert_eq!(editor.at("textDocument/hover", "none.py", 0, 0), Value::Null);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.child.wait().expect("it ends").code(), Some(1), "nobody asked to close");
}
