//! What stands in a token: claims that lack, that tell too much, that change.

use crate::rule::code::bare;
use crate::syntax::language::Language;
use crate::syntax::tree::{Code, Kind, NodeId, Slot};
use crate::syntax::value::Value;

/// Whether a payload surely lacks a claim, in every spelling of it.
///
/// An object with an unknown spread may hold anything; and what the function sets elsewhere counts as set.
#[must_use]
pub fn lacks(code: &Code<'_>, payload: NodeId, call: NodeId, claims: &[String]) -> bool {
    let object = code.resolve(payload);
    if !is_object(code, object) || has_unknown_spread(code, object) {
        return false;
    }
    if code.members(object).iter().any(|entry| claims.iter().any(|claim| claim == entry.key)) {
        return false;
    }
    // Nobody can put more into an object that has no name.
    let inline = object == payload
        && matches!(
            code.language(),
            Language::JavaScript
                | Language::TypeScript
                | Language::Tsx
                | Language::Python
                | Language::Php
                | Language::Ruby
        );
    inline || !mentions(code, call, claims)
}

/// Whether the function around a node names a claim at all: `payload.exp = ...`, `claims["exp"]`, `update({"exp": ...})`.
#[must_use]
pub fn mentions(code: &Code<'_>, node: NodeId, claims: &[String]) -> bool {
    let scope = code.function_of(node).or_else(|| code.class_of(node));
    if !code.spend(scope.map_or_else(|| code.size(code.root()), |scope| code.size(scope))) {
        return true;
    }
    let wanted = |id: NodeId| {
        let named = matches!(code.kind(id), Kind::Assign | Kind::Pair | Kind::String | Kind::Member)
            && claims.iter().any(|claim| claim == code.mark(id));
        named && !code.holds(id, node)
    };
    match scope {
        Some(scope) => code.below(scope).any(wanted),
        None => code.all().any(wanted),
    }
}

fn is_object(code: &Code<'_>, id: NodeId) -> bool {
    match code.kind(id) {
        Kind::Object => true,
        Kind::Call => code.child(id, Slot::Init).is_some() || !code.members(id).is_empty(),
        Kind::Unary => code.children(id).next().is_some_and(|inner| is_object(code, inner)),
        _ => false,
    }
}

fn has_unknown_spread(code: &Code<'_>, object: NodeId) -> bool {
    code.below(object).any(|id| {
        code.kind(id) == Kind::Spread
            && code.children(id).all(|inner| !is_object(code, code.resolve(inner)))
            && code.parent(id).is_some_and(|parent| code.kind(parent) == Kind::Object)
    })
}

/// The first claim that should not be readable to everybody who holds the token.
#[must_use]
pub fn sensitive(code: &Code<'_>, payload: NodeId) -> Option<(NodeId, String)> {
    sensitive_at(code, payload, 0).or_else(|| sensitive_later(code, payload))
}

/// What is put into a payload after it is made: `payload["password"] = …`, `claims.ssn = …`.
fn sensitive_later(code: &Code<'_>, payload: NodeId) -> Option<(NodeId, String)> {
    if code.kind(payload) != Kind::Name {
        return None;
    }
    let scope = code.function_of(payload).unwrap_or(code.root());
    if !code.spend(code.size(scope)) {
        return None;
    }
    code.below(scope).find_map(|id| {
        let target = (code.kind(id) == Kind::Assign).then(|| code.child(id, Slot::Target)).flatten()?;
        let of = code.child(target, Slot::Of)?;
        (code.mark(of) == code.mark(payload) && is_sensitive(code.mark(id))).then(|| (id, code.mark(id).to_owned()))
    })
}

fn sensitive_at(code: &Code<'_>, payload: NodeId, depth: usize) -> Option<(NodeId, String)> {
    // Objects may hold each other.
    if depth > 6 || !code.spend(1) {
        return None;
    }
    let entries = code.members(payload);
    for entry in &entries {
        if is_sensitive(entry.key) {
            return Some((entry.node, entry.key.to_owned()));
        }
        let value = code.resolve(entry.value);
        if code.kind(value) == Kind::Object
            && let Some(found) = sensitive_at(code, value, depth + 1)
        {
            return Some(found);
        }
        let name = match code.kind(entry.value) {
            Kind::Name | Kind::Member => code.mark(entry.value),
            Kind::Call => code.method(entry.value),
            _ => "",
        };
        if is_sensitive(name) {
            return Some((entry.node, name.to_owned()));
        }
    }
    None
}

/// Whether a claim's name speaks of secret or personal data.
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    let name = bare(name);
    let name = name.strip_prefix("get").unwrap_or(&name);
    SENSITIVE.contains(&name) || ["password", "creditcard", "passphrase"].iter().any(|word| name.ends_with(word))
}

const SENSITIVE: [&str; 40] = [
    "password",
    "passwd",
    "pwd",
    "passwordhash",
    "hashedpassword",
    "hash",
    "passphrase",
    "ssn",
    "socialsecurity",
    "socialsecuritynumber",
    "creditcard",
    "creditcardnumber",
    "cardnumber",
    "ccnumber",
    "cvv",
    "cvc",
    "iban",
    "bankaccount",
    "accountnumber",
    "pin",
    "secret",
    "clientsecret",
    "apikey",
    "accesstoken",
    "refreshtoken",
    "privatekey",
    "totpsecret",
    "mfasecret",
    "otp",
    "dob",
    "dateofbirth",
    "birthdate",
    "passport",
    "passportnumber",
    "taxid",
    "nationalid",
    "phonenumber",
    "phone",
    "salary",
    "diagnosis",
];

/// Whether an expression is an address of electronic mail by its name or its text.
#[must_use]
pub fn is_email(code: &Code<'_>, id: NodeId) -> bool {
    let named = |name: &str| {
        let name = bare(name);
        matches!(
            name.as_str(),
            "email" | "getemail" | "useremail" | "emailaddress" | "mail" | "getusermail" | "emailid"
        ) || name.ends_with("email")
    };
    match code.kind(id) {
        Kind::Name | Kind::Member => named(code.mark(id)),
        Kind::Index => code.child(id, Slot::Key).is_some_and(|key| named(code.mark(key))),
        Kind::Call => {
            let passes = [
                "str",
                "String",
                "to_s",
                "lower",
                "toLowerCase",
                "toString",
                "get",
                "fetch",
                "clone",
                "to_owned",
                "to_string",
                "into",
                "to_lowercase",
                "downcase",
                "trim",
                "strip",
                "as_str",
                "ToLower",
                "ToString",
            ];
            named(code.method(id))
                || passes.contains(&code.method(id))
                    && (code.receiver(id).is_some_and(|of| is_email(code, of))
                        || code.arguments(id).iter().any(|argument| is_email(code, argument.value)))
        }
        Kind::String => {
            matches!(code.value(id), Value::Text(text) if text.whole && is_address(&text.text))
                || named(code.mark(id)) && code.node(id).slot == Slot::Argument
        }
        _ => false,
    }
}

fn is_address(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains([' ', '/', ':']))
}

/// Whether a payload is a whole user or row: `sign(user)`, `{ ...user }`, `user.toJSON()`, `model_to_dict(user)`.
#[must_use]
pub fn whole(code: &Code<'_>, payload: NodeId) -> Option<NodeId> {
    whole_at(code, payload, 0)
}

fn whole_at(code: &Code<'_>, id: NodeId, depth: usize) -> Option<NodeId> {
    if depth > 6 || !code.spend(1) {
        return None;
    }
    match code.kind(id) {
        Kind::Name => {
            let resolved = code.resolve(id);
            if is_object(code, resolved) {
                return whole_at(code, resolved, depth + 1);
            }
            is_row(code.mark(id)).then_some(id)
        }
        Kind::Call => {
            let method = code.method(id);
            let dumps = [
                "toJSON",
                "toObject",
                "toArray",
                "model_to_dict",
                "to_dict",
                "as_json",
                "attributes",
                "dict",
                "model_dump",
                "asdict",
                "vars",
                "get_object_vars",
                "serializable_hash",
            ];
            if !dumps.contains(&method) {
                return None;
            }
            let arguments = code.arguments(id);
            let mut of = code.receiver(id).into_iter().chain(arguments.iter().map(|one| one.value));
            of.any(|of| matches!(code.kind(of), Kind::Name | Kind::Member) && is_row(code.mark(of))).then_some(id)
        }
        Kind::Member => {
            let of = code.child(id, Slot::Of)?;
            let dumps =
                matches!(code.mark(id), "__dict__" | "attributes" | "as_json" | "toJSON" | "_doc" | "dataValues");
            (dumps && is_row(code.mark(of))).then_some(id)
        }
        Kind::Object => code.children(id).find_map(|child| match code.kind(child) {
            Kind::Spread => {
                let inner = code.children(child).next()?;
                whole_at(code, inner, depth + 1).map(|_| child)
            }
            Kind::Name => is_row(code.mark(child)).then_some(child),
            Kind::Pair => {
                let value = code.child(child, Slot::Value)?;
                (code.kind(value) == Kind::Name && is_row(code.mark(value)) && is_row(code.mark(child)))
                    .then_some(child)
            }
            _ => None,
        }),
        _ => None,
    }
}

fn is_row(name: &str) -> bool {
    matches!(
        bare(name).as_str(),
        "user"
            | "account"
            | "customer"
            | "member"
            | "profile"
            | "person"
            | "employee"
            | "founduser"
            | "dbuser"
            | "currentuser"
            | "newuser"
            | "usermodel"
            | "existinguser"
            | "admin"
    )
}
