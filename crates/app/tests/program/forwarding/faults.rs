//! What goes wrong between two registries.

use std::collections::HashMap;

use fastrand::Rng;

/// What goes wrong with a request.
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
    /// It is carried out, and something comes that is no JSON.
    BadJson,
    /// It is carried out, and a page comes.
    Page,
    /// The session is over, which the registry itself does not know.
    SessionOver,
    /// Nothing is done, and this status comes.
    Refused(u16),
    /// Nothing is done, and this status comes, to be left alone until then.
    Busy(u16, Until),
}

/// How a time is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Until {
    Seconds(u8),
    /// A second ahead of the date in the answer.
    Date,
}

/// Each of them, and how often it is among the [`CARDS`]: those that cost a second are few.
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
    // It costs as long as an answer is waited for, and so it comes only when a test wants it.
    (Fault::Stalled, 0),
];

/// Requests, of which each meets a card.
const CARDS: usize = 400;

/// Faults by chance, but as many of each as there should be. The same seed deals them in the same order.
pub(super) struct Deck {
    chance: Rng,
    cards: Vec<Option<Fault>>,
    dealt: HashMap<Fault, usize>,
}

impl Deck {
    pub(super) fn new(seed: u64) -> Self {
        Self { chance: Rng::with_seed(seed), cards: Vec::new(), dealt: HashMap::new() }
    }

    /// What goes wrong with the next request. The cards are shuffled anew when there are none left.
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

    /// The next request meets this one.
    pub(super) fn put_on_top(&mut self, fault: Fault) {
        self.cards.push(Some(fault));
    }

    /// Those that no request has met.
    pub(super) fn missing(&self) -> Vec<Fault> {
        FAULTS.iter().map(|(fault, _)| *fault).filter(|fault| !self.dealt.contains_key(fault)).collect()
    }
}
