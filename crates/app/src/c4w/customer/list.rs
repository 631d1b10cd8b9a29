//! `c4w customer list` and `c4w customer find`

use c4w_client::wire::{Contact, Text};
use c4w_client::{Client, Page};
use domain::value::{PhoneNumber, visible};
use serde_json::json;

use crate::cli::Select;
use crate::failure::Failure;
use crate::login;
use crate::output::Output;

/// The number of customers per page.
const SIZE: u16 = 1000;

/// `find`: fails if there is none.
pub(super) async fn run(client: &dyn Client, options: Select, find: bool, output: Output) -> Result<(), Failure> {
    let organization = match &options.organization {
        Some(organization) => organization.clone(),
        None => login::organization(client).await?,
    };
    let filters = filters(&options)?;
    let name_is_blank = options.name.as_deref().is_some_and(|name| visible(name).is_empty());
    if name_is_blank || filters.iter().any(|(_, value)| visible(value).is_empty()) {
        return Err(Failure::usage("a value to search for is empty"));
    }
    let name = options.name.as_deref().map(str::to_lowercase);
    let mut page = Page { size: Some(SIZE), sid: None };
    let mut count: u64 = 0;
    loop {
        let part = client.customers(&organization, &filters, &page).await?;
        for customer in part.customers.unwrap_or_default() {
            if !name.as_deref().is_none_or(|name| is_named(&customer, name)) {
                continue;
            }
            count += 1;
            if !options.count {
                let json =
                    serde_json::to_value(&customer).map_err(|error| Failure::local("writing the answer", &error))?;
                output.either(&json, &line(&customer))?;
            }
            if options.limit == Some(count) {
                return end(count, &options, find, output);
            }
        }
        let Some(sid) = part.sid else { return end(count, &options, find, output) };
        page.sid = Some(sid.to_string());
    }
}

fn end(count: u64, options: &Select, find: bool, output: Output) -> Result<(), Failure> {
    match count {
        _ if options.count => output.either(&json!({"count": count}), &count.to_string()),
        0 if find => Err(Failure::Nobody),
        _ => Ok(()),
    }
}

/// The parameters of the list.
fn filters(options: &Select) -> Result<Vec<(&'static str, String)>, Failure> {
    let time = |time: &Option<String>| time.as_deref().map(instant).transpose();
    let filters = [
        ("email", options.email.clone()),
        ("phoneNumber", options.phone_number.clone()),
        ("username", options.username.clone()),
        ("extId", options.ext_id.clone()),
        ("extProp1", options.ext_prop1.clone()),
        ("extProp2", options.ext_prop2.clone()),
        ("createdFrom", time(&options.created_since)?),
        ("createdTo", time(&options.created_until)?),
    ];
    Ok(filters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}

/// A time, or the start of a day in UTC.
fn instant(text: &str) -> Result<String, Failure> {
    if text.parse::<jiff::Timestamp>().is_ok() {
        return Ok(text.to_owned());
    }
    let day: jiff::civil::Date = text.parse().map_err(|_| {
        Failure::usage(format!("{text:?} is neither a day such as 2026-03-28 nor a time such as 2026-03-28T10:15:30Z"))
    })?;
    Ok(format!("{day}T00:00:00Z"))
}

/// Whether first and last name, in either order, contain this text.
fn is_named(customer: &Contact, text: &str) -> bool {
    let name = |name: &Option<Text>| name.as_ref().map(|name| name.as_str().to_lowercase()).unwrap_or_default();
    let (first, last) = (name(&customer.first_name), name(&customer.last_name));
    format!("{first} {last}").contains(text) || format!("{last} {first}").contains(text)
}

/// Id, time of creation, name, e-mail address and telephone number.
fn line(customer: &Contact) -> String {
    let text = |text: &Option<Text>| text.as_ref().map_or_else(|| "-".to_owned(), Text::to_string);
    let names = [&customer.first_name, &customer.last_name].into_iter().flatten();
    let name = names.map(Text::as_str).collect::<Vec<_>>().join(" ");
    let name = if name.is_empty() { "-".to_owned() } else { name };
    let phone = text(&customer.phone);
    let phone = PhoneNumber::restore(&phone).map_or(phone, |number| number.international());
    let (id, created, email) = (text(&customer.cid), text(&customer.created), text(&customer.email));
    format!("{id}  {created}  {name}  {email}  {phone}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_beginning() {
        assert_eq!(instant("2026-03-28").unwrap(), "2026-03-28T00:00:00Z");
        assert_eq!(instant("2026-03-28T10:15:30+01:00").unwrap(), "2026-03-28T10:15:30+01:00");
        assert!(instant("yesterday").is_err() && instant("28.3.2026").is_err());
    }

    #[test]
    fn names_are_found_in_either_order_and_any_case() {
        let customer: Contact = serde_json::from_value(json!({"firstName": "Ada", "lastName": "Lovelace"})).unwrap();
        for text in ["ada", "lovelace", "ada love", "lovelace ada"] {
            assert!(is_named(&customer, text), "{text}");
        }
        assert!(!is_named(&customer, "byron"));
    }
}
