//! The parameters of what is read page by page by its ids.

use domain::InvalidValue;
use jiff::civil::Date;

use super::{Params, Reader};
use crate::ApiError;

/// Entries of a page, unless told otherwise, and at most.
const SIZE: u16 = 100;
const MAX_SIZE: u16 = 1000;

/// Which part is asked for.
pub(crate) struct PageParams<I> {
    /// How many entries, at most.
    pub(crate) size: u16,
    /// The id of the last entry of the page before, which is its `sid`.
    pub(crate) place: Option<I>,
}

impl<I> PageParams<I> {
    /// What `size` and `sid` say.
    pub(crate) fn read(
        params: &Params,
        today: Date,
        parse: impl FnOnce(&str) -> Result<I, InvalidValue>,
    ) -> Result<Self, ApiError> {
        let mut reader = Reader::empty(today);
        let size = params.get("size").map(|text| {
            let size = text.parse().ok().filter(|size| (1..=MAX_SIZE).contains(size));
            size.ok_or_else(|| InvalidValue::invalid(format!("must be a number from 1 to {MAX_SIZE}")))
        });
        let size = size.map_or(Some(SIZE), |size| reader.accept("size", size).into_value());
        let sid = params
            .get("sid")
            .map(|text| parse(text).map_err(|_| InvalidValue::invalid("must be the `sid` of a page of this list")));
        let place = sid.and_then(|sid| reader.accept("sid", sid).into_value());
        reader.finish(|| Some(Self { size: size?, place }))
    }
}
