//! What a policy says of tokens, signatures, flows and reviews, for the whole file or for one integration.

use jiff::civil::Date;

use crate::yaml::At;

/// How long tokens live.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    /// Seconds.
    pub access_max: Option<At<Duration>>,
    /// Seconds.
    pub refresh_max_age: Option<At<Duration>>,
    /// `required`, `provider-manual` or `none`.
    pub refresh_rotation: Option<At<String>>,
    /// Seconds.
    pub grant_code_max: Option<At<Duration>>,
    /// Where they may be kept.
    pub storage: Vec<At<String>>,
}

/// A duration as written and in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    /// As written: `PT1H`.
    pub text: String,
    /// In seconds.
    pub seconds: u64,
}

/// How tokens are signed and checked.
#[derive(Clone, Debug, Default)]
pub struct Jwt {
    /// The only algorithms that may be used; `None` where the policy does not say.
    pub allow_alg: Option<At<Vec<At<String>>>>,
    /// Algorithms that may not.
    pub deny_alg: Vec<At<String>>,
    /// `deny`, `single-service` or `allow`.
    pub symmetric: Option<At<String>>,
    /// Claims that every token must carry.
    pub require_claims: Vec<At<String>>,
    /// The longest life.
    pub max_lifetime: Option<At<Duration>>,
    /// The longest life of a client assertion.
    pub assertion_max: Option<At<Duration>>,
    /// Whether keys must come from a key set.
    pub require_jwks: Option<At<bool>>,
    /// The shortest RSA key.
    pub min_rsa_bits: Option<At<i64>>,
    /// Whether signatures must be checked.
    pub require_verify: Option<At<bool>>,
}

/// Which flows may be used.
#[derive(Clone, Debug, Default)]
pub struct Flows {
    /// The only ones that may; `None` where the policy does not say.
    pub allow: Option<At<Vec<At<String>>>>,
    /// Those that may not.
    pub deny: Vec<At<String>>,
    /// Whether a proof key is needed.
    pub pkce: Option<At<String>>,
}

/// When something was looked over, and how often it must be.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// How often.
    pub cadence: Option<At<Cadence>>,
    /// The day.
    pub last: Option<At<Date>>,
    /// Who.
    pub by: Option<At<String>>,
    /// Days after the due date.
    pub grace_days: Option<At<i64>>,
    /// Where the record is kept.
    pub evidence: Option<At<String>>,
    /// The ticket.
    pub ticket: Option<At<String>>,
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every six months.
    Semiannual,
    /// Every year.
    Annual,
}

impl Cadence {
    /// The months, and the word.
    #[must_use]
    pub const fn months(self) -> (i32, &'static str) {
        match self {
            Self::Monthly => (1, "monthly"),
            Self::Quarterly => (3, "quarterly"),
            Self::Semiannual => (6, "semiannual"),
            Self::Annual => (12, "annual"),
        }
    }
}
