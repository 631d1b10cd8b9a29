//! What can happen, and how it is made up.

use domain::value::Source;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// A field of a profile that a step can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Phone,
    Email,
    ExtId,
    ExtProp1,
    ExtProp2,
    Guid,
    FirstName,
    Os,
    Tier,
    Privacy,
    TermsOfUse,
    Marketing,
    Loyalty,
}

impl Field {
    /// Those whose values find nobody.
    const OTHERS: [Self; 7] =
        [Self::FirstName, Self::Os, Self::Tier, Self::Privacy, Self::TermsOfUse, Self::Marketing, Self::Loyalty];

    /// Those whose values find a customer, and their names in a `deduplicate` list.
    pub(super) const KEYS: [(Self, &'static str); 6] = [
        (Self::Phone, "phoneNumber"),
        (Self::Email, "email"),
        (Self::ExtId, "extId"),
        (Self::ExtProp1, "extProp1"),
        (Self::ExtProp2, "extProp2"),
        (Self::Guid, "guid"),
    ];

    /// The values that it can have.
    fn pool(self) -> Vec<Text> {
        match self {
            Self::Phone => vec![
                Text { typed: "+39 333 123-4567", stored: "+393331234567", same: "+393331234567" },
                Text::plain("+393331234567"),
                Text::plain("+393331234568"),
                Text::plain("+14155552671"),
            ],
            Self::Email => vec![
                Text::same("a@example.org", "a"),
                Text::same("A@Example.ORG", "a"),
                Text::same("b@example.org", "b"),
                Text::same("B@example.org", "b"),
                Text::same("c@bücher.example", "c"),
                Text::same("C@xn--bcher-kva.Example", "c"),
            ],
            Self::ExtId | Self::ExtProp1 | Self::ExtProp2 | Self::Guid => {
                vec![Text::plain("x"), Text::plain("X"), Text::plain("y ")]
            }
            Self::FirstName | Self::Os | Self::Tier => vec![Text::plain("x"), Text::plain("ö'\"\\")],
            Self::Privacy | Self::TermsOfUse | Self::Marketing | Self::Loyalty => {
                vec![Text::plain("true"), Text::plain("false")]
            }
        }
    }
}

/// A value of a pool.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Text {
    /// As it is sent.
    pub(super) typed: &'static str,
    /// As it comes back.
    pub(super) stored: &'static str,
    /// Two values with the same of this find each other.
    pub(super) same: &'static str,
}

impl Text {
    const fn plain(text: &'static str) -> Self {
        Self { typed: text, stored: text, same: text }
    }

    const fn same(text: &'static str, same: &'static str) -> Self {
        Self { typed: text, stored: text, same }
    }
}

/// As it is sent, so that a failing run can be read.
impl std::fmt::Debug for Text {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.typed.fmt(f)
    }
}

/// What is sent for a field; fields that are not sent are not in the map. `None` is null.
pub(super) type Values = std::collections::BTreeMap<Field, Option<Text>>;

#[derive(Debug, Clone)]
pub(super) enum Step {
    /// A batch.
    Write(Vec<Write>),
    Issue {
        who: Who,
        seconds: i64,
        hits: Option<u32>,
    },
    LookUp {
        token: usize,
    },
    Hit {
        token: usize,
    },
    Wait {
        milliseconds: i64,
    },
}

#[derive(Debug, Clone)]
pub(super) enum Write {
    Post(Post),
    Put(Put),
    Erase(Who),
    /// Sends a POST once more, with the same fresh id.
    Again(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) deduplicate: Vec<(Field, &'static str)>,
    pub(super) values: Values,
    pub(super) lock: Option<bool>,
    pub(super) public_app: bool,
    pub(super) username: Option<&'static str>,
    pub(super) password: Option<&'static str>,
    pub(super) location: Option<Place>,
    pub(super) source: Source,
}

#[derive(Debug, Clone)]
pub(super) struct Put {
    pub(super) who: Who,
    pub(super) values: Values,
    pub(super) lock: Option<bool>,
    pub(super) location: Option<Place>,
}

/// A customer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    /// One of the organization, by its place in the list.
    Ours(usize),
    /// One of another organization.
    Stranger,
    /// None at all.
    Nobody,
}

/// A location.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The organization's only one.
    Lobby,
    /// None of the organization's.
    Nowhere,
}

/// A key field and its name in a `deduplicate` list.
type Key = (Field, &'static str);

/// One run. It uses few of the fields: so its commands meet each other's customers far more often than if each of them
/// chose among all.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let keys = subsequence(Field::KEYS.to_vec(), 1..=3);
    let others = subsequence(Field::OTHERS.to_vec(), 0..=3);
    (keys, others).prop_flat_map(|(keys, others)| vec(step(&keys, &others), 1..40))
}

fn step(keys: &[Key], others: &[Field]) -> impl Strategy<Value = Step> + use<> {
    prop_oneof![
        8 => vec(write(keys, others), 1..5).prop_map(Step::Write),
        1 => (who(), 1..4_i64, option::of(1..4_u32))
            .prop_map(|(who, seconds, hits)| Step::Issue { who, seconds, hits }),
        1 => any::<usize>().prop_map(|token| Step::LookUp { token }),
        2 => any::<usize>().prop_map(|token| Step::Hit { token }),
        // In steps that meet the end of a token's life exactly.
        1 => (1..5_i64).prop_map(|halves| Step::Wait { milliseconds: 500 * halves }),
    ]
}

fn write(keys: &[Key], others: &[Field]) -> impl Strategy<Value = Write> + use<> {
    prop_oneof![
        5 => post(keys, others).prop_map(Write::Post),
        4 => put(keys, others).prop_map(Write::Put),
        1 => who().prop_map(Write::Erase),
        1 => any::<usize>().prop_map(Write::Again),
    ]
}

fn post(keys: &[Key], others: &[Field]) -> impl Strategy<Value = Post> + use<> {
    let deduplicate = subsequence(keys.to_vec(), 0..=keys.len()).prop_shuffle();
    let accepted = prop::bool::weighted(0.9);
    let credentials = (
        option::weighted(0.1, select(vec!["mario", "Mario", "luigi"])),
        option::weighted(0.1, select(vec!["geheim", "pä ss"])),
    );
    let values = values(keys, others);
    (deduplicate, values, accepted, lock(), any::<bool>(), credentials, place(), select(Source::ALL)).prop_map(
        |(deduplicate, mut values, accepted, lock, public_app, (username, password), location, source)| {
            if accepted {
                values.insert(Field::Privacy, Some(Text::plain("true")));
                values.insert(Field::TermsOfUse, Some(Text::plain("true")));
            }
            Post { deduplicate, values, lock, public_app, username, password, location, source }
        },
    )
}

fn put(keys: &[Key], others: &[Field]) -> impl Strategy<Value = Put> + use<> {
    (who(), values(keys, others), lock(), place()).prop_map(|(who, values, lock, location)| Put {
        who,
        values,
        lock,
        location,
    })
}

fn values(keys: &[Key], others: &[Field]) -> impl Strategy<Value = Values> + use<> {
    let fields: Vec<_> = keys.iter().map(|(field, _)| field).chain(others).copied().collect();
    let field = select(fields).prop_flat_map(|field| (Just(field), option::weighted(0.8, select(field.pool()))));
    vec(field, 0..5).prop_map(Values::from_iter)
}

fn lock() -> impl Strategy<Value = Option<bool>> {
    option::of(any::<bool>())
}

fn place() -> impl Strategy<Value = Option<Place>> {
    option::weighted(0.1, prop_oneof![2 => Just(Place::Lobby), 1 => Just(Place::Nowhere)])
}

fn who() -> impl Strategy<Value = Who> {
    prop_oneof![
        12 => any::<usize>().prop_map(Who::Ours),
        1 => Just(Who::Stranger),
        1 => Just(Who::Nobody),
    ]
}
