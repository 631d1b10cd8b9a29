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

/// The contents of a Passpoint profile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PasspointSettings {
    /// The realm of the usernames. Without it there is no Passpoint.
    pub realm: Option<HostName>,
    /// The network's name on devices.
    pub friendly_name: Option<FriendlyName>,
    /// Whether devices may also join partners' networks.
    pub roaming: bool,
    /// The provider's domain.
    pub domain: Option<HostName>,
    /// The names by which devices identify the RADIUS server.
    pub server_names: ServerNames,
    /// The inner method, which carries the password in the tunnel.
    pub inner_method: InnerMethod,
    /// The consortiums whose networks devices join.
    pub roaming_consortiums: RoamingConsortiums,
    /// The certificate of the authority that issued the RADIUS server's certificate.
    pub ca_certificate: Option<CaCertificate>,
}

/// The Wi-Fi that devices join by its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wpa2Settings {
    /// Its SSID. Without it there is no such network.
    pub ssid: Option<Ssid>,
    /// Whether the network hides its name.
    pub ssid_hidden: bool,
}

/// The look of the activation page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ActivationSettings {
    /// The address of the logo.
    pub logo_url: Option<LogoUrl>,
    /// The main colour.
    pub color: Option<Color>,
    /// A style sheet.
    pub css: Option<Css>,
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

/// Changes to [`PasspointSettings`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named after the setting that it changes")]
pub struct PasspointChanges {
    pub realm: Patch<HostName>,
    pub friendly_name: Patch<FriendlyName>,
    pub roaming: Patch<bool>,
    pub domain: Patch<HostName>,
    pub server_names: Patch<ServerNames>,
    pub inner_method: Patch<InnerMethod>,
    pub roaming_consortiums: Patch<RoamingConsortiums>,
    pub ca_certificate: Patch<CaCertificate>,
}

/// Changes to [`Wpa2Settings`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named after the setting that it changes")]
pub struct Wpa2Changes {
    pub ssid: Patch<Ssid>,
    pub ssid_hidden: Patch<bool>,
}

/// Changes to [`ActivationSettings`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(missing_docs, reason = "each is named after the setting that it changes")]
pub struct ActivationChanges {
    pub logo_url: Patch<LogoUrl>,
    pub color: Patch<Color>,
    pub css: Patch<Css>,
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

impl PasspointChanges {
    fn apply(self, passpoint: &mut PasspointSettings) {
        self.realm.apply(&mut passpoint.realm);
        self.friendly_name.apply(&mut passpoint.friendly_name);
        self.roaming.apply_or(&mut passpoint.roaming, false);
        self.domain.apply(&mut passpoint.domain);
        self.server_names.apply_or(&mut passpoint.server_names, ServerNames::default());
        self.inner_method.apply_or(&mut passpoint.inner_method, InnerMethod::default());
        self.roaming_consortiums.apply_or(&mut passpoint.roaming_consortiums, RoamingConsortiums::default());
        self.ca_certificate.apply(&mut passpoint.ca_certificate);
    }
}

impl Wpa2Changes {
    fn apply(self, wpa2: &mut Wpa2Settings) {
        self.ssid.apply(&mut wpa2.ssid);
        self.ssid_hidden.apply_or(&mut wpa2.ssid_hidden, false);
    }
}

impl ActivationChanges {
    fn apply(self, activation: &mut ActivationSettings) {
        self.logo_url.apply(&mut activation.logo_url);
        self.color.apply(&mut activation.color);
        self.css.apply(&mut activation.css);
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
