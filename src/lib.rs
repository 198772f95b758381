//! overscope: hardcoded secrets, OAuth scopes and JWT set-up, judged against one policy.
//!
//! Text comes in, detectors see facts, the judge holds the facts against the policy, a reporter tells it. The rooms and
//! their floors are described in `docs/design.md`; `tests/layers.rs` keeps them.

pub mod audit;
pub mod cli;
pub mod commits;
pub mod detect;
pub mod fact;
pub mod finding;
pub mod judge;
pub mod line_hash;
pub mod mistake;
pub mod origin;
pub mod policy;
pub mod report;
pub mod rule;
pub mod scan;
pub mod scope;
pub mod secret;
pub mod selftest;
pub mod settings;
pub mod source;
pub mod span;
pub mod syntax;
pub mod text;
pub mod yaml;
