//! Geographic angles.

use crate::InvalidValue;

/// Degrees from `-MAX` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Degrees<const MAX: i32>(f64);

/// North of the equator, or south when it is negative.
pub type Latitude = Degrees<90>;
/// East of Greenwich, or west when it is negative.
pub type Longitude = Degrees<180>;

impl<const MAX: i32> Degrees<MAX> {
    /// An angle of this many degrees.
    ///
    /// # Errors
    /// Not a number, or out of range.
    pub fn new(degrees: f64) -> Result<Self, InvalidValue> {
        let max = f64::from(MAX);
        if (-max..=max).contains(&degrees) {
            Ok(Self(degrees))
        } else {
            Err(InvalidValue::invalid(format!("must be from -{MAX} to {MAX} degrees")))
        }
    }

    /// The number.
    pub const fn number(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn are_on_the_globe() {
        for degrees in [-90.0, 0.0, 45.4642, 90.0] {
            assert_eq!(Latitude::new(degrees).unwrap().number(), degrees);
        }
        for degrees in [-90.1, 91.0, f64::NAN, f64::INFINITY] {
            assert!(Latitude::new(degrees).is_err());
        }
        assert!(Longitude::new(-180.0).is_ok() && Longitude::new(180.5).is_err());
    }
}
