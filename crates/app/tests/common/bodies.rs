//! Request bodies.

use serde_json::{Value, json};

/// The minimal body that creates a customer.
pub(crate) fn least(organization_id: &str) -> Value {
    json!({
        "organizationId": organization_id,
        "source": "api",
        "policies": {"privacy": true, "termsOfUse": true},
    })
}

/// The minimal body, with these additional members.
pub(crate) fn with(organization_id: &str, members: Value) -> Value {
    let mut body = least(organization_id);
    merge(&mut body, members);
    body
}

/// Every field of the published schema, each with a value other than its default.
pub(crate) fn full(organization_id: &str, location_id: &str) -> Value {
    json!({
        "organizationId": organization_id,
        "locationId": location_id,
        "hotspotId": "ap-7",
        "source": "qr_code",
        "username": "ada",
        "password": "correct horse",
        "firstName": "Ada",
        "lastName": "Byron",
        "phoneNumber": "+442079460958",
        "phoneVerified": true,
        "email": "Ada@Example.org",
        "emailVerified": false,
        "gender": "female",
        "birthDate": "1975-03-16",
        "language": "en",
        "country": "GB",
        "zipCode": "SW1Y 4JH",
        "companyName": "Analytical Engines",
        "civilStatus": "Lady",
        "doubleOptin": "confirm_waiting",
        "custom": {"tier": "gold", "nested": {"list": [1, 2.5, null, "x"]}},
        "picture": "https://example.org/ada.png",
        "policies": {
            "privacy": true,
            "termsOfUse": true,
            "minimumAgeVerification": true,
            "mktgCommunications": false,
            "customs.*": true,
        },
        "document": {"memberId": "M1", "number": "1", "passportNumber": "X1", "personalId": "P1", "type": "passport"},
        "lock": false,
        "profileId": "free",
        "extId": "crm-1",
        "extProp1": "shop-3",
        "extProp2": "card-9",
        "processingData": {"profiling": false, "processingPersonalData": true},
        "device": {
            "source": "app",
            "bundle": "org.example.wifi",
            "vendorId": "v1",
            "advId": "a1",
            "installId": "i1",
            "os": "ios",
            "device": "iPhone14,5",
            "created": "2024-03-28T10:15+0000",
            "guid": "g1",
            "modified": "2024-03-28T10:16+0000",
            "lastSeen": "2024-03-28T10:17+0000",
        },
    })
}

/// Merges the members of the second object into the first.
fn merge(body: &mut Value, members: Value) {
    let (Value::Object(body), Value::Object(members)) = (body, members) else { panic!("both are objects") };
    body.extend(members);
}
