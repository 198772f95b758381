//! What a name promises: `dbPassword` a password, `client_secret` a client's secret, `passwordField` nothing.

use super::Family;
use crate::detect::value::words::pieces;

/// What a name promises, and how firmly (see [`Candidate::strength`](super::Candidate::strength)).
#[must_use]
pub fn promise(name: &str) -> Option<(Family, u8)> {
    // `"src/token.rs": "57f2…"`: a file and its hash.
    if name.rsplit_once('.').is_some_and(|(_, end)| FILES.contains(&end)) {
        return None;
    }
    let mut words: Vec<String> = pieces(name).collect();
    // `password_default`, `TOKEN_DEV`: where the value is for, not what it is.
    while words.len() > 1 && words.last().is_some_and(|last| NEUTRAL.contains(&last.as_str())) {
        words.pop();
    }
    let (last, before) = words.split_last()?;
    if let Some(found) = by_last(last, before) {
        return Some(found);
    }
    // `passwordAdmin`, `token_bob`: some word before the last promises, and the last does not take it back.
    if words.len() < 2 || TAKES_BACK.contains(&last.as_str()) || ends_in_taking_back(last) {
        return None;
    }
    (1..words.len()).rev().find_map(|end| {
        let (word, before) = words[..end].split_last()?;
        let (family, strength) = by_last(word, before)?;
        let taken = words[end..].iter().any(|word| TAKES_BACK.contains(&word.as_str()));
        (strength > 0 && !taken).then_some((family, 1))
    })
}

fn by_last(last: &str, before: &[String]) -> Option<(Family, u8)> {
    let prior = before.last().map(String::as_str).unwrap_or_default();
    if PASSWORD.contains(&last)
        || ["password", "passwd", "passphrase", "passwort"].iter().any(|end| last.ends_with(end))
    {
        return (!TAKES_BACK_BEFORE.contains(&prior)).then_some((Family::Password, 2));
    }
    if SHORT_PASSWORD.contains(&last) {
        return Some((Family::Password, 2));
    }
    if last == "pw" || last == "pass" || last == "pwd" {
        return (!TAKES_BACK_BEFORE.contains(&prior))
            .then_some((Family::Password, if before.is_empty() { 1 } else { 2 }));
    }
    if last == "secret" || last.ends_with("secret") && last.len() <= 20 {
        // `existingSecret: app-keys`, `imagePullSecret`: the name of a secret of the cluster, not its value.
        if IN_CLUSTER.contains(&prior) {
            return None;
        }
        let client = before.iter().any(|word| CLIENT.contains(&word.as_str()))
            || CLIENT.iter().any(|word| last.starts_with(word));
        return Some((if client { Family::ClientSecret } else { Family::Secret }, 2));
    }
    if last == "token" || last.ends_with("token") && last.len() <= 20 {
        // `PublicKeyToken` names an assembly, `jsonwebtoken` a library.
        if last == "jsonwebtoken" || before.iter().any(|word| word == "public") {
            return None;
        }
        return (!["next", "page", "continuation", "csrf", "xsrf", "cancellation", "request", "idempotency", "sync"]
            .contains(&prior))
        .then_some((Family::Token, 2));
    }
    if last == "apikey" || last == "appkey" || last == "accesskey" || last == "authkey" {
        return Some((Family::ApiKey, 2));
    }
    if [
        "secretkey",
        "privatekey",
        "encryptionkey",
        "signingkey",
        "masterkey",
        "sharedkey",
        "cryptkey",
        "aeskey",
        "storagekey",
        "accountkey",
    ]
    .contains(&last)
    {
        return Some((Family::Secret, 2));
    }
    if last == "key" {
        if [
            "api",
            "access",
            "app",
            "account",
            "subscription",
            "consumer",
            "auth",
            "service",
            "rest",
            "license",
            "storage",
            "functions",
            "instrumentation",
            "developer",
            "partner",
            "integration",
            "routing",
            "ingest",
            "ingestion",
            "write",
            "activation",
            "registration",
            "admin",
        ]
        .contains(&prior)
        {
            return Some((Family::ApiKey, 2));
        }
        if before.iter().any(|word| word == "public" || word == "encrypted") {
            return None;
        }
        if SECRET_KEYS.contains(&prior) {
            return Some((Family::Secret, 2));
        }
        if NO_SECRET_KEYS.contains(&prior) {
            return None;
        }
        return Some((Family::ApiKey, 0));
    }
    if last == "auth" && prior == "bearer" {
        return Some((Family::Token, 2));
    }
    if ["credential", "credentials", "cred", "creds", "bearer"].contains(&last) {
        return Some((Family::Token, 1));
    }
    if last == "code" && ["auth", "authorization", "access", "recovery", "backup"].contains(&prior) {
        return Some((Family::Token, 1));
    }
    if ["authcode", "passkey"].contains(&last) {
        return Some((Family::Token, 1));
    }
    if ["auth", "nonce", "verifier", "salt", "cookie", "otp", "pin", "seed", "mnemonic"].contains(&last) {
        return Some((Family::Token, 0));
    }
    None
}

fn ends_in_taking_back(word: &str) -> bool {
    ["file", "name", "path", "url", "type", "field", "length", "hash"]
        .iter()
        .any(|end| word.len() > end.len() && word.ends_with(end))
}

const PASSWORD: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "pswd",
    "passw",
    "pword",
    "userpass",
    "dbpass",
    "kennwort",
    "senha",
];
/// Run together as people type them: not by their ends, `bypass` and `compass` have the same.
const SHORT_PASSWORD: &[&str] = &[
    "storepass",
    "keypass",
    "srcstorepass",
    "deststorepass",
    "sshpass",
    "passin",
    "passout",
    "rootpass",
    "adminpass",
    "ftppass",
    "smbpass",
    "sqlpass",
    "mysqlpass",
    "mailpass",
    "smtppass",
    "proxypass",
    "dbpwd",
    "userpwd",
    "rootpwd",
    "adminpwd",
    "mypwd",
    "dbpw",
    "rootpw",
    "userpw",
    "bindpw",
    "adminpw",
    "requirepass",
    "masterauth",
];
/// Words before `secret` that make it an object of Kubernetes.
const IN_CLUSTER: &[&str] = &["existing", "pull", "tls", "sealed", "external", "cluster", "kube", "k8s"];
const CLIENT: &[&str] = &["client", "consumer", "app", "oauth", "application"];
const SECRET_KEYS: &[&str] = &[
    "secret",
    "private",
    "encryption",
    "signing",
    "master",
    "shared",
    "crypt",
    "crypto",
    "aes",
    "hmac",
    "jwt",
    "session",
    "cookie",
    "deploy",
    "ssh",
    "webhook",
    "validation",
    "decryption",
    "machine",
    "security",
    "enc",
    "cipher",
    "symmetric",
    "root",
];
const NO_SECRET_KEYS: &[&str] = &[
    "public",
    "primary",
    "foreign",
    "cache",
    "sort",
    "partition",
    "hash",
    "map",
    "dict",
    "array",
    "row",
    "column",
    "index",
    "lookup",
    "config",
    "property",
    "setting",
    "translation",
    "i",
    "locale",
    "message",
    "object",
    "registry",
    "hot",
    "arrow",
    "shortcut",
    "access_",
    "enter",
    "escape",
    "shift",
    "ctrl",
    "alt",
    "on",
    "route",
    "sub",
    "host",
    "bucket",
    "unique",
    "group",
    "param",
];

/// Last words that say for what, not what.
const NEUTRAL: &[&str] = &[
    "default",
    "value",
    "val",
    "str",
    "string",
    "text",
    "plain",
    "plaintext",
    "new",
    "old",
    "dev",
    "prod",
    "production",
    "staging",
    "stage",
    "test",
    "live",
    "local",
    "qa",
    "uat",
    "demo",
    "base",
    "raw",
    "literal",
    "env",
    "data",
];
/// Words before the last that take the promise back.
const TAKES_BACK_BEFORE: &[&str] = &[
    "forgot",
    "reset",
    "change",
    "confirm",
    "by",
    "no",
    "has",
    "is",
    "with",
    "show",
    "hide",
    "bypass",
    "encrypted",
    "hashed",
];
/// Words after the promise that take it back.
const TAKES_BACK: &[&str] = &[
    "file",
    "files",
    "path",
    "paths",
    "url",
    "urls",
    "uri",
    "uris",
    "name",
    "names",
    "id",
    "ids",
    "type",
    "types",
    "field",
    "fields",
    "label",
    "labels",
    "length",
    "len",
    "size",
    "min",
    "max",
    "count",
    "regex",
    "pattern",
    "policy",
    "hint",
    "prompt",
    "error",
    "errors",
    "message",
    "messages",
    "msg",
    "title",
    "placeholder",
    "description",
    "desc",
    "button",
    "input",
    "form",
    "reset",
    "change",
    "update",
    "forgot",
    "forgotten",
    "required",
    "valid",
    "invalid",
    "validator",
    "validation",
    "expires",
    "expiry",
    "expiration",
    "ttl",
    "time",
    "timeout",
    "date",
    "at",
    "index",
    "idx",
    "format",
    "class",
    "header",
    "headers",
    "prefix",
    "suffix",
    "query",
    "column",
    "attr",
    "attribute",
    "property",
    "var",
    "variable",
    "ref",
    "reference",
    "version",
    "alg",
    "algorithm",
    "method",
    "provider",
    "store",
    "manager",
    "handler",
    "factory",
    "builder",
    "callback",
    "event",
    "action",
    "state",
    "status",
    "enabled",
    "disabled",
    "flag",
    "option",
    "options",
    "list",
    "set",
    "map",
    "array",
    "number",
    "arn",
    "location",
    "endpoint",
    "host",
    "port",
    "user",
    "username",
    "email",
    "icon",
    "page",
    "view",
    "hash",
    "hashed",
    "digest",
    "sha",
    "md",
    "bcrypt",
    "fingerprint",
    "thumbprint",
    "checksum",
    "alias",
    "code",
    "codes",
    "complexity",
    "requirements",
    "rules",
    "generator",
    "encoder",
    "service",
    "history",
    "encoding",
    "lifetime",
    "strength",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
    "contains",
    "icontains",
    "usage",
    "link",
    "source",
    "stdin",
    "fd",
    "cb",
    "cbarg",
    "cmd",
    "command",
];

/// What names of source files end in, where a property of an object is never called so.
const FILES: &[&str] = &[
    "rs",
    "c",
    "h",
    "cc",
    "cpp",
    "py",
    "js",
    "mjs",
    "ts",
    "tsx",
    "java",
    "rb",
    "php",
    "errordata",
    "md",
    "html",
    "css",
];

#[cfg(test)]
mod tests {
    use super::promise;
    use crate::detect::generic::Family;

    #[test]
    fn names_promise_what_they_say() {
        for (name, family, strength) in [
            ("password", Family::Password, 2),
            ("DB_PASSWORD", Family::Password, 2),
            ("spring.datasource.password", Family::Password, 2),
            ("dbSchemaPassword2", Family::Password, 2),
            ("passwordAdmin", Family::Password, 1),
            ("client_secret", Family::ClientSecret, 2),
            ("clientSecret", Family::ClientSecret, 2),
            ("SECRET_KEY", Family::Secret, 2),
            ("apiKey", Family::ApiKey, 2),
            ("X-API-Key", Family::ApiKey, 2),
            ("key", Family::ApiKey, 0),
            ("accessToken", Family::Token, 2),
            ("GITHUB_TOKEN_PROD", Family::Token, 2),
        ] {
            assert_eq!(promise(name), Some((family, strength)), "{name}");
        }
    }

    #[test]
    fn names_of_other_things_promise_nothing() {
        for name in [
            "monkey",
            "keyboard",
            "passwordField",
            "password_file",
            "token_url",
            "tokenizer",
            "publicKey",
            "primary_key",
            "compass",
            "secret_name",
            "max_tokens",
            "forgotPassword",
            "author",
            "bypass",
            "access_token_url",
            "keyword",
        ] {
            assert_eq!(promise(name), None, "{name}");
        }
    }
}
