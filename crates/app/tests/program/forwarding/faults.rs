//! The faults between two registries.

use std::collections::HashMap;

use fastrand::Rng;

/// A fault of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Fault {
    /// Nothing is done, and the connection is reset.
    Reset,
    /// It is carried out, and the connection is reset before the answer.
    Lost,
    /// It is carried out, and half of the answer comes.
    Half,
    /// It is carried out, and no answer ever comes.
    Stalled,
    /// It is carried out, and the response is not JSON.
    BadJson,
    /// It is carried out, and the response is a page.
    Page,
    /// The session has ended, which the registry itself does not know.
    SessionOver,
    /// Nothing is done, and the response has this status.
    Refused(u16),
    /// Nothing is done, and the response has this status and a `Retry-After`.
    Busy(u16, Until),
}

/// The form of a `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Until {
    Seconds(u8),
    /// A date one second after that of the response.
    Date,
}

/// Each fault, and how often it is among the [`CARDS`]: those that cost a second are rare.
const FAULTS: [(Fault, usize); 15] = [
    (Fault::Reset, 2),
    (Fault::Lost, 2),
    (Fault::Half, 2),
    (Fault::BadJson, 2),
    (Fault::Page, 2),
    (Fault::SessionOver, 2),
    (Fault::Refused(403), 2),
    (Fault::Refused(500), 2),
    (Fault::Busy(429, Until::Seconds(0)), 2),
    (Fault::Busy(503, Until::Seconds(0)), 2),
    (Fault::Busy(429, Until::Seconds(1)), 1),
    (Fault::Busy(503, Until::Seconds(1)), 1),
    (Fault::Busy(429, Until::Date), 1),
    (Fault::Busy(503, Until::Date), 1),
    // It takes the whole time limit of a response, so it occurs only when a test requests it.
    (Fault::Stalled, 0),
];

/// The number of requests, each of which draws a card.
const CARDS: usize = 400;

/// Random faults, but with the given frequency of each. The same seed deals them in the same order.
pub(super) struct Deck {
    chance: Rng,
    cards: Vec<Option<Fault>>,
    dealt: HashMap<Fault, usize>,
}

impl Deck {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: Rng::with_seed(seed), cards: Vec::new(), dealt: HashMap::new() }
    }

    /// The fault of the next request. The cards are shuffled again when none are left.
    pub(super) fn deal(&mut self) -> Option<Fault> {
        if self.cards.is_empty() {
            self.cards = FAULTS.iter().flat_map(|(fault, times)| vec![Some(*fault); *times]).collect();
            self.cards.resize(CARDS, None);
            self.chance.shuffle(&mut self.cards);
        }
        let card = self.cards.pop().flatten();
        if let Some(fault) = card {
            *self.dealt.entry(fault).or_default() += 1;
        }
        card
    }

    /// Gives the next request this fault.
    pub(super) fn put_on_top(&mut self, fault: Fault) {
        self.cards.push(Some(fault));
    }

    /// The faults that no request has had.
    pub(super) fn missing(&self) -> Vec<Fault> {
        FAULTS.iter().map(|(fault, _)| *fault).filter(|fault| !self.dealt.contains_key(fault)).collect()
    }
}
