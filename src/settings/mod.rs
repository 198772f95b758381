//! Configuration files of every format as one list of settings: key path, value, place.
//!
//! ```
//! use overscope::settings::Settings;
//! use overscope::text::SourceText;
//!
//! let text = SourceText::new("jwt:\n  algorithm: RS256 # pinned\n");
//! let settings = Settings::read(&text, "config/app.yml".into()).expect("this is YAML");
//! assert_eq!(settings.entries()[0].name(), "jwt.algorithm");
//! assert_eq!(settings.entries()[0].value, "RS256");
//! ```
//!
//! The readers are tolerant: templates stand as text, and of a broken file what can be read is read.

pub mod entry;
mod flow;
pub mod format;
mod lines;
pub mod notebook;
mod pairs;
mod toml;
mod xml;
mod yaml;

use camino::Utf8Path;

use self::entry::{Collector, Setting};
use self::format::Format;
use crate::text::SourceText;

/// The settings of one file, in the order in which their values stand.
#[derive(Clone, Debug)]
pub struct Settings<'t> {
    format: Format,
    entries: Vec<Setting<'t>>,
}

impl<'t> Settings<'t> {
    /// Reads a file by the format that its name tells; `None` for what is no configuration file.
    #[must_use]
    pub fn read(text: &'t SourceText, path: &Utf8Path) -> Option<Self> {
        let format = Format::of(path, text.as_str())?;
        Some(Self::of(text.as_str(), format))
    }

    /// Reads a text of a known format.
    #[must_use]
    pub fn of(text: &'t str, format: Format) -> Self {
        let mut entries = read(text, format, 0, text.len(), Vec::new());
        pairs::resolve(&mut entries);
        embedded(text, &mut entries);
        entries.sort_by_key(|entry| (entry.span.start, entry.span.end));
        Self { format, entries }
    }

    /// Settings that were found by other means than reading a file.
    #[must_use]
    pub const fn made_of(entries: Vec<Setting<'t>>) -> Self {
        Self { format: Format::Json, entries }
    }

    /// In what format they were written.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The settings, in the order in which their values stand.
    #[must_use]
    pub fn entries(&self) -> &[Setting<'t>] {
        &self.entries
    }
}

/// Reads `text[start..end]`; spans are of the whole text.
fn read<'t>(text: &'t str, format: Format, start: usize, end: usize, base: Vec<entry::Segment>) -> Vec<Setting<'t>> {
    let mut into = Collector::new(text, base);
    match format {
        Format::Json | Format::Hocon | Format::Hcl => flow::read(&mut into, start, end, format),
        Format::Yaml => yaml::read(&mut into, start, end),
        Format::Toml => toml::read(&mut into, start, end),
        Format::Env => lines::env(&mut into, start, end),
        Format::Properties => lines::properties(&mut into, start, end),
        Format::Ini => lines::ini(&mut into, start, end),
        Format::Docker => lines::docker(&mut into, start, end),
        Format::Apache => lines::apache(&mut into, start, end),
        Format::Xml => xml::read(&mut into, start, end),
    }
    into.finish()
}

/// Files inside a value: `application.properties: |` of a Kubernetes config map.
fn embedded<'t>(text: &'t str, entries: &mut Vec<Setting<'t>>) {
    let mut found = Vec::new();
    for entry in entries.iter().filter(|entry| entry.value.contains(['\n', '{'])) {
        let Some(key) = entry.key() else { continue };
        // Only keys that are file names; a block scalar under any other key is prose or a script.
        if !key.contains('.') {
            continue;
        }
        let told = || Format::of(Utf8Path::new(key), entry.value);
        let Some(format) = is_yaml(key, entry.value).then_some(Format::Yaml).or_else(told) else { continue };
        let range = entry.span.range();
        // The first line is indented as the others are.
        let start = text[..range.start].trim_end_matches([' ', '\t']).len();
        found.extend(read(text, format, start, range.end, entry.path.clone()));
    }
    pairs::resolve(&mut found);
    entries.append(&mut found);
}

/// Whether a value is YAML under a key that only says that it configures something: Argo CD's `oidc.config: |`.
fn is_yaml(key: &str, value: &str) -> bool {
    let is_key = |line: &str| {
        let name = line.split(':').next().unwrap_or_default();
        line.contains(':')
            && !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
    };
    key.ends_with(".config")
        && value.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| is_key(line.trim()))
}

#[cfg(test)]
mod tests;
