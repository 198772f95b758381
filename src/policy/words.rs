//! The words that keys of the policy may hold, each list the strictest first where its words have an order.

use super::shape::Word;

const fn word(word: &'static str, about: &'static str) -> Word {
    Word { word, about }
}

/// Severities, the strictest grading first.
pub(super) static SEVERITIES: &[Word] = &[
    word("critical", "A way in that stays open until somebody closes it."),
    word("high", "A way in."),
    word("medium", "A way in together with something else."),
    word("low", "Untidy; no way in by itself."),
    word("note", "Worth knowing."),
];
/// Severities, the strictest gate first.
pub(super) static SEVERITIES_UP: &[Word] = &[
    word("note", "Every finding fails the run."),
    word("low", "All but notes."),
    word("medium", "Medium and above."),
    word("high", "High and critical."),
    word("critical", "Only critical findings."),
];
/// Classes of scopes, the narrowest first: the strictest threshold.
pub(super) static CLASSES: &[Word] = &[
    word("non-sensitive", "Identity and public data."),
    word("sensitive", "Personal or business data."),
    word("restricted", "Data or rights that the provider itself restricts, deletion, administration."),
    word("group", "A whole group of scopes in one word."),
];
pub(super) static NESTED: &[Word] =
    &[word("tighten", "It holds for its folder, and may only be stricter."), word("ignore", "It is not read.")];
pub(super) static MODE_WORDS: &[Word] = &[
    word("block", "Fails the run."),
    word("comment", "Is reported and never fails the run."),
    word("monitor", "Is reported as a note and never fails the run."),
];
pub(super) static CADENCES: &[Word] = &[
    word("monthly", "Every month."),
    word("quarterly", "Every three months."),
    word("semiannual", "Every six months."),
    word("annual", "Every year."),
];
pub(super) static ROTATIONS: &[Word] = &[
    word("required", "A new one on every use."),
    word("provider-manual", "The provider has no rotation; people issue a new one."),
    word("none", "They stay."),
];
pub(super) static SYMMETRIC: &[Word] = &[
    word("deny", "May not be used; reported as high."),
    word("single-service", "May be used where one service signs and checks; reported as the rule says."),
    word("allow", "May be used."),
];
pub(super) static PKCE: &[Word] = &[word("required", "Always."), word("optional", "Not asked for.")];
pub(super) static PERSONAS: &[Word] = &[
    word("regular", "Everybody."),
    word("pedantic", "Who wants more, with more doubt."),
    word("auditor", "Who wants everything."),
];
pub(super) static LIFECYCLES: &[Word] = &[
    word("proposed", "Not yet in use."),
    word("active", "In use."),
    word("deprecated", "To be gone by `retire_by`."),
    word("retired", "Gone; whatever still asks for its scopes is reported."),
];
pub(super) static FRAMEWORKS: &[Word] =
    &[word("soc2", "SOC 2, common criteria 6 to 8."), word("iso27001", "ISO/IEC 27001:2022, Annex A.")];
pub(super) static MARKERS: &[Word] = &[
    word("gitleaks", "`gitleaks:allow`"),
    word("betterleaks", "`betterleaks:allow`"),
    word("trufflehog", "`trufflehog:ignore`"),
    word("detect-secrets", "`pragma: allowlist secret`"),
    word("kingfisher", "`kingfisher:ignore`"),
    word("semgrep", "`nosemgrep`"),
    word("secretlint", "`secretlint-disable-line`"),
    word("ggshield", "`ggignore`"),
];
pub(super) static GRANTS: &[Word] = &[
    word("authorization_code", "The code flow."),
    word("authorization_code_pkce", "The code flow with a proof key."),
    word("client_credentials", "A client for itself."),
    word("jwt_bearer", "A signed assertion."),
    word("device_code", "A device without a browser."),
    word("password", "A user's password in the client's hands."),
    word("implicit", "A token in the redirect."),
];
pub(super) static ALG_WORDS: &[Word] = &[
    word("RS256", "RSA."),
    word("RS384", "RSA."),
    word("RS512", "RSA."),
    word("PS256", "RSA-PSS."),
    word("PS384", "RSA-PSS."),
    word("PS512", "RSA-PSS."),
    word("ES256", "Elliptic curve."),
    word("ES384", "Elliptic curve."),
    word("ES512", "Elliptic curve."),
    word("EdDSA", "Edwards curve."),
    word("HS256", "Shared key."),
    word("HS384", "Shared key."),
    word("HS512", "Shared key."),
    word("none", "No signature."),
];
