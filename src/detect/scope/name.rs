//! What names say: that scopes are asked for, listed, or checked.

/// What a name says about the values given to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    /// Nothing about scopes.
    Nothing,
    /// Nothing; the name only wraps its values: `list(`, `" ".join(`.
    Wraps,
    /// Something is looked up or compared with the values.
    Looks,
    /// These are scopes that are asked for.
    Asks,
    /// These are the scopes that exist or are offered.
    Lists,
    /// A scope is demanded of others, compared, or taken away.
    Checks,
}

/// What the name of a variable, a key or an argument says.
pub(super) fn of_lead(path: &str) -> Says {
    let name = last(path);
    // Most names are none of scopes, and are not worth being taken apart.
    if !may_be_scope(name) {
        return Says::Nothing;
    }
    let words = words(name);
    if !is_scope(name, &words) {
        return Says::Nothing;
    }
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // `X-OAuth-Scopes` is a header of an answer.
    if words.first().is_some_and(|first| first == "x") {
        return Says::Checks;
    }
    // `SCOPES_BY_ENDPOINT` says what each needs.
    if has(&LISTING) || has(&["by", "for", "per", "to"]) && has(&OPERATIONS) {
        return Says::Lists;
    }
    // `required_scope` is one that somebody must have been granted; who asks for several may call them required.
    if has(&CHECKING) || has(&["scope"]) && has(&["required", "needed", "require"]) {
        return Says::Checks;
    }
    Says::Asks
}

/// What the name of something that is called or built says.
pub(super) fn of_callee(path: &str) -> Says {
    let name = last(path);
    let lower = name.to_ascii_lowercase();
    if TESTS.iter().any(|test| lower.starts_with(test)) {
        return Says::Checks;
    }
    if BLOCKS.contains(&lower.as_str()) {
        return Says::Checks;
    }
    if may_be_scope(name) {
        let words = words(name);
        let first = words.first().map_or("", String::as_str);
        if is_scope(name, &words) {
            let tells = |word: &String| LISTING.contains(&word.as_str()) || CHECKING.contains(&word.as_str());
            if DEMANDS.contains(&first) || words.iter().any(tells) {
                return Says::Checks;
            }
            return Says::Asks;
        }
    }
    // `scopes.push(…)`
    let owner = path.len().checked_sub(name.len()).map_or("", |end| trim_joint(path.get(..end).unwrap_or_default()));
    let owner = last(owner);
    if may_be_scope(owner) && is_scope(owner, &words(owner)) {
        if LOOKS.contains(&lower.as_str()) {
            return Says::Checks;
        }
        return Says::Asks;
    }
    if DEMANDING_CALLS.contains(&lower.as_str()) {
        return Says::Checks;
    }
    // `os.environ.get("SCOPES", "…")`, `config("scopes", "…")`
    if ENVIRONMENT.contains(&lower.as_str()) || ENVIRONMENT.contains(&owner.to_ascii_lowercase().as_str()) {
        return Says::Wraps;
    }
    if LOOKS.contains(&lower.as_str()) || matches!(path, "any" | "all") {
        return Says::Looks;
    }
    if WRAPPING.contains(&lower.as_str()) {
        return Says::Wraps;
    }
    Says::Nothing
}

/// Whether a name is one for the spelling of scopes: `SCOPE_NAME`, `scopeKey`. What stands there asks where its shape
/// proves it.
pub(super) fn spells(path: &str) -> bool {
    let name = last(path);
    let words = if may_be_scope(name) { words(name) } else { return false };
    words.last().is_some_and(|last| matches!(last.as_str(), "name" | "names" | "key"))
        && words.iter().any(|word| matches!(word.as_str(), "scope" | "scopes"))
}

/// Whether a name says that its values are listed for what they are: `HIGH_RISK_PERMISSIONS`.
pub(super) fn lists(name: &str) -> bool {
    has_word(last(name), &LISTING)
}

/// Whether something that is called demands of a caller what it is given: `RequireClaim("scope", "…")`.
pub(super) fn is_demand(path: &str) -> bool {
    let name = last(path);
    let lower = name.to_ascii_lowercase();
    parts(name).next().is_some_and(|first| DEMANDS.iter().any(|word| word.eq_ignore_ascii_case(first)))
        || TESTS.iter().any(|test| lower.starts_with(test))
        || DEMANDING_CALLS.contains(&lower.as_str())
}

/// The last name of a path: `scopes` of `$this->scopes`, `cfg.oauth.scopes`, `Foo::scopes`.
pub(super) fn last(path: &str) -> &str {
    let joint = |byte: u8| matches!(byte, b'.' | b'>' | b':' | b'\\' | b'/');
    let from = path.bytes().rposition(joint).map_or(0, |at| at + 1);
    path[from..].trim_matches(['$', '@', '*', '&', '?', '!', '-', ' '])
}

fn trim_joint(path: &str) -> &str {
    path.trim_end_matches(['.', '-', '>', ':', '?', '!', '\\'])
}

/// The words of a name in lower case: `gmailReadScopes` is `gmail`, `read`, `scopes`.
pub(super) fn words(name: &str) -> Vec<String> {
    parts(name).map(str::to_ascii_lowercase).collect()
}

/// Whether one of the words of a name stands in a list of lower-case words.
pub(super) fn has_word(name: &str, list: &[&str]) -> bool {
    parts(name).any(|part| list.iter().any(|word| word.eq_ignore_ascii_case(part)))
}

/// The words of a name as they are written.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let end = name.char_indices().nth(LONGEST_NAME).map_or(name.len(), |(at, _)| at);
    let bytes = &name.as_bytes()[..end];
    let mut at = 0;
    std::iter::from_fn(move || {
        while !bytes.get(at)?.is_ascii_alphanumeric() {
            at += 1;
        }
        let start = at;
        at += 1;
        while let Some(byte) = bytes.get(at)
            && byte.is_ascii_alphanumeric()
            && !(byte.is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase())
        {
            at += 1;
        }
        Some(&name[start..at])
    })
}

/// Whether a name holds what every name of scopes holds.
fn may_be_scope(name: &str) -> bool {
    name.as_bytes().windows(2).any(|pair| pair[0] | 0x20 == b's' && pair[1] | 0x20 == b'c')
}

fn is_scope(name: &str, words: &[String]) -> bool {
    let whole = words.iter().any(|word| {
        matches!(word.as_str(), "scope" | "scopes" | "oauthscope" | "oauthscopes" | "authscopes" | "scp")
            || word.ends_with("scopes")
            || word.ends_with("scope") && !word.ends_with("telescope") && !word.ends_with("microscope")
    });
    whole && !words.last().is_some_and(|last| ABOUT.contains(&last.as_str())) && name.len() <= LONGEST_NAME
}

const LONGEST_NAME: usize = 80;

/// Words after `scope` that make it something else: `scope_id`, `scopeManager`.
const ABOUT: [&str; 22] = [
    "id",
    "ids",
    "name",
    "type",
    "types",
    "manager",
    "key",
    "separator",
    "delimiter",
    "sep",
    "regex",
    "pattern",
    "error",
    "count",
    "level",
    "description",
    "descriptions",
    "desc",
    "label",
    "labels",
    "title",
    "map",
];
/// Words that say the list is one of what exists.
const LISTING: [&str; 35] = [
    "order",
    "rank",
    "tiers",
    "fields",
    "available",
    "supported",
    "valid",
    "known",
    "possible",
    "allowed",
    "options",
    "choices",
    "enum",
    "registry",
    "catalog",
    "catalogue",
    "vocabulary",
    "existing",
    "standard",
    "definitions",
    "definition",
    "labels",
    "aliases",
    "mapping",
    "reference",
    "reserved",
    "sensitive",
    "restricted",
    "blocked",
    "risk",
    "risky",
    "dangerous",
    "privileged",
    "critical",
    "hierarchy",
];
/// What a list that is parted by them holds for each.
const OPERATIONS: [&str; 14] = [
    "operation",
    "operations",
    "endpoint",
    "endpoints",
    "route",
    "routes",
    "method",
    "methods",
    "action",
    "actions",
    "tool",
    "tools",
    "command",
    "commands",
];
/// Calls that open a scope of another kind: of a log, of services, of an error report.
const BLOCKS: [&str; 12] = [
    "beginscope",
    "createscope",
    "createasyncscope",
    "withscope",
    "configurescope",
    "pushscope",
    "popscope",
    "enterscope",
    "exitscope",
    "runinscope",
    "usescope",
    "newscope",
];
/// Words that say scopes are wanted of somebody else, or given back by him.
const CHECKING: [&str; 9] =
    ["granted", "missing", "expected", "invalid", "denied", "forbidden", "deprecated", "removed", "unknown"];
/// First words of calls that demand scopes of a caller.
const DEMANDS: [&str; 20] = [
    "has", "have", "is", "require", "requires", "required", "check", "verify", "validate", "assert", "expect", "need",
    "needs", "ensure", "contains", "includes", "missing", "remove", "revoke", "check",
];
/// Calls that look something up in scopes.
const LOOKS: [&str; 35] = [
    "intersection",
    "intersect",
    "difference",
    "issuperset",
    "isdisjoint",
    "containsany",
    "includes",
    "contains",
    "has",
    "indexof",
    "some",
    "every",
    "filter",
    "find",
    "remove",
    "delete",
    "startswith",
    "endswith",
    "match",
    "matches",
    "test",
    "equals",
    "equal",
    "eq",
    "is",
    "include?",
    "contain",
    "issubset",
    "containsall",
    "hasscope",
    "startwith",
    "in_array",
    "get",
    "pop",
    "index",
];
/// Calls and annotations that guard a resource.
const DEMANDING_CALLS: [&str; 16] = [
    "security",
    "hasauthority",
    "hasanyauthority",
    "preauthorize",
    "authorize!",
    "guard",
    "claimincludes",
    "claimequals",
    "haspermission",
    "requirepermission",
    "requirepermissions",
    "permissions_required",
    "permission_required",
    "can",
    "protect",
    "requires_auth",
];
/// Where settings come from, with what holds where there is none.
const ENVIRONMENT: [&str; 14] = [
    "getenv",
    "env",
    "environ",
    "getproperty",
    "getordefault",
    "getorelse",
    "config",
    "settings",
    "default",
    "coalesce",
    "fallback",
    "ifempty",
    "optional",
    "cfg",
];
/// Beginnings of calls that assert something in a test.
const TESTS: [&str; 9] = ["assert", "expect", "tobe", "toequal", "tocontain", "tohave", "tomatch", "should", "verify"];
/// Calls and types that only wrap their values.
const WRAPPING: [&str; 61] = [
    "freeze",
    "deepfreeze",
    "readonly",
    "join",
    "implode",
    "list",
    "set",
    "tuple",
    "frozenset",
    "array",
    "aslist",
    "of",
    "singletonlist",
    "singleton",
    "listof",
    "setof",
    "arrayof",
    "mutablelistof",
    "vec",
    "new",
    "from",
    "hashset",
    "arraylist",
    "string",
    "to_string",
    "str",
    "encodeuricomponent",
    "encodeuri",
    "escape",
    "urlencode",
    "rawurlencode",
    "quote",
    "quote_plus",
    "concat",
    "unique",
    "uniq",
    "sorted",
    "reversed",
    "format",
    "sprintf",
    "some",
    "ok",
    "collect",
    "stringset",
    "split",
    "explode",
    "copyof",
    "newset",
    "toset",
    "linkedhashset",
    "treeset",
    "unmodifiablelist",
    "unmodifiableset",
    "ienumerable",
    "hashset_of",
    "sorted",
    "createlist",
    "object",
    "pointer",
    "trim",
    "text",
];

#[cfg(test)]
mod tests {
    use super::{Says, last, of_callee, of_lead, words};

    #[test]
    fn a_name_behind_odd_spaces_is_read() {
        let _ = of_callee("\u{a0}$");
        let _ = of_callee("\u{a0}\u{a0}scopes$");
    }

    #[test]
    fn a_name_is_read_by_its_words() {
        assert_eq!(words("gmailReadScopes"), ["gmail", "read", "scopes"]);
        assert_eq!(words("$OAUTH_SCOPE"), ["oauth", "scope"]);
        assert_eq!(last("$this->scopes"), "scopes");
        assert_eq!(last("Foo::SCOPES"), "SCOPES");
    }

    #[test]
    fn names_say_whether_scopes_are_asked_for() {
        for (name, says) in [
            ("scope", Says::Asks),
            ("self.SCOPES", Says::Asks),
            ("requiredScopes", Says::Asks),
            ("user_scope", Says::Asks),
            ("oauthScopes", Says::Asks),
            ("AVAILABLE_SCOPES", Says::Lists),
            ("scopes_supported", Says::Lists),
            ("granted_scopes", Says::Checks),
            ("SCOPE_FIELDS", Says::Lists),
            ("scopeId", Says::Nothing),
            ("telescope", Says::Nothing),
            ("url", Says::Nothing),
        ] {
            assert_eq!(of_lead(name), says, "{name}");
        }
    }

    #[test]
    fn calls_say_whether_they_ask_wrap_or_check() {
        for (name, says) in [
            ("addScope", Says::Asks),
            ("scopes.push", Says::Asks),
            ("builder.setScopes", Says::Asks),
            ("Arrays.asList", Says::Wraps),
            ("vec", Says::Wraps),
            ("hasScope", Says::Checks),
            ("pushMissingScopes", Says::Checks),
            ("Object.freeze", Says::Wraps),
            ("scopes.includes", Says::Checks),
            ("requireScopes", Says::Checks),
            ("assertEquals", Says::Checks),
            ("gspread.authorize", Says::Nothing),
        ] {
            assert_eq!(of_callee(name), says, "{name}");
        }
    }
}
