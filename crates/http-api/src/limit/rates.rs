//! The rates of the limits.

use std::num::NonZeroU32;
use std::time::Duration;

/// A number of uses per period. All of them may come at once; then they are regained one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rate {
    /// The name of the limit in the headers of a response.
    pub(crate) name: &'static str,
    pub(crate) times: NonZeroU32,
    /// The period in which all of them are regained, in whole seconds.
    pub(crate) within: Duration,
}

/// Rates of requests, which each instance applies separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// Requests of one service, a second.
    pub requests: NonZeroU32,
    /// Wrong secrets of one service in a burst; one more per second.
    pub secrets: NonZeroU32,
    /// Passwords that one service tries for one username in a burst; as many again in ten minutes.
    pub passwords: NonZeroU32,
    /// Activation pages and profiles of one 256th of the organizations, a second.
    pub pages: NonZeroU32,
    /// Customers that one public app finds per hour without proving to be theirs. For this limit and the next three,
    /// all apps of an organization together have [`Rates::APPS`] times as much.
    pub app_found: NonZeroU32,
    /// Look-ups per hour in which one public app finds no customer.
    pub app_missed: NonZeroU32,
    /// Customers that one public app creates per hour.
    pub app_created: NonZeroU32,
    /// Bytes that one public app writes per hour.
    pub app_written: NonZeroU32,
}

impl Default for Rates {
    /// More requests than any machine answers; and a hundred of the others, so that many clients that start at the same
    /// time do not reach a limit.
    fn default() -> Self {
        const REQUESTS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
        const GUESSES: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
        // Nearly three guests a second, all day, are more than a venue's app has. Without a limit, one key was good for
        // 895 a second, 300 times as many.
        const GUESTS: NonZeroU32 = NonZeroU32::new(10_000).expect("not zero");
        // 6 KiB for each guest. Without a limit, one key filled the disk at 16 MB/s.
        const BYTES: NonZeroU32 = NonZeroU32::new(64 * 1024 * 1024).expect("not zero");
        Self {
            requests: REQUESTS,
            secrets: GUESSES,
            passwords: GUESSES,
            pages: REQUESTS,
            app_found: GUESTS,
            app_missed: GUESTS,
            app_created: GUESTS,
            app_written: BYTES,
        }
    }
}

impl Rates {
    /// The factor for all public apps of an organization together: an app per mobile platform, and some more.
    pub const APPS: u32 = 4;

    /// The limits of one public app: found, missed, created and written.
    pub(crate) const fn of_apps(self) -> [Rate; 4] {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        [
            Rate { name: "found", times: self.app_found, within: HOUR },
            Rate { name: "missed", times: self.app_missed, within: HOUR },
            Rate { name: "created", times: self.app_created, within: HOUR },
            Rate { name: "written", times: self.app_written, within: HOUR },
        ]
    }

    /// The same limits for all public apps of an organization.
    pub(crate) fn of_apps_together(self) -> [Rate; 4] {
        let factor = NonZeroU32::MIN.saturating_add(Self::APPS - 1);
        self.of_apps().map(|rate| Rate { times: rate.times.saturating_mul(factor), ..rate })
    }

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
