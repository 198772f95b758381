//! What the language server knows: the house that files are judged by, the files that are open, what was found in them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use super::{look, offer, place};
use crate::cli::policy_args::WholeArgs;
use crate::cli::stream::Streams;
use crate::cli::whole::Whole;
use crate::cli::{baseline, setup};
use crate::finding::{Finding, State};
use crate::judge::Bench;
use crate::judge::baseline::Baseline;
use crate::scan::whole::scan;
use crate::scan::{Progress, Trip};
use crate::source::Coverage;
use crate::source::memory::Memory;
use crate::source::root::Root;
use crate::text::SourceText;

/// The desk at which an editor is served.
pub struct Desk<'s> {
    args: &'s WholeArgs,
    streams: &'s Streams,
    house: Option<House>,
    open: BTreeMap<String, Open>,
    waiting: Vec<Value>,
}

/// What files are judged by.
struct House {
    whole: Whole,
    known: Option<(Baseline, PathBuf)>,
}

/// A file that is open.
struct Open {
    path: Utf8PathBuf,
    text: String,
    version: Value,
    stale: bool,
    findings: Vec<Finding>,
}

impl<'s> Desk<'s> {
    /// A desk without a customer.
    #[must_use]
    pub const fn new(args: &'s WholeArgs, streams: &'s Streams) -> Self {
        Self { args, streams, house: None, open: BTreeMap::new(), waiting: Vec::new() }
    }

    /// Hears a request or a notification; `None` where nobody knows what it means.
    pub fn hear(&mut self, method: &str, params: &Value) -> Option<Value> {
        match method {
            "initialize" => {
                self.house = self.load(root(params));
                return Some(welcome());
            }
            "textDocument/didOpen" => self.opened(&params["textDocument"]),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didClose" => self.closed(&params["textDocument"]["uri"]),
            "textDocument/didSave" => {
                let saved = params["textDocument"]["uri"].as_str().and_then(|uri| self.open.get(uri));
                if saved.is_some_and(|open| is_policy(&open.path)) {
                    self.reload();
                }
            }
            "workspace/didChangeWatchedFiles" => self.reload(),
            "textDocument/hover" => return Some(self.hover(params).unwrap_or_default()),
            "textDocument/completion" => return Some(self.complete(params).unwrap_or_default()),
            "textDocument/codeAction" => return Some(self.actions(params).unwrap_or_else(|| json!([]))),
            "initialized" | "shutdown" | "exit" | "$/setTrace" | "$/cancelRequest" => {}
            "workspace/didChangeConfiguration" | "workspace/didChangeWorkspaceFolders" => {}
            _ => return None,
        }
        Some(Value::Null)
    }

    /// What has to be told: the findings of every file that has changed since they were told.
    pub fn news(&mut self) -> Vec<Value> {
        let mut news = std::mem::take(&mut self.waiting);
        let Some(house) = &self.house else { return news };
        for (uri, open) in self.open.iter_mut().filter(|(_, open)| open.stale) {
            open.stale = false;
            open.findings = house.findings(open);
            let mut told: Vec<Value> =
                open.findings.iter().map(|finding| look::finding(finding, &house.whole.place)).collect();
            if is_policy(&open.path) {
                let text = SourceText::new(open.text.as_str());
                let file = house.whole.place.join(&open.path);
                let mistakes = setup::mistakes(&open.text, &file, &house.whole.place, &house.whole.rules);
                told.extend(mistakes.iter().map(|mistake| look::mistake(mistake, &text)));
            }
            news.push(publish(uri, &open.version, &told));
        }
        news
    }

    /// Rules, policy and baseline of a root. A policy that cannot be used is told in its own file and does not leave the
    /// others without any.
    fn load(&self, root: PathBuf) -> Option<House> {
        let mut args = self.args.clone();
        args.root.get_or_insert(root);
        let whole = Whole::open(&args, self.streams).or_else(|_| {
            args.by.policy = None;
            args.by.no_policy = true;
            Whole::open(&args, self.streams)
        });
        let whole = whole.ok()?;
        let known = baseline::of(&args.by, &whole.place, true, self.streams).ok().flatten();
        Some(House { whole, known })
    }

    fn reload(&mut self) {
        let Some(house) = &self.house else { return };
        self.house = self.load(house.whole.place.clone()).or(self.house.take());
        for open in self.open.values_mut() {
            open.stale = true;
        }
    }

    fn opened(&mut self, document: &Value) {
        let (Some(uri), Some(text)) = (document["uri"].as_str(), document["text"].as_str()) else { return };
        let Some(house) = &self.house else { return };
        let Some(path) = place::path(uri) else { return };
        let path = path.canonicalize().unwrap_or(path);
        // What lies elsewhere is judged by another house.
        let Ok(inside) = path.strip_prefix(&house.whole.place) else { return };
        let path = inside.to_string_lossy().replace('\\', "/").into();
        let (text, version) = (text.to_owned(), document["version"].clone());
        self.open.insert(uri.to_owned(), Open { path, text, version, stale: true, findings: Vec::new() });
    }

    fn changed(&mut self, params: &Value) {
        let document = &params["textDocument"];
        let Some(open) = document["uri"].as_str().and_then(|uri| self.open.get_mut(uri)) else { return };
        let last = params["contentChanges"].as_array().and_then(|all| all.last()?["text"].as_str());
        if let Some(text) = last {
            (open.text, open.version, open.stale) = (text.to_owned(), document["version"].clone(), true);
        }
    }

    fn closed(&mut self, uri: &Value) {
        if let Some(uri) = uri.as_str().filter(|uri| self.open.contains_key(*uri)) {
            self.open.remove(uri);
            self.waiting.push(publish(uri, &Value::Null, &[]));
        }
    }

    fn hover(&self, params: &Value) -> Option<Value> {
        let open = self.open.get(params["textDocument"]["uri"].as_str()?)?;
        let (number, line, at) = place::find(&open.text, &params["position"])?;
        offer::hover(number, line, at, is_policy(&open.path))
    }

    fn complete(&self, params: &Value) -> Option<Value> {
        let open = self.open.get(params["textDocument"]["uri"].as_str()?).filter(|open| is_policy(&open.path))?;
        let (number, line, at) = place::find(&open.text, &params["position"])?;
        Some(json!(offer::complete(&open.text, number, line, at)))
    }

    fn actions(&self, params: &Value) -> Option<Value> {
        let uri = params["textDocument"]["uri"].as_str()?;
        let (open, house) = (self.open.get(uri)?, self.house.as_ref()?);
        let root = &house.whole.place;
        let file = house.whole.file.as_ref().map(|file| setup::relative(file, root));
        let held = file.as_ref().map(|file| {
            let buffer = self.open.values().find(|open| open.path == *file).map(|open| open.text.clone());
            buffer.or_else(|| fs::read_to_string(root.join(file)).ok()).unwrap_or_default()
        });
        let policy = file.as_deref().zip(held.as_deref());
        let mut offered = Vec::new();
        for diagnostic in params["context"]["diagnostics"].as_array()? {
            let known = |finding: &&Finding| diagnostic["data"].as_str() == Some(finding.fingerprint.0.as_str());
            if let Some(finding) = open.findings.iter().find(known) {
                let place = offer::Place { uri, root, text: &open.text, policy };
                offered.extend(offer::actions(finding, diagnostic, &place, house.whole.bench().today));
            }
        }
        Some(json!(offered))
    }
}

impl House {
    fn findings(&self, open: &Open) -> Vec<Finding> {
        let progress = Progress::default();
        let known = self.known.as_ref().map(|(known, file)| (known, setup::relative(file, &self.whole.place)));
        let trip = Trip {
            source: &Memory::new(open.path.clone(), open.text.clone()),
            history: None,
            bench: Bench { coverage: Coverage::Partial, ..self.whole.bench() },
            baseline: known.as_ref().map(|(known, file)| (*known, file.as_path())),
            proposal: None,
            archives: false,
            binary: false,
            progress: &progress,
        };
        let mut findings = scan(&trip).map(|report| report.findings).unwrap_or_default();
        findings.retain(|finding| finding.state == State::Open && finding.primary.at.path == open.path);
        findings
    }
}

fn is_policy(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| setup::POLICIES.iter().any(|policy| policy.rsplit('/').next() == Some(name)))
}

/// The work tree around the folder that is open, else the folder.
fn root(params: &Value) -> PathBuf {
    let folder = params["workspaceFolders"][0]["uri"].as_str().or(params["rootUri"].as_str());
    let folder = folder.and_then(place::path).or_else(|| params["rootPath"].as_str().map(PathBuf::from));
    let folder = folder.unwrap_or_else(|| Path::new(".").to_owned());
    Root::of(std::slice::from_ref(&folder)).map_or(folder, |root| root.path)
}

fn welcome() -> Value {
    json!({
        "capabilities": {
            "textDocumentSync": {"openClose": true, "change": 1, "save": {"includeText": false}},
            "hoverProvider": true,
            "completionProvider": {"triggerCharacters": ["."]},
            "codeActionProvider": {"codeActionKinds": ["quickfix"]},
        },
        "serverInfo": {"name": "overscope", "version": env!("CARGO_PKG_VERSION")},
    })
}

fn publish(uri: &str, version: &Value, diagnostics: &[Value]) -> Value {
    let mut params = json!({"uri": uri, "diagnostics": diagnostics});
    if version.is_number() {
        params["version"] = version.clone();
    }
    json!({"jsonrpc": "2.0", "method": "textDocument/publishDiagnostics", "params": params})
}
