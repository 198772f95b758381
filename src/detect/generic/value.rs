//! How probable it is that a candidate is a credential, with the reasons.

use super::feature::{Surroundings, row};
use super::{Candidate, Family, model, web_token};
use crate::detect::value::{Nature, nature, placeholder};
use crate::finding::{Confidence, Persona};

/// What the judge says of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// How sure.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// Why, in words.
    pub why: String,
}

/// Judges a candidate; `None` for what nobody should see.
#[must_use]
pub fn judge(candidate: &Candidate, value: &str, around: &Surroundings<'_>) -> Option<Verdict> {
    if candidate.family == Family::WebToken {
        let (persona, confidence, why) = web_token::grade(value);
        return Some(Verdict { confidence, persona, why: format!("the token decodes; {why}") });
    }
    if placeholder::reason(value).is_some() {
        return None;
    }
    let nature = nature::of(value);
    if matches!(nature, Nature::Short | Nature::Placeholder | Nature::Reference | Nature::Code) {
        return None;
    }
    let score = model::score(&row(candidate, value, around));
    let (confidence, persona) = match score {
        s if s >= SURE => (Confidence::High, Persona::Regular),
        s if s >= LIKELY => (Confidence::Medium, Persona::Regular),
        s if s >= DOUBTFUL => (Confidence::Low, Persona::Pedantic),
        s if s >= FAINT => (Confidence::Low, Persona::Auditor),
        _ => return None,
    };
    Some(Verdict { confidence, persona, why: format!("the value is {}, score {score:.2}", nature.word()) })
}

const SURE: f32 = 0.8;
const LIKELY: f32 = 0.5;
const DOUBTFUL: f32 = 0.25;
const FAINT: f32 = 0.05;
