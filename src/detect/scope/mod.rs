//! The words of scope requests: scopes that stand together, and how plainly they are asked for.

mod around;
mod code;
mod constant;
mod demand;
mod flag;
mod frame;
mod guard;
mod import;
mod lex;
mod likeness;
pub mod look;
mod manifest;
mod name;
mod object;
mod odd;
mod permission_id;
mod prefix;
mod prose;
mod setting;
pub mod share;
mod site;
mod style;
mod token;
mod unspecified;
mod url;
mod vendor;
mod vocabulary;
mod whose;

use self::token::Written;
use crate::fact::Context;
use crate::scope::ProviderId;

/// Scopes that stand together: the items of one list, the parts of one string.
#[derive(Clone, Debug)]
struct Group {
    /// The scopes in the order in which they stand.
    written: Vec<Written>,
    /// In what they stand.
    context: Context,
    /// The constant that holds them, where it has a name that others may use.
    name: Option<Name>,
    /// How plainly they are asked for.
    asked: Asked,
    /// Names around them that may tell whose scopes they are: keys, variables, calls, hosts; the nearest first.
    hints: Vec<String>,
    /// Names farther out: siblings, what stands before, what encloses the list.
    around: Vec<String>,
    /// The host of the URL that asks for them.
    host: Option<String>,
    /// Whose scopes they are, where the kind of file says so.
    provider: Option<ProviderId>,
    /// The client id beside them.
    client_id: Option<String>,
}

/// The name of a constant.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Name {
    /// The object or class that it is a member of.
    owner: Option<String>,
    name: String,
}

/// How plainly scopes are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    /// Not at all here: a constant holds them, and others may ask for it.
    Offered,
    /// Only their shape says that they are scopes.
    ByShape,
    /// A name says that they are scopes.
    ByName,
    /// Another place of the file asks for them by the name that they are given.
    ByReference,
    /// A provider reads them from here: a query parameter of its URL, its manifest.
    Plainly,
}
