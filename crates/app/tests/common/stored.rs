//! A stored customer in the form of a request, for comparison.

use domain::customer::Customer;
use domain::value::{CivilStatus, Country, DoubleOptin, Email, Gender, Language, PhoneNumber, Text};
use serde_json::{Map, Value, json};

/// The customer with the wire names. Members without a value are absent.
pub(crate) fn as_sent(customer: &Customer) -> Value {
    let profile = &customer.profile;
    let person = &profile.person;
    let policies = &profile.policies;
    let (document, device) = (&profile.document, &profile.device);
    let mut sent = object([
        ("organizationId", json!(customer.organization_id.to_string())),
        ("locationId", json!(customer.location_id.to_string())),
        ("source", json!(customer.source.as_str())),
        ("username", json!(customer.username.as_str())),
        ("password", json!(customer.password.reveal())),
        ("lock", json!(customer.locked)),
        ("hotspotId", json!(person.hotspot_id.as_ref().map(Text::as_str))),
        ("firstName", json!(person.first_name.as_ref().map(Text::as_str))),
        ("lastName", json!(person.last_name.as_ref().map(Text::as_str))),
        ("phoneNumber", json!(person.phone_number.as_ref().map(PhoneNumber::as_str))),
        ("phoneVerified", json!(person.phone_verified)),
        ("email", json!(person.email.as_ref().map(Email::as_str))),
        ("emailVerified", json!(person.email_verified)),
        ("gender", json!(person.gender.map(Gender::as_str))),
        ("birthDate", json!(person.birth_date.map(|v| v.to_string()))),
        ("language", json!(person.language.as_ref().and_then(Language::code))),
        ("languageTag", json!(person.language.as_ref().and_then(Language::tag))),
        ("country", json!(person.country.as_ref().map(Country::as_str))),
        ("zipCode", json!(person.zip_code.as_ref().map(Text::as_str))),
        ("companyName", json!(person.company_name.as_ref().map(Text::as_str))),
        ("civilStatus", json!(person.civil_status.map(CivilStatus::as_str))),
        ("doubleOptin", json!(person.double_optin.map(DoubleOptin::as_str))),
        ("picture", json!(person.picture.as_ref().map(Text::as_str))),
        ("profileId", json!(person.profile_id.as_ref().map(Text::as_str))),
        ("extId", json!(person.ext_id.as_ref().map(Text::as_str))),
        ("extProp1", json!(person.ext_prop1.as_ref().map(Text::as_str))),
        ("extProp2", json!(person.ext_prop2.as_ref().map(Text::as_str))),
    ]);
    let mut consents = object([
        ("privacy", json!(policies.privacy)),
        ("termsOfUse", json!(policies.terms_of_use)),
        ("minimumAgeVerification", json!(policies.minimum_age_verification)),
        ("mktgCommunications", json!(policies.mktg_communications)),
    ]);
    for (name, accepted) in &policies.customs {
        consents.insert(format!("customs.{}", name.as_str()), json!(accepted));
    }
    let groups = [
        ("custom", profile.custom.members().clone()),
        ("policies", consents),
        (
            "document",
            object([
                ("memberId", json!(document.member_id.as_ref().map(Text::as_str))),
                ("number", json!(document.number.as_ref().map(Text::as_str))),
                ("passportNumber", json!(document.passport_number.as_ref().map(Text::as_str))),
                ("personalId", json!(document.personal_id.as_ref().map(Text::as_str))),
                ("type", json!(document.kind.as_ref().map(Text::as_str))),
            ]),
        ),
        (
            "processingData",
            object([
                ("profiling", json!(profile.processing_data.profiling)),
                ("processingPersonalData", json!(profile.processing_data.processing_personal_data)),
            ]),
        ),
        (
            "device",
            object([
                ("source", json!(device.source.as_ref().map(Text::as_str))),
                ("bundle", json!(device.bundle.as_ref().map(Text::as_str))),
                ("vendorId", json!(device.vendor_id.as_ref().map(Text::as_str))),
                ("advId", json!(device.adv_id.as_ref().map(Text::as_str))),
                ("installId", json!(device.install_id.as_ref().map(Text::as_str))),
                ("os", json!(device.os.as_ref().map(Text::as_str))),
                ("device", json!(device.device.as_ref().map(Text::as_str))),
                ("created", json!(device.created.as_ref().map(Text::as_str))),
                ("guid", json!(device.guid.as_ref().map(Text::as_str))),
                ("modified", json!(device.modified.as_ref().map(Text::as_str))),
                ("lastSeen", json!(device.last_seen.as_ref().map(Text::as_str))),
            ]),
        ),
    ];
    sent.extend(
        groups.into_iter().filter(|(_, group)| !group.is_empty()).map(|(name, group)| (name.to_owned(), group.into())),
    );
    Value::Object(sent)
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Map<String, Value> {
    members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.to_owned(), value)).collect()
}
