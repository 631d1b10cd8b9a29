//! The groups of a customer as they stand on the wire: document, processing of data, device.

use domain::customer::{DeviceChanges, DocumentChanges, ProcessingDataChanges};
use domain::value::ShortText;
use serde::Deserialize;
use utoipa::ToSchema;

use super::member::Member;
use super::{Reader, schema};

/// An identity document.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = document)]
pub(crate) struct DocumentBody {
    /// The number of a membership.
    #[schema(value_type = Option<String>, max_length = 255)]
    member_id: Member,
    /// The document's number.
    #[schema(value_type = Option<String>, max_length = 255)]
    number: Member,
    /// The number of a passport.
    #[schema(value_type = Option<String>, max_length = 255)]
    passport_number: Member,
    /// The number that a state gives a person.
    #[schema(value_type = Option<String>, max_length = 255)]
    personal_id: Member,
    /// What kind of document it is.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>, max_length = 255)]
    kind: Member,
}

/// What may be done with a person's data.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = processingData)]
pub(crate) struct ProcessingDataBody {
    /// The person agrees to profiling.
    #[schema(value_type = Option<schema::Flag>)]
    profiling: Member,
    /// The person agrees to the processing of personal data.
    #[schema(value_type = Option<schema::Flag>)]
    processing_personal_data: Member,
}

/// A device. Times are kept as the device writes them.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = device)]
pub(crate) struct DeviceBody {
    /// The program that reports the device.
    #[schema(value_type = Option<String>, max_length = 255)]
    source: Member,
    /// The app's bundle id.
    #[schema(value_type = Option<String>, max_length = 255)]
    bundle: Member,
    /// The vendor's id of the device.
    #[schema(value_type = Option<String>, max_length = 255)]
    vendor_id: Member,
    /// The advertising id.
    #[schema(value_type = Option<String>, max_length = 255)]
    adv_id: Member,
    /// The id of the app's installation.
    #[schema(value_type = Option<String>, max_length = 255)]
    install_id: Member,
    /// The operating system.
    #[schema(value_type = Option<String>, max_length = 255)]
    os: Member,
    /// The model.
    #[schema(value_type = Option<String>, max_length = 255)]
    device: Member,
    /// When the installation was first seen.
    #[schema(value_type = Option<String>, max_length = 255)]
    created: Member,
    /// The id by which `deduplicate=guid` finds the customer.
    #[schema(value_type = Option<String>, max_length = 255)]
    guid: Member,
    /// When the device last changed.
    #[schema(value_type = Option<String>, max_length = 255)]
    modified: Member,
    /// When the device was last seen.
    #[schema(value_type = Option<String>, max_length = 255)]
    last_seen: Member,
}

impl DocumentBody {
    pub(super) fn changes(&self, reader: &mut Reader) -> DocumentChanges {
        DocumentChanges {
            member_id: reader.text("document.memberId", &self.member_id, ShortText::parse),
            number: reader.text("document.number", &self.number, ShortText::parse),
            passport_number: reader.text("document.passportNumber", &self.passport_number, ShortText::parse),
            personal_id: reader.text("document.personalId", &self.personal_id, ShortText::parse),
            kind: reader.text("document.type", &self.kind, ShortText::parse),
        }
    }
}

impl ProcessingDataBody {
    pub(super) fn changes(&self, reader: &mut Reader) -> ProcessingDataChanges {
        ProcessingDataChanges {
            profiling: reader.flag("processingData.profiling", &self.profiling),
            processing_personal_data: reader
                .flag("processingData.processingPersonalData", &self.processing_personal_data),
        }
    }
}

impl DeviceBody {
    pub(super) fn changes(&self, reader: &mut Reader) -> DeviceChanges {
        DeviceChanges {
            source: reader.text("device.source", &self.source, ShortText::parse),
            bundle: reader.text("device.bundle", &self.bundle, ShortText::parse),
            vendor_id: reader.text("device.vendorId", &self.vendor_id, ShortText::parse),
            adv_id: reader.text("device.advId", &self.adv_id, ShortText::parse),
            install_id: reader.text("device.installId", &self.install_id, ShortText::parse),
            os: reader.text("device.os", &self.os, ShortText::parse),
            device: reader.text("device.device", &self.device, ShortText::parse),
            created: reader.text("device.created", &self.created, ShortText::parse),
            guid: reader.text("device.guid", &self.guid, ShortText::parse),
            modified: reader.text("device.modified", &self.modified, ShortText::parse),
            last_seen: reader.text("device.lastSeen", &self.last_seen, ShortText::parse),
        }
    }
}
