//! A setting of a configuration file: `detect.settings` as written, and as valid.

use serde::Deserialize;

/// One setting, as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsEntry {}
