//! How probable it is that a candidate is a credential, with the reasons.

use super::kind::Kind;
use super::{Candidate, Context, Family};
use crate::detect::value::shape::Shape;
use crate::detect::value::words::explained;
use crate::detect::value::{Nature, nature};
use crate::finding::{Confidence, Persona};

/// What the judge says of a candidate.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// From 0 to 10.
    pub score: f32,
    /// How sure.
    pub confidence: Confidence,
    /// The calmest reader who should see it.
    pub persona: Persona,
    /// What the value is.
    pub nature: Nature,
}

/// Judges a candidate; `None` for what nobody should see.
#[must_use]
pub fn judge(candidate: &Candidate, value: &str, kind: Kind) -> Option<Verdict> {
    let nature = nature::of(value);
    let shape = Shape::of(value);
    let mut score: f32 = match nature {
        Nature::Odd => 5.0,
        Nature::Phrase => 4.0,
        Nature::Words if candidate.family == Family::Password && candidate.strength == 2 => 2.0,
        Nature::Words => 1.0,
        _ => return None,
    };
    score += f32::from(candidate.strength) - 1.0;
    if candidate.quoted {
        score += 0.5;
    }
    let (inside, letters) = explained(value);
    if candidate.family == Family::Password {
        if candidate.context == Context::Setter && nature != Nature::Odd {
            score -= 1.0;
        }
        if kind == Kind::Text && !candidate.quoted && shape.classes() < 2 {
            score -= 1.5;
        }
    } else {
        // Tokens and keys are random and long.
        if shape.length >= 16 && shape.digits > 0 && inside * 2 < letters.max(1) {
            score += 1.5;
        }
        if shape.length < 12 || shape.digits == 0 {
            score -= 2.0;
        }
        if nature == Nature::Phrase {
            score -= 1.5;
        }
    }
    let (confidence, persona) = match score {
        s if s >= 5.5 => (Confidence::High, Persona::Regular),
        s if s >= 4.5 => (Confidence::Medium, Persona::Regular),
        s if s >= 3.0 => (Confidence::Low, Persona::Pedantic),
        s if s >= 1.5 => (Confidence::Low, Persona::Auditor),
        _ => return None,
    };
    Some(Verdict { score, confidence, persona, nature })
}
