//! Telephone numbers of guests, from thirty countries, since their costs differ by country.

/// The prefixes of mobile numbers of thirty countries, which seven digits from [`FIRST`] on complete.
const BEGINNINGS: [&str; 30] = [
    "+491511", "+39333", "+1415", "+44771", "+3361", "+3467", "+43664", "+4179", "+3162", "+4860", "+4670", "+551191",
    "+52551", "+549112", "+91981", "+81901", "+82102", "+628121", "+63917", "+6681", "+8490", "+90532", "+7912",
    "+38050", "+20101", "+234803", "+2782", "+6141", "+35191", "+30691",
];
/// In North America the second group does not start with 0 or 1.
const FIRST: u64 = 2_000_000;

/// The number of guests with a unique number.
pub(crate) const GUESTS: u64 = BEGINNINGS.len() as u64 * 8_000_000;

/// The valid number of this guest, in E.164 form. Consecutive guests are from different countries.
pub(crate) fn number(guest: u64) -> String {
    let countries = BEGINNINGS.len() as u64;
    format!("{}{:07}", BEGINNINGS[(guest % countries) as usize], FIRST + guest / countries)
}

/// The digits of the same number as a pgbench expression of `:guest`.
pub(crate) fn digits_in_pgbench() -> String {
    let countries = BEGINNINGS.len();
    let one = |(place, beginning): (usize, &&str)| {
        format!(" when :guest % {countries} = {place} then {}", beginning.trim_start_matches('+'))
    };
    let beginning: String = BEGINNINGS.iter().enumerate().map(one).collect();
    format!("(case{beginning} end) * 10000000 + {FIRST} + :guest / {countries}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::value::PhoneNumber;

    use super::*;

    #[test]
    fn numbers_are_valid_and_nobody_shares_one() {
        let guests = (0..300).chain((0..300).map(|step| step * (GUESTS / 2 / 300))).chain(GUESTS / 2 - 60..GUESTS / 2);
        let guests: BTreeSet<_> = guests.collect();
        let numbers: BTreeSet<_> = guests.iter().map(|guest| number(*guest)).collect();
        assert_eq!(numbers.len(), guests.len());
        for number in numbers {
            assert_eq!(PhoneNumber::parse(&number).unwrap().as_str(), number);
        }
    }

    #[test]
    fn pgbench_makes_the_same_number() {
        let expression = digits_in_pgbench();
        assert!(expression.starts_with("(case when :guest % 30 = 0 then 491511 when :guest % 30 = 1 then 39333 when"));
        assert!(expression.ends_with(" then 30691 end) * 10000000 + 2000000 + :guest / 30"));
        // Every number is a country's prefix and seven digits.
        assert_eq!(number(31), format!("+{}", 39_333 * 10_000_000_u64 + FIRST + 1));
    }
}
