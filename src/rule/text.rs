//! A pattern in any text: `detect.text` as written, and as valid.

use serde::Deserialize;

use super::secret::Pattern;
use crate::yaml::At;

/// One pattern, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextEntry {
    /// A regex; its group `mark` is what is pointed at, else the whole match is. A group `subject` names the fault; a
    /// group `key` is a literal that must be a key, and is hidden.
    pub pattern: At<String>,
    /// A regex of which a match must stand within `lines` lines.
    pub near: Option<At<String>>,
    /// How many lines away at most; default 10.
    pub lines: Option<At<u32>>,
    /// Only in languages that no parser here reads, where neither `code` nor `settings` can look.
    #[serde(default)]
    pub unparsed: bool,
}

/// One pattern.
#[derive(Debug)]
pub struct TextForm {
    /// What is looked for.
    pub pattern: Pattern,
    /// What must stand nearby, and within how many lines.
    pub near: Option<(Pattern, u32)>,
    /// Only in languages that no parser here reads.
    pub unparsed: bool,
}
