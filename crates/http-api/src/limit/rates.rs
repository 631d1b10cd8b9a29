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
    /// Customers that one public app finds in an hour without proving to be theirs; as of the next three, all apps of an
    /// organization together have [`Rates::APPS`] times as much.
    pub app_found: NonZeroU32,
    /// Times in an hour that one public app asks for a customer who is not there.
    pub app_missed: NonZeroU32,
    /// Customers that one public app creates in an hour.
    pub app_created: NonZeroU32,
    /// Bytes that one public app writes in an hour.
    pub app_written: NonZeroU32,
}

impl Default for Rates {
    /// More than any machine answers; and a hundred, so that many clients that begin at the same time meet no limit.
    fn default() -> Self {
        const REQUESTS: NonZeroU32 = NonZeroU32::new(100_000).expect("not zero");
        const GUESSES: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
        // Nearly three guests a second, all day, are more than a venue's app meets; the 895 a second that one key was good
        // for, without a limit, are 300 times as many.
        const GUESTS: NonZeroU32 = NonZeroU32::new(10_000).expect("not zero");
        // 6 KiB for each of them. Without a limit a key filled the disk at 16 MB/s.
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
    /// An organization's public apps together may do so many times what one may: an app for each system of phones, and some
    /// more.
    pub const APPS: u32 = 4;

    /// What one public app finds, misses, creates and writes.
    pub(crate) const fn of_apps(self) -> [Rate; 4] {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        [
            Rate { name: "found", times: self.app_found, within: HOUR },
            Rate { name: "missed", times: self.app_missed, within: HOUR },
            Rate { name: "created", times: self.app_created, within: HOUR },
            Rate { name: "written", times: self.app_written, within: HOUR },
        ]
    }

    /// The same of all public apps of an organization.
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
