//! How often is too often.

use std::num::NonZeroU32;
use std::time::Duration;

/// A number of times in a while. All of them may come at once; then they come back one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// How the headers of an answer call it.
    pub(crate) name: &'static str,
    pub(crate) times: NonZeroU32,
    /// In which all of them come back, in whole seconds.
    pub(crate) within: Duration,
}

/// How often things may be asked, on each instance by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Requests of one service, a second.
    pub requests: NonZeroU32,
    /// Wrong secrets of one service at once; one more a second.
    pub secrets: NonZeroU32,
    /// Passwords that one service tries for one username at once; as many again in ten minutes.
    pub passwords: NonZeroU32,
    /// Activation pages and profiles of one 256th of the organizations, a second.
    pub pages: NonZeroU32,
}

impl Default for Rates {
    /// More than any machine answers; and a hundred, so that many clients that begin at the same time meet no limit.
    fn default() -> Self {
        const REQUESTS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
        const GUESSES: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
        Self { requests: REQUESTS, secrets: GUESSES, passwords: GUESSES, pages: REQUESTS }
    }
}

impl Rates {
    pub(crate) const fn of_requests(self) -> Rate {
        Rate { name: "service", times: self.requests, within: Duration::from_secs(1) }
    }

    pub(crate) const fn of_pages(self) -> Rate {
        Rate { name: "page", times: self.pages, within: Duration::from_secs(1) }
    }

    pub(crate) const fn of_secrets(self) -> Rate {
        Rate { name: "secret", times: self.secrets, within: Duration::from_secs(self.secrets.get() as u64) }
    }

    pub(crate) const fn of_passwords(self) -> Rate {
        Rate { name: "password", times: self.passwords, within: Duration::from_secs(10 * 60) }
    }
}
