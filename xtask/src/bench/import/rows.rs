//! The rows: guests as an older system exports them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use super::super::phones;
use crate::shell::Failure;

/// The columns, under names that map to fields.
const NAMES: &str =
    "Client no,E-Mail,Phone,First name,Last name,Gender,Birth date,Language,Country,Zip code,Company name,Custom tier";

const FIRST_NAMES: [&str; 8] = ["Ada", "Grace", "Zoë", "Alan", "José", "Mary", "Konrad", "Радка"];
const LAST_NAMES: [&str; 7] = ["Lovelace", "Hopper", "Müller", "Turing", "\"van Beethoven, jr.\"", "Curie", "Đặng"];
const LANGUAGES: [(&str, &str); 5] = [("en", "GB"), ("de", "DE"), ("it", "IT"), ("es", "ES"), ("fr", "CH")];
const COMPANIES: [&str; 3] = ["", "", "Analytical Engines Ltd"];
const TIERS: [&str; 4] = ["", "gold", "", "silver"];

/// Writes a CSV file with this many different guests.
pub(super) fn write(path: &Path, rows: u64) -> Result<(), Failure> {
    let mut file = BufWriter::new(File::create(path)?);
    writeln!(file, "{NAMES}")?;
    for number in 0..rows {
        writeln!(file, "{}", row(number))?;
    }
    Ok(file.into_inner()?.sync_all()?)
}

fn row(number: u64) -> String {
    let (language, country) = one(&LANGUAGES, number);
    let (first, last) = (one(&FIRST_NAMES, number), one(&LAST_NAMES, number / 3));
    let gender = one(&["f", "m", ""], number);
    let (year, month, day) = (1940 + number % 65, 1 + number % 12, 1 + number % 28);
    let phone = phones::number(number);
    let (zip, company, tier) = (10_000 + number % 80_000, one(&COMPANIES, number), one(&TIERS, number / 2));
    format!(
        "crm-{number},guest{number}@bench.example,{phone},{first},{last},{gender},{year}-{month:02}-{day:02},\
         {language},{country},{zip},{company},{tier}"
    )
}

fn one<T: Copy>(of: &[T], number: u64) -> T {
    of[(number % of.len() as u64) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_a_value_for_each_name() {
        let names = NAMES.split(',').count();
        // A quoted comma belongs to a value.
        assert!((0..50).all(|number| [names, names + 1].contains(&row(number).split(',').count())));
        assert_ne!(row(1), row(2));
    }
}
