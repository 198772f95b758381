//! A shape of source code: `detect.code` as written, and as valid.

use serde::Deserialize;

/// One shape of source code, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeEntry {}
