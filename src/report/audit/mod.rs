//! The door of the audit's artefacts, one file each. Everything in them is a pure function of snapshots.

pub mod canonical;
mod chart;
mod controls;
pub mod difference;
pub mod entitlements;
mod heat;
pub mod markdown;
pub mod organisation;
pub mod page;
pub mod remediation;
mod tiles;
