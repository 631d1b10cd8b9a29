//! Fixed vocabularies.

use super::visible::visible;
use crate::InvalidValue;

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$word_doc])* $variant,)* }

        impl $name {
            /// Every word of the vocabulary.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Parses a word of the vocabulary; case is ignored.
            ///
            /// # Errors
            /// Not a word of the vocabulary.
            pub fn parse(text: &str) -> Result<Self, InvalidValue> {
                let text = &*visible(text);
                Self::ALL.iter().copied().find(|word| word.as_str().eq_ignore_ascii_case(text)).ok_or_else(|| {
                    InvalidValue::invalid(concat!("must be one of:" $(, " ", $word)*))
                })
            }

            /// The word on the wire and in a store.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

vocabulary! {
    /// The channel by which a customer came.
    Source {
        /// The administration's pages.
        ControlPanel = "controlpanel",
        /// The captive portal.
        SplashPortal = "splashportal",
        /// A mobile app.
        MobileApp = "mobileapp",
        /// A kiosk in the venue.
        Kiosk = "kiosk",
        /// Another system.
        External = "external",
        /// The guest Wi-Fi itself.
        GuestWifi = "guest_wifi",
        /// A text message.
        Text = "text",
        /// A program that uses the API.
        Api = "api",
        /// A scanned code.
        QrCode = "qr_code",
        /// None of these.
        Other = "other",
    }
}

vocabulary! {
    /// A file that installs a customer's login on a device.
    FileKind {
        /// For iPhone, iPad and Mac.
        Apple = "apple",
        /// For Android 11 and newer.
        Android = "android",
        /// For Windows 10 and newer.
        Windows = "windows",
        /// For the geteduroam apps.
        EapConfig = "eap-config",
        /// For Linux.
        Linux = "linux",
    }
}

vocabulary! {
    /// A person's gender.
    Gender {
        /// Male.
        Male = "male",
        /// Female.
        Female = "female",
        /// Neither, or not stated.
        Other = "other",
    }
}

vocabulary! {
    /// A form of address.
    CivilStatus {
        /// Mr.
        Mr = "Mr",
        /// Miss.
        Miss = "Miss",
        /// Lady.
        Lady = "Lady",
    }
}

vocabulary! {
    /// The state of a double opt-in.
    DoubleOptin {
        /// The person confirmed.
        Confirmed = "confirmed",
        /// The request was sent, and the answer is pending.
        ConfirmWaiting = "confirm_waiting",
    }
}

vocabulary! {
    /// The inner method, which carries a password in the tunnel of EAP-TTLS.
    InnerMethod {
        /// A challenge and its response: the server needs the password itself.
        MsChapV2 = "MSCHAPv2",
        /// The password itself.
        Pap = "PAP",
    }
}

vocabulary! {
    /// Which telephone numbers an organization accepts.
    PhoneNumberRule {
        /// Numbers that their country's numbering plan assigns.
        Valid = "valid",
        /// Also numbers that only have a length that the plan knows, so that a newly opened range keeps no customer
        /// out.
        Possible = "possible",
    }
}

impl Default for PhoneNumberRule {
    /// The rule that detects typing errors.
    fn default() -> Self {
        Self::Valid
    }
}

impl Default for InnerMethod {
    /// The default of devices.
    fn default() -> Self {
        Self::MsChapV2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parse_to_themselves_in_any_case() {
        for word in Source::ALL {
            assert_eq!(Source::parse(&word.as_str().to_uppercase()).unwrap(), *word);
        }
        assert_eq!(CivilStatus::parse("MISS").unwrap().as_str(), "Miss");
    }

    #[test]
    fn other_words_are_refused_with_the_list() {
        assert_eq!(Gender::parse("m").unwrap_err().message, "must be one of: male female other");
    }
}
