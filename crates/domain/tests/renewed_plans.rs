//! Numbering plans newer than the built-in ones, in a separate process, since they can be installed only once.

use domain::value::{NumberingPlansError, PhoneNumber, install_numbering_plans};
use prost::Message;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc, Region};

/// In every country, numbers have five digits.
#[expect(deprecated, reason = "the crate reads a file into the fields for writing one")]
fn plan(region: Region) -> PhoneMetadata {
    let five_digits = PhoneNumberDesc {
        national_number_pattern: Some("^(?:\\d{5})$".to_owned()),
        possible_length: vec![5],
        ..PhoneNumberDesc::default()
    };
    PhoneMetadata {
        id: region.to_string(),
        country_code: PHONE_NUMBER_UTIL.get_country_code_for_region(region),
        general_desc: Some(five_digits.clone()),
        mobile: Some(five_digits),
        main_country_for_code: Some(region == Region::US),
        ..PhoneMetadata::default()
    }
}

#[test]
fn newer_plans_decide_and_stored_numbers_stay() {
    let metadata: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().map(plan).collect();
    let bytes = |metadata| PhoneMetadataCollection { metadata }.encode_to_vec();
    let whole = bytes(metadata.clone());
    let cut_off = install_numbering_plans(&whole[..whole.len() - 1]).unwrap_err();
    assert!(matches!(cut_off, NumberingPlansError::Malformed(_)), "{cut_off}");
    assert_eq!(install_numbering_plans(&bytes(metadata[..9].to_vec())), Err(NumberingPlansError::Incomplete(9)));
    let mut wrong = metadata;
    #[expect(deprecated, reason = "as above")]
    let pattern = &mut wrong[0].mobile.as_mut().unwrap().national_number_pattern;
    *pattern = Some("^(?:[)$".to_owned());
    let uncompiled = install_numbering_plans(&bytes(wrong)).unwrap_err();
    assert!(matches!(uncompiled, NumberingPlansError::Malformed(_)), "{uncompiled}");
    // None of them was installed.
    let number = PhoneNumber::parse("+393331234567").unwrap();

    install_numbering_plans(&whole).unwrap();
    assert_eq!(PhoneNumber::parse("+39 12345").unwrap().as_str(), "+3912345");
    assert!(PhoneNumber::parse("+393331234567").is_err());
    assert!(!number.is_valid());
    assert_eq!(PhoneNumber::restore(number.as_str()), Ok(number));
    assert_eq!(install_numbering_plans(&whole), Err(NumberingPlansError::Late));
}
