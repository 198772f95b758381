//! The offline checks that a form of a credential may ask for, by name.

use std::str::FromStr;

use crate::scope::spelling::distance;

macro_rules! checks {
    ($($variant:ident $name:literal $what:literal,)+) => {
        /// What can be told of a value without asking anybody.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check {
            $(#[doc = $what] $variant,)+
        }

        impl Check {
            /// All, in order of name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that rules write.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// What it tells, as half a sentence.
            #[must_use]
            pub const fn what(self) -> &'static str {
                match self { $(Self::$variant => $what,)+ }
            }
        }
    };
}

checks! {
    Age "age" "the Bech32 checksum of an age identity",
    AwsKeyId "aws-key-id" "an account number decodes from the key id",
    AzureStorage "azure-storage" "512 bits of Base64",
    Base64 "base64" "Base64 that decodes",
    Base64Json "base64-json" "Base64 of a JSON object after the last `_`, `-` or `.` before it",
    Basic "basic" "Base64 of `user:password`",
    Digits "digits" "the check digit of Luhn's formula",
    Discord "discord" "a Discord account number decodes from the first part",
    Github "github" "the CRC-32 in Base62 at the end of GitHub and npm tokens",
    Gitlab "gitlab" "the length and the CRC-32 in Base36 at the end of a routable GitLab token",
    Grafana "grafana" "the CRC-32 in hex at the end of a Grafana service account token",
    Intercom "intercom" "Base64 of `tok:`",
    Jwt "jwt" "a JSON header with `alg` and a JSON payload",
    LockedKey "locked-key" "a passphrase protects the key",
    Mixed "mixed" "letters and digits both",
    Nkey "nkey" "the CRC-16 at the end of a NATS seed",
    OpenKey "open-key" "no passphrase protects the key",
    Pem "pem" "a key in DER or OpenSSH form inside the armour",
    Uuid "uuid" "a UUID of a known version",
}

impl FromStr for Check {
    type Err = UnknownCheck;

    fn from_str(text: &str) -> Result<Self, UnknownCheck> {
        Self::ALL.iter().copied().find(|check| check.as_str() == text).ok_or_else(|| {
            let nearest = Self::ALL.iter().copied().min_by_key(|check| distance(text, check.as_str()));
            let near = nearest.filter(|check| distance(text, check.as_str()) <= 1 + text.len() / 3);
            UnknownCheck { name: text.to_owned(), nearest: near }
        })
    }
}

/// No check of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown check `{name}`")]
pub struct UnknownCheck {
    /// As written.
    pub name: String,
    /// What was probably meant.
    pub nearest: Option<Check>,
}

impl UnknownCheck {
    /// How to mend it.
    #[must_use]
    pub fn help(&self) -> String {
        match self.nearest {
            Some(check) => format!("did you mean `{}`?", check.as_str()),
            None => {
                let known: Vec<&str> = Check::ALL.iter().map(|check| check.as_str()).collect();
                format!("one of {}", known.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Check;

    #[test]
    fn names_round_trip_and_are_in_order() {
        for pair in Check::ALL.windows(2) {
            assert!(pair[0].as_str() < pair[1].as_str(), "{:?}", pair[1]);
        }
        for check in Check::ALL {
            assert_eq!(check.as_str().parse(), Ok(*check));
        }
    }

    #[test]
    fn a_misspelt_check_gets_a_suggestion() {
        let error = "githbu".parse::<Check>().expect_err("there is no such check");
        assert_eq!(error.help(), "did you mean `github`?");
        assert!("quantum-proof".parse::<Check>().expect_err("nor such").help().starts_with("one of age"));
    }
}
