//! What frameworks ask for, in our own words, and where the report and the program answer.

/// One control.
pub(super) struct Control {
    /// The framework's word in the policy.
    framework: &'static str,
    /// Its number there.
    pub(super) control: &'static str,
    /// What it asks for.
    pub(super) asks: &'static str,
    /// Where that is shown, as Markdown.
    pub(super) shown: &'static str,
}

/// The controls of the frameworks that a policy names, in order.
pub(super) fn rows(frameworks: &[String]) -> Vec<&'static Control> {
    CONTROLS.iter().filter(|control| frameworks.iter().any(|framework| framework == control.framework)).collect()
}

const fn control(framework: &'static str, control: &'static str, asks: &'static str, shown: &'static str) -> Control {
    Control { framework, control, asks, shown }
}

/// Sources: AICPA Trust Services Criteria (2017, points of focus 2022), common criteria 6 to 8; ISO/IEC 27001:2022, Annex A.
const CONTROLS: [Control; 14] = [
    control(
        "soc2",
        "SOC 2 CC6.1",
        "Access is limited, and credentials are known and protected.",
        "the policy; *Integrations*; *Secrets and token set-up*",
    ),
    control(
        "soc2",
        "SOC 2 CC6.2",
        "Access is authorized before it is given.",
        "a reason and a ticket for each allowed scope; `policy/widened` in the pull request that asked",
    ),
    control(
        "soc2",
        "SOC 2 CC6.3",
        "Access follows the role, is reviewed, and is taken away.",
        "`review.yaml`; `remediation.md`; the next snapshot, which shows the removal",
    ),
    control(
        "soc2",
        "SOC 2 CC6.6, CC6.7",
        "Access from outside and transmission are protected.",
        "*Secrets and token set-up*: lifetimes, flows, algorithms",
    ),
    control(
        "soc2",
        "SOC 2 CC7.1, CC7.2",
        "Changes and anomalies are noticed and followed up.",
        "*What grew and what shrank*; the age of findings against `max_open_days`",
    ),
    control("soc2", "SOC 2 CC8.1", "Changes are approved.", "the commit and the request beside each change"),
    control(
        "iso27001",
        "ISO 27001 A 5.15",
        "Rules of access follow the need.",
        "the policy: purpose, owner, allowed scopes",
    ),
    control(
        "iso27001",
        "ISO 27001 A 5.16",
        "Identities, machines included, are kept through their life.",
        "lifecycle and `retire_by` under *Integrations*",
    ),
    control(
        "iso27001",
        "ISO 27001 A 5.17",
        "Authentication information is kept secret and changed.",
        "*Secrets and token set-up*",
    ),
    control(
        "iso27001",
        "ISO 27001 A 5.18",
        "Rights are given, reviewed, changed and taken away.",
        "this report, `review.yaml` and `remediation.md`",
    ),
    control(
        "iso27001",
        "ISO 27001 A 8.2",
        "Privileged rights are few, known and end.",
        "*Who reaches what*: delete and admin; *Exceptions*",
    ),
    control(
        "iso27001",
        "ISO 27001 A 8.3",
        "Access to information is restricted.",
        "*What to do*: granted beyond the policy",
    ),
    control(
        "iso27001",
        "ISO 27001 A 8.24",
        "Cryptography follows rules.",
        "the policy's `jwt`; *Secrets and token set-up*",
    ),
    control(
        "iso27001",
        "ISO 27001 A 8.28",
        "Code is written securely.",
        "the hook and the check of pull requests; this report",
    ),
];
