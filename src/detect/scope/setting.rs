//! Scope requests in configuration files, by the key they stand under.

use std::collections::{BTreeMap, BTreeSet};

use super::around::{TELLING, is_answer};
use super::manifest::ClientIds;
use super::name::{Says, last, of_lead, spells};
use super::token::{Coding, split};
use super::{Asked, Group};
use crate::detect::value::words::bare;
use crate::fact::Context;
use crate::settings::Settings;
use crate::settings::entry::{Kind, Segment, Setting};

/// The groups of scopes that a configuration file asks for.
pub(super) fn groups(text: &str, settings: &Settings<'_>) -> Vec<Group> {
    if describes_an_api(settings) {
        return Vec::new();
    }
    let clients = ClientIds::of(settings);
    let tellers = tellers(settings);
    let answers = answers(settings);
    let operations = operations(settings);
    let mut groups: BTreeMap<Vec<Segment>, Group> = BTreeMap::new();
    for entry in settings.entries() {
        let asked = match says(entry) {
            Says::Asks => Asked::ByName,
            Says::Nothing if entry.path.last().and_then(Segment::key).is_some_and(spells) => Asked::ByShape,
            _ => continue,
        };
        if entry.kind != Kind::String || is_declared(entry) || answers.contains(owner(entry)) {
            continue;
        }
        // What an operation needs its client need not ask for.
        if (0..entry.path.len()).any(|end| operations.contains(&entry.path[..end])) {
            continue;
        }
        let written = split(text, entry.span, Coding::Plain);
        if written.is_empty() {
            continue;
        }
        let place = match entry.path.last() {
            Some(Segment::Index(_)) => entry.parent().to_vec(),
            _ => entry.path.clone(),
        };
        let group = groups.entry(place).or_insert_with(|| Group {
            written: Vec::new(),
            context: Context::Config,
            name: None,
            asked,
            hints: entry.path.iter().rev().filter_map(Segment::key).map(str::to_owned).collect(),
            around: around(&tellers, entry),
            host: None,
            provider: None,
            client_id: clients.near(entry),
        });
        group.written.extend(written);
    }
    groups.into_values().collect()
}

/// The members that may tell whose object they stand in, by the object.
type Tellers<'s> = BTreeMap<&'s [Segment], Vec<&'s str>>;

fn tellers<'s>(settings: &'s Settings<'_>) -> Tellers<'s> {
    let mut tellers: Tellers<'s> = BTreeMap::new();
    for entry in settings.entries().iter().filter(|entry| entry.value.len() <= LONGEST_NAME) {
        let Some(Segment::Key(key)) = entry.path.last() else { continue };
        if TELLING.contains(&key.to_ascii_lowercase().as_str()) && tellers.len() < MOST_TELLERS {
            tellers.entry(entry.parent()).or_default().push(entry.value);
        }
    }
    tellers
}

/// What stands beside a setting and beside the objects around it, the nearest first.
fn around(tellers: &Tellers<'_>, entry: &Setting<'_>) -> Vec<String> {
    let ends = (0..entry.path.len()).rev().take(FARTHEST);
    ends.filter_map(|end| tellers.get(&entry.path[..end])).flatten().map(|&name| name.to_owned()).collect()
}

/// The object that a setting is a member of: for an item of a list the object that holds the list.
fn owner<'s>(entry: &'s Setting<'_>) -> &'s [Segment] {
    let parent = entry.parent();
    match entry.path.last() {
        Some(Segment::Index(_)) => parent.split_last().map_or(parent, |(_, rest)| rest),
        _ => parent,
    }
}

/// The objects that are answers of a provider.
fn answers<'s>(settings: &'s Settings<'_>) -> BTreeSet<&'s [Segment]> {
    let mut members: BTreeMap<&[Segment], Vec<&str>> = BTreeMap::new();
    for entry in settings.entries() {
        if let Some(Segment::Key(key)) = entry.path.last()
            && key.len() <= LONGEST_NAME
        {
            members.entry(entry.parent()).or_default().push(key);
        }
    }
    members.retain(|_, names| is_answer(names.iter().copied()));
    members.into_keys().collect()
}

/// The objects that describe one operation: a tool with its parameters, a route of an API with its method.
fn operations<'s>(settings: &'s Settings<'_>) -> BTreeSet<&'s [Segment]> {
    let mut objects: BTreeMap<&[Segment], Operation> = BTreeMap::new();
    for entry in settings.entries() {
        for (end, segment) in entry.path.iter().enumerate().take(DEEPEST_OPERATION) {
            if let Some(key) = segment.key().filter(|key| key.len() <= LONGEST_NAME) {
                objects.entry(&entry.path[..end]).or_default().note(key);
            }
        }
        // Who knows where to send its user is a client.
        if let Some(Segment::Key(key)) = entry.path.last()
            && CLIENT.contains(&bare(key).as_str())
        {
            for end in 0..entry.path.len().min(DEEPEST_OPERATION) {
                objects.entry(&entry.path[..end]).or_default().client = true;
            }
        }
    }
    objects.retain(|_, operation| operation.is_one());
    objects.into_keys().collect()
}

/// What the members of an object are for.
#[derive(Debug, Default)]
struct Operation {
    named: bool,
    takes: bool,
    runs: bool,
    routed: bool,
    client: bool,
}

impl Operation {
    fn note(&mut self, key: &str) {
        match bare(key).as_str() {
            "name" | "id" | "operationid" => self.named = true,
            "parameters" | "params" | "inputschema" | "arguments" | "input" | "inputs" => self.takes = true,
            "execution" | "handler" | "outputschema" | "returns" | "output" | "outputs" | "response" | "responses" => {
                self.runs = true;
            }
            "method" | "httpmethod" | "verb" => self.routed = true,
            "path" | "route" | "endpoint" => self.runs = true,
            _ => {}
        }
    }

    const fn is_one(&self) -> bool {
        !self.client && (self.named && self.takes && self.runs || self.routed && self.runs)
    }
}

/// Keys of a client that sends its users to be asked.
const CLIENT: [&str; 8] = [
    "clientid",
    "clientsecret",
    "authurl",
    "authorizeurl",
    "authorizationurl",
    "authorizationendpoint",
    "tokenurl",
    "redirecturi",
];

/// Operations lie no deeper.
const DEEPEST_OPERATION: usize = 8;

/// Whether the scope is one that an API of the writer's own offers.
fn is_declared(entry: &Setting<'_>) -> bool {
    let mut keys = entry.path.iter().filter_map(Segment::key);
    keys.next() == Some("resource") && keys.next().is_some_and(|kind| DECLARING.contains(&kind))
}

/// Resources of Terraform that describe an API and its scopes.
const DECLARING: [&str; 9] = [
    "auth0_resource_server",
    "auth0_resource_server_scope",
    "auth0_resource_server_scopes",
    "okta_auth_server_scope",
    "okta_auth_server_policy_rule",
    "aws_cognito_resource_server",
    "azuread_application_permission_scope",
    "keycloak_openid_client_scope",
    "zitadel_application_api",
];

/// What Terraform calls a delegated permission that is granted.
const GRANT: &str = "azuread_service_principal_delegated_permission_grant";

const LONGEST_NAME: usize = 60;
const MOST_TELLERS: usize = 5000;
const FARTHEST: usize = 4;

/// Whether the file tells of an API instead of using one: what it declares nobody asks for.
fn describes_an_api(settings: &Settings<'_>) -> bool {
    settings.entries().iter().any(|entry| match entry.path.as_slice() {
        [Segment::Key(key)] => matches!(&**key, "openapi" | "swagger" | "discoveryVersion" | "asyncapi"),
        _ => false,
    })
}

fn says(entry: &Setting<'_>) -> Says {
    let mut keys = entry.path.iter().rev().filter_map(Segment::key);
    let Some(key) = keys.next() else { return Says::Nothing };
    if key == "claim_values" && entry.path.iter().any(|segment| segment.key() == Some(GRANT)) {
        return Says::Asks;
    }
    match of_lead(key) {
        // `oauth_config.scopes.bot`
        Says::Nothing if PARTS.contains(&last(key).to_ascii_lowercase().as_str()) => {
            keys.next().map_or(Says::Nothing, of_lead)
        }
        says => says,
    }
}

const PARTS: [&str; 10] = [
    "bot",
    "user",
    "required",
    "optional",
    "default",
    "delegated",
    "application",
    "value",
    "additional",
    "bot_optional",
];
