//! The settings of an organization, and changes to them.

use super::{Organization, PolicyList};
use crate::customer::Patch;
use crate::limits;
use crate::token::{TokenDefaults, TokenHits, TokenLife};
use crate::value::{
    CaCertificate, Color, Css, FriendlyName, HostName, InnerMethod, List, LocationId, LogoUrl, PhoneNumberRule,
    RoamingConsortium, ServerName, Ssid,
};

/// The settings of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrganizationSettings {
    /// Whether a POST that finds an existing customer returns the stored username and password, from which the mobile
    /// SDKs build the Wi-Fi profile: to services whose key is secret, and to apps that prove to be the customer's own
    /// device. The default is no, since otherwise knowing an e-mail address would suffice to get that person's
    /// credentials.
    pub answer_credentials_on_hit: bool,
    /// Which telephone numbers are accepted.
    pub phone_numbers: PhoneNumberRule,
    /// The policies that customers are asked to accept.
    pub policies: PolicyList,
    /// The defaults of tokens.
    pub tokens: TokenDefaults,
    /// The Wi-Fi that devices join by a profile.
    pub passpoint: PasspointSettings,
    /// The Wi-Fi that devices join by its name.
    pub wpa2: Wpa2Settings,
    /// The look of the activation page.
    pub activation: ActivationSettings,
}

/// Names in the certificates of RADIUS servers.
pub type ServerNames = List<ServerName, { limits::SERVER_NAMES }>;
/// Roaming consortiums.
pub type RoamingConsortiums = List<RoamingConsortium, { limits::ROAMING_CONSORTIUMS }>;

/// How a setting stands in its group: with a value always, or only when it was given one.
macro_rules! setting {
    (always $type:ty) => {
        $type
    };
    (optional $type:ty) => {
        Option<$type>
    };
}

/// Applies the change of a setting.
macro_rules! change {
    (always $patch:expr, $setting:expr) => {
        $patch.apply_or(&mut $setting, Default::default())
    };
    (optional $patch:expr, $setting:expr) => {
        $patch.apply(&mut $setting)
    };
}

/// Declares a group of settings, the changes of such a group, and how they apply: null puts a setting back to its default, or
/// takes its value.
macro_rules! group {
    (
        $(#[$group_doc:meta])* $Group:ident, $Changes:ident {
            $($(#[$doc:meta])* $setting:ident: $kind:ident $type:ty,)*
        }
    ) => {
        $(#[$group_doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $Group { $($(#[$doc])* pub $setting: setting!($kind $type),)* }

        #[doc = concat!("Changes of [`", stringify!($Group), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct $Changes { $($(#[$doc])* pub $setting: Patch<$type>,)* }

        impl $Changes {
            fn apply(self, group: &mut $Group) {
                $(change!($kind self.$setting, group.$setting);)*
            }
        }
    };
}

group! {
    /// What a Passpoint profile is made of.
    PasspointSettings, PasspointChanges {
        /// The realm of the user names. Without it there is no Passpoint.
        realm: optional HostName,
        /// What a phone calls the network.
        friendly_name: optional FriendlyName,
        /// Phones may also join the networks of partners.
        roaming: always bool,
        /// The provider's domain.
        domain: optional HostName,
        /// By which names phones know the RADIUS server.
        server_names: always ServerNames,
        /// How the password travels within the tunnel.
        inner_method: always InnerMethod,
        /// The consortiums whose networks phones join.
        roaming_consortiums: always RoamingConsortiums,
        /// What the RADIUS server's certificate is checked by.
        ca_certificate: optional CaCertificate,
    }
}

group! {
    /// The Wi-Fi that phones join by its name.
    Wpa2Settings, Wpa2Changes {
        /// Its name. Without it there is none.
        ssid: optional Ssid,
        /// It does not tell its name by itself.
        ssid_hidden: always bool,
    }
}

group! {
    /// How the page looks on which a person activates a phone.
    ActivationSettings, ActivationChanges {
        /// Where the logo is.
        logo_url: optional LogoUrl,
        /// The main colour.
        color: optional Color,
        /// A style sheet.
        css: optional Css,
    }
}

/// Changes to an organization. Null resets a setting, or a whole group, to the value of a new organization.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SettingsChanges {
    /// See [`Organization::default_location_id`]. There must always be one, so null changes nothing.
    pub default_location_id: Patch<LocationId>,
    /// See [`OrganizationSettings::answer_credentials_on_hit`].
    pub answer_credentials_on_hit: Patch<bool>,
    /// See [`OrganizationSettings::phone_numbers`].
    pub phone_numbers: Patch<PhoneNumberRule>,
    /// See [`OrganizationSettings::policies`]. The list is replaced as a whole.
    pub policies: Patch<PolicyList>,
    /// See [`OrganizationSettings::tokens`].
    pub tokens: Patch<TokenChanges>,
    /// See [`OrganizationSettings::passpoint`].
    pub passpoint: Patch<PasspointChanges>,
    /// See [`OrganizationSettings::wpa2`].
    pub wpa2: Patch<Wpa2Changes>,
    /// See [`OrganizationSettings::activation`].
    pub activation: Patch<ActivationChanges>,
}

/// Changes to [`TokenDefaults`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named after the setting that it changes")]
pub struct TokenChanges {
    pub life: Patch<TokenLife>,
    pub hits: Patch<TokenHits>,
}

impl SettingsChanges {
    /// Applies the changes to the organization. The caller checks that the location belongs to it.
    pub fn apply(self, organization: &mut Organization) {
        let (settings, new) = (&mut organization.settings, OrganizationSettings::default());
        if let Patch::Set(id) = self.default_location_id {
            organization.default_location_id = id;
        }
        self.answer_credentials_on_hit.apply_or(&mut settings.answer_credentials_on_hit, new.answer_credentials_on_hit);
        self.phone_numbers.apply_or(&mut settings.phone_numbers, new.phone_numbers);
        self.policies.apply_or(&mut settings.policies, new.policies);
        merge(self.tokens, &mut settings.tokens, TokenChanges::apply);
        merge(self.passpoint, &mut settings.passpoint, PasspointChanges::apply);
        merge(self.wpa2, &mut settings.wpa2, Wpa2Changes::apply);
        merge(self.activation, &mut settings.activation, ActivationChanges::apply);
    }
}

fn merge<C, G: Default>(patch: Patch<C>, group: &mut G, apply: impl FnOnce(C, &mut G)) {
    match patch {
        Patch::Keep => {}
        Patch::Clear => *group = G::default(),
        Patch::Set(changes) => apply(changes, group),
    }
}

impl TokenChanges {
    fn apply(self, tokens: &mut TokenDefaults) {
        self.life.apply_or(&mut tokens.life, TokenDefaults::default().life);
        self.hits.apply(&mut tokens.hits);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::value::{Name, OrganizationId};

    fn organization() -> Organization {
        Organization {
            id: OrganizationId::from_bits(1),
            name: Name::parse("Grand Hotel").unwrap(),
            default_location_id: LocationId::from_bits(2),
            settings: OrganizationSettings::default(),
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn ssid(text: &str) -> Patch<Ssid> {
        Patch::Set(Ssid::parse(text).unwrap())
    }

    #[test]
    fn groups_merge_and_null_puts_back() {
        let mut organization = organization();
        let change = |organization: &mut Organization, changes| SettingsChanges::apply(changes, organization);
        let wpa2 = |ssid, ssid_hidden| Patch::Set(Wpa2Changes { ssid, ssid_hidden });
        let hidden = wpa2(ssid("guests"), Patch::Set(true));
        change(&mut organization, SettingsChanges { wpa2: hidden, ..SettingsChanges::default() });
        let before = organization.clone();
        change(&mut organization, SettingsChanges::default());
        assert_eq!(organization, before);

        let visible = wpa2(Patch::Keep, Patch::Clear);
        change(&mut organization, SettingsChanges { wpa2: visible, ..SettingsChanges::default() });
        let expected = Wpa2Settings { ssid: ssid("guests").into_value(), ssid_hidden: false };
        assert_eq!(organization.settings.wpa2, expected);

        change(&mut organization, SettingsChanges { wpa2: Patch::Clear, ..SettingsChanges::default() });
        assert_eq!(organization, super::tests::organization());
    }

    #[test]
    fn the_default_location_is_never_cleared() {
        let mut organization = organization();
        let changes = |id| SettingsChanges { default_location_id: id, ..SettingsChanges::default() };
        changes(Patch::Clear).apply(&mut organization);
        assert_eq!(organization.default_location_id, LocationId::from_bits(2));
        changes(Patch::Set(LocationId::from_bits(3))).apply(&mut organization);
        assert_eq!(organization.default_location_id, LocationId::from_bits(3));
    }
}
