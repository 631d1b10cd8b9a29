//! Exports of other systems: their lines of names as they write them, and made-up rows.

use serde_json::{Value, json};

use super::{Imported, customers, has, import};

const GOOGLE: &str = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix,Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo,Labels,E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address,Website 1 - Label,Website 1 - Value";
const OUTLOOK_CLASSIC: &str = r#""Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street","Business Street 2","Business Street 3","Business City","Business State","Business Postal Code","Business Country/Region","Home Street","Home Street 2","Home Street 3","Home City","Home State","Home Postal Code","Home Country/Region","Other Street","Other Street 2","Other Street 3","Other City","Other State","Other Postal Code","Other Country/Region","Assistant's Phone","Business Fax","Business Phone","Business Phone 2","Callback","Car Phone","Company Main Phone","Home Fax","Home Phone","Home Phone 2","ISDN","Mobile Phone","Other Fax","Other Phone","Pager","Primary Phone","Radio Phone","TTY/TDD Phone","Telex","Account","Anniversary","Assistant's Name","Billing Information","Birthday","Business Address PO Box","Categories","Children","Directory Server","E-mail Address","E-mail Type","E-mail Display Name","E-mail 2 Address","E-mail 2 Type","E-mail 2 Display Name","E-mail 3 Address","E-mail 3 Type","E-mail 3 Display Name","Gender","Government ID Number","Hobby","Home Address PO Box","Initials","Internet Free Busy","Keywords","Language","Location","Manager's Name","Mileage","Notes","Office Location","Organizational ID Number","Other Address PO Box","Priority","Private","Profession","Referred By","Sensitivity","Spouse","User 1","User 2","User 3","User 4","Web Page""#;
const OUTLOOK_NEW: &str = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,Home Fax,Other Fax,Company Main Phone,Callback,Radio Phone,Telex,TTY/TDD Phone,IMAddress,Job Title,Department,Company,Office Location,Manager's Name,Assistant's Name,Assistant's Phone,Company Yomi,Business Street,Business City,Business State,Business Postal Code,Business Country/Region,Home Street,Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other City,Other State,Other Postal Code,Other Country/Region,Personal Web Page,Spouse,Schools,Hobby,Location,Web Page,Birthday,Anniversary,Notes";
const HUBSPOT: &str = "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Company Name,Contact owner,Lifecycle Stage,Lead Status,Create Date";
const HUBSPOT_ASSOCIATED: &str = "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,Country/Region,Contact owner";
const MAILCHIMP: &str = "\"Email Address\",\"First Name\",\"Last Name\",MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES";
const OPENWISP: &str = "id,username,email,password,first_name,last_name,is_staff,is_active,date_joined,phone_number,birth_date,location,notes,language,organizations,registered_user.method,registered_user.is_verified,expiration_date";

/// A file with this line of names, and a row of these cells for each list.
fn file(names: &str, rows: &[&[(&str, &str)]]) -> String {
    let columns: Vec<_> = names.split(',').map(|name| name.trim_matches('"')).collect();
    let row = |cells: &&[(&str, &str)]| {
        let mut row = vec![String::new(); columns.len()];
        for (name, value) in *cells {
            row[columns.iter().position(|column| column == name).unwrap()] = format!("\"{value}\"");
        }
        row.join(",") + "\n"
    };
    format!("{names}\n{}", rows.iter().map(row).collect::<String>())
}

fn of(preset: &str, names: &str, rows: &[&[(&str, &str)]]) -> Vec<Value> {
    customers("guests.csv", file(names, rows), &["--preset", preset])
}

#[test]
fn google_has_several_values_in_a_cell_and_birthdays_without_a_year() {
    let rows: [&[(&str, &str)]; 4] = [
        &[
            ("First Name", "Ada"),
            ("Last Name", "Byron"),
            ("Name Prefix", "Mrs."),
            ("E-mail 1 - Value", "ada@example.org"),
            ("Phone 1 - Value", "+39 333 1234567"),
            ("Birthday", "1975-03-16"),
            ("Address 1 - Country", "Italy"),
            ("Address 1 - Postal Code", "00184"),
        ],
        &[
            ("E-mail 1 - Value", "rob@example.org ::: bob@example.org"),
            ("Phone 1 - Value", "+14155552671 ::: +14155552672"),
            ("Name Prefix", "Dr."),
        ],
        &[("E-mail 1 - Value", "bea@example.org"), ("Birthday", "--03-07")],
        &[("E-mail 2 - Value", "cyd@example.org"), ("Phone 2 - Value", "+393331234568")],
    ];
    let expected = [
        json!({
            "firstName": "Ada", "lastName": "Byron", "civilStatus": "Lady", "email": "ada@example.org",
            "phoneNumber": "+39 333 1234567", "birthDate": "1975-03-16", "country": "IT", "zipCode": "00184",
        }),
        json!({"email": "rob@example.org", "phoneNumber": "+14155552671"}),
        json!({"email": "bea@example.org"}),
        json!({"email": "cyd@example.org", "phoneNumber": "+393331234568"}),
    ];
    assert_eq!(of("google-contacts", GOOGLE, &rows), expected);
    let Imported { told, .. } = import("g.csv", file(GOOGLE, &rows), &["--preset", "google-contacts"]).unwrap();
    assert!(has(&told, "\"--03-07\" (1)"), "{told:?}");
    assert!(has(&told, "not valid: civilStatus (1)"), "{told:?}");
}

#[test]
fn outlook_writes_dates_and_genders_that_are_missing() {
    let blank = |email: &'static str| {
        [("Birthday", "0/0/00"), ("Anniversary", "0/0/00"), ("Gender", "Unspecified"), ("E-mail Address", email)]
    };
    let (ada, ben) = (blank("ada@example.org"), blank("/o=ExchangeLabs/ou=Exchange/cn=ben"));
    let ben =
        [&ben[..], &[("E-mail 2 Address", "ben@example.org"), ("Title", "Dr."), ("Language", "Italian")]].concat();
    let cyd =
        [("E-mail Address", "cyd@example.org"), ("Gender", "Male"), ("Title", "Mr."), ("Home Phone", "+390669812345")];
    let expected = [
        json!({"email": "ada@example.org"}),
        json!({"email": "ben@example.org", "language": "it"}),
        json!({"email": "cyd@example.org", "gender": "male", "civilStatus": "Mr", "phoneNumber": "+390669812345"}),
    ];
    assert_eq!(of("outlook", OUTLOOK_CLASSIC, &[&ada, &ben, &cyd]), expected);
}

#[test]
fn the_new_outlook_has_later_choices() {
    let rows: [&[(&str, &str)]; 3] = [
        &[
            ("E-mail 3 Address", "ada@example.org"),
            ("Business Phone", "+390669812345"),
            ("Business Postal Code", "00184"),
            ("Business Country/Region", "Italy"),
        ],
        &[("E-mail Address", "ben@example.org"), ("E-mail 2 Address", "b@example.org"), ("Birthday", "0000-00-00")],
        &[("Primary Phone", "+390669812345"), ("Mobile Phone", "+393331234567"), ("Birthday", "00/00/0000")],
    ];
    let expected = [
        json!({"email": "ada@example.org", "phoneNumber": "+390669812345", "zipCode": "00184", "country": "IT"}),
        json!({"email": "ben@example.org"}),
        json!({"phoneNumber": "+393331234567"}),
    ];
    assert_eq!(of("outlook", OUTLOOK_NEW, &rows), expected);
}

#[test]
fn hubspot_prefers_the_mobile_number_of_a_row() {
    let rows: [&[(&str, &str)]; 3] = [
        &[("Record ID", "101"), ("Mobile Phone Number", "+393331234567")],
        &[("Record ID", "102"), ("Phone Number", "+390669812345"), ("Company Name", "ACME")],
        &[("Record ID", "103"), ("Phone Number", "+390669812345"), ("Mobile Phone Number", "+393331234568")],
    ];
    let expected = [
        json!({"extId": "101", "phoneNumber": "+393331234567"}),
        json!({"extId": "102", "phoneNumber": "+390669812345", "companyName": "ACME"}),
        json!({"extId": "103", "phoneNumber": "+393331234568"}),
    ];
    assert_eq!(of("hubspot", HUBSPOT, &rows), expected);
    let row: &[(&str, &str)] = &[("Record ID", "7"), ("Associated Company", "ACME"), ("Country/Region", "France")];
    assert_eq!(
        of("hubspot", HUBSPOT_ASSOCIATED, &[row]),
        [json!({"extId": "7", "companyName": "ACME", "country": "FR"})]
    );
}

#[test]
fn mailchimp_has_names_and_merge_tags() {
    let row: &[(&str, &str)] =
        &[("Email Address", "ada@example.org"), ("First Name", "Ada"), ("CC", "IT"), ("EUID", "e1")];
    let expected = json!({"email": "ada@example.org", "firstName": "Ada", "country": "IT", "extId": "e1"});
    assert_eq!(of("mailchimp", MAILCHIMP, &[row]), [expected]);
    let text = "EMAIL,FNAME,LNAME,PHONE\nada@example.org,Ada,Byron,+393331234567\n";
    let expected =
        json!({"email": "ada@example.org", "firstName": "Ada", "lastName": "Byron", "phoneNumber": "+393331234567"});
    assert_eq!(customers("guests.csv", text, &["--preset", "mailchimp"]), [expected]);
}

#[test]
fn openwisp_has_files_without_names_and_hashes_for_passwords() {
    let row: &[(&str, &str)] = &[
        ("id", "3f1c7c7e"),
        ("username", "ada"),
        ("email", "ada@example.org"),
        ("password", "pbkdf2_sha256$1$x"),
        ("phone_number", "+393331234567"),
        ("expiration_date", "2027-01-01"),
    ];
    let expected =
        json!({"extId": "3f1c7c7e", "username": "ada", "email": "ada@example.org", "phoneNumber": "+393331234567"});
    assert_eq!(of("openwisp-radius", OPENWISP, &[row]), [expected]);

    let batch = "ada,cleartext$lace,ada@example.org,Ada,Byron\n,,ben@example.org,,\ncyd,pbkdf2_sha256$1$x,cyd@example.org,Cyd,\n";
    let imported = import("batch.csv", batch, &["--preset", "openwisp-radius"]).unwrap();
    let expected = [
        json!({"username": "ada", "password": "lace", "email": "ada@example.org", "firstName": "Ada", "lastName": "Byron"}),
        json!({"email": "ben@example.org"}),
        json!({"username": "cyd", "email": "cyd@example.org", "firstName": "Cyd"}),
    ];
    assert_eq!(imported.rows, expected.map(Ok));
    assert!(has(&imported.told, "not valid: password (1)"), "{:?}", imported.told);
    assert!(import("batch.csv", batch, &[]).is_err());
}

#[test]
fn a_dropped_value_makes_room_for_a_later_choice() {
    let row: &[(&str, &str)] = &[("Phone 1 - Value", "*100#"), ("Phone 2 - Value", "+393331234567")];
    let text = file(GOOGLE, &[row]);
    let options = ["--preset", "google-contacts", "--drop-bad-values"];
    assert_eq!(customers("guests.csv", text, &options), [json!({"phoneNumber": "+393331234567"})]);
}
