//! Bounded lists.

use std::ops::Deref;

use crate::InvalidValue;

/// At most `MAX` values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> List<T, MAX> {
    /// A list of these values.
    ///
    /// # Errors
    /// More values than `MAX`.
    pub fn new(values: Vec<T>) -> Result<Self, InvalidValue> {
        if values.len() > MAX { Err(InvalidValue::too_long(MAX, "entries")) } else { Ok(Self(values)) }
    }
}

impl<T, const MAX: usize> Default for List<T, MAX> {
    /// An empty list.
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> Deref for List<T, MAX> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn is_bounded() {
        assert_eq!(*List::<_, 2>::new(vec![1, 2]).unwrap(), [1, 2]);
        assert_eq!(List::<_, 2>::new(vec![1, 2, 3]).unwrap_err().code, ViolationCode::TooLong);
    }
}
