//! Amounts of traffic.

/// 2^63 - 1, the largest number that every store can hold: eight exbibytes, which no session transfers.
const LARGEST: u64 = i64::MAX as u64;

/// A number of octets, up to 2^63 - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Octets(u64);

impl Octets {
    /// The value of a 32-bit counter that has overflowed this many times (RFC 2869, 5.1 and 5.2). A sum above the
    /// maximum becomes the maximum: the record of a broken counter still shows that the session goes on, or ended.
    pub fn counted(gigawords: u32, octets: u32) -> Self {
        Self::new(u64::from(gigawords) << 32 | u64::from(octets))
    }

    /// This number, or the maximum if it is greater.
    pub fn new(octets: u64) -> Self {
        Self(octets.min(LARGEST))
    }

    /// What a counter of 32 bits has counted that shows this and showed `earlier` before. It has overflowed if it shows less,
    /// and the shorter way to there is forward; it was reset if that way is backward. A counter at zero may not be one.
    #[must_use]
    pub fn counted_after(self, earlier: Self) -> Self {
        const TURN: u64 = 1 << 32;
        let forward = self.0.wrapping_sub(earlier.0) % TURN;
        let overflowed = self.0 > 0 && self < earlier && forward < TURN / 2;
        if overflowed { Self::new(earlier.0.saturating_add(forward)) } else { self }
    }

    /// Whether a counter of 32 bits shows the same for both.
    pub(super) const fn shows_as(self, other: Self) -> bool {
        self.0 << 32 == other.0 << 32
    }

    /// The number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflows_of_the_counter_count() {
        assert_eq!(Octets::counted(0, u32::MAX).number(), 4_294_967_295);
        assert_eq!(Octets::counted(1, 0).number(), 4_294_967_296);
        assert_eq!(Octets::counted(3, 5).number(), 3 * 4_294_967_296 + 5);
        assert_eq!(Octets::counted(u32::MAX / 2, u32::MAX).number(), LARGEST);
        assert_eq!(Octets::counted(u32::MAX, 0).number(), LARGEST);
    }
}
