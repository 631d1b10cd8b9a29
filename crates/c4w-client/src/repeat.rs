//! When a request is repeated.

use std::time::{Duration, SystemTime};

use reqwest::header::{DATE, HeaderMap, HeaderValue, RETRY_AFTER};

use crate::error::Repeatable;
use crate::{Error, Pauses};

/// The number of attempts and the pauses between them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Repeats {
    /// The maximum number of attempts.
    pub(crate) times: u32,
    /// The pause after the first attempt; it doubles with each further one.
    pub(crate) first: Duration,
    /// The maximum pause, our own or the server's.
    pub(crate) longest: Duration,
}

impl Repeats {
    /// How long to wait after this failure; `None` if the request must not be repeated, or repeating it is useless.
    pub(crate) fn pause_after(
        &self,
        sent: u32,
        error: &Error,
        harmless: bool,
        pauses: &dyn Pauses,
    ) -> Option<Duration> {
        let may = match error.repeatable() {
            Repeatable::Never => false,
            Repeatable::IfHarmless => harmless,
            Repeatable::Always => true,
        };
        if !may || sent >= self.times {
            return None;
        }
        match error.retry_after() {
            Some(told) if told > self.longest => None,
            Some(told) => Some(told + self.first.mul_f64(pauses.chance())),
            None => Some(self.of_our_own(sent, pauses.chance())),
        }
    }

    /// Doubled with each attempt, and randomly between half and all of it.
    fn of_our_own(&self, sent: u32, chance: f64) -> Duration {
        let doubled = self.first.saturating_mul(1 << sent.saturating_sub(1).min(16));
        doubled.min(self.longest).mul_f64(0.5 + chance / 2.0)
    }
}

/// The pause that `Retry-After` asks for: seconds, or a date, which is compared with the server's own clock.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let told = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = told.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(told).ok()?;
    let now = headers.get(DATE).and_then(date)?;
    Some(until.duration_since(now).unwrap_or_default())
}

fn date(value: &HeaderValue) -> Option<SystemTime> {
    httpdate::parse_http_date(value.to_str().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::Problem;

    struct Never(f64);

    #[async_trait]
    impl Pauses for Never {
        async fn pause(&self, _: Duration) {}

        fn chance(&self) -> f64 {
            self.0
        }
    }

    const REPEATS: Repeats = Repeats { times: 5, first: Duration::from_millis(200), longest: Duration::from_secs(60) };

    fn limited(seconds: Option<u64>) -> Error {
        Error::RateLimited { problem: Problem::default(), retry_after: seconds.map(Duration::from_secs) }
    }

    fn after(sent: u32, error: &Error, harmless: bool, chance: f64) -> Option<u64> {
        let pause = REPEATS.pause_after(sent, error, harmless, &Never(chance))?;
        Some(u64::try_from(pause.as_millis()).unwrap())
    }

    #[test]
    fn pauses_double_and_scatter() {
        let pauses = |chance| [1, 2, 3, 4].map(|sent| after(sent, &limited(None), false, chance).unwrap());
        assert_eq!((pauses(0.0), pauses(1.0)), ([100, 200, 400, 800], [200, 400, 800, 1600]));
        assert_eq!(after(5, &limited(None), true, 0.0), None);
    }

    #[test]
    fn the_server_is_left_alone_for_as_long_as_it_says() {
        assert_eq!(after(1, &limited(Some(7)), false, 0.0), Some(7000));
        assert_eq!(after(1, &limited(Some(61)), false, 0.0), None);
    }

    #[test]
    fn what_may_have_been_done_goes_again_only_when_that_is_harmless() {
        let away = Error::Unavailable { problem: Problem::default(), retry_after: None };
        assert_eq!((after(1, &away, false, 0.0), after(1, &away, true, 0.0)), (None, Some(100)));
        assert_eq!(after(1, &Error::NotFound(Problem::default()), true, 0.0), None);
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let read = |pairs: &[(&'static str, &'static str)]| {
            retry_after(&pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect())
        };
        let date = ("date", "Thu, 28 Mar 2024 10:15:30 GMT");
        assert_eq!(read(&[("retry-after", "120")]), Some(Duration::from_secs(120)));
        let at = |time| read(&[("retry-after", time), date]);
        assert_eq!(at("Thu, 28 Mar 2024 10:15:42 GMT"), Some(Duration::from_secs(12)));
        assert_eq!(at("Thu, 28 Mar 2024 10:15:00 GMT"), Some(Duration::ZERO));
        assert_eq!(
            (read(&[("retry-after", "Thu, 28 Mar 2024 10:15:42 GMT")]), at("soon"), read(&[])),
            (None, None, None)
        );
    }
}
