//! CSV rows with fewer cells than the header: whether the missing cells are empty ones.
//!
//! Excel omits empty cells at the ends of rows, in blocks of sixteen rows. A row that an unquoted line break splits in
//! two is short as well, and must not be read as two customers.

use std::collections::VecDeque;

use csv::ByteRecord;

use super::{Raw, Row};

/// The number of consecutive rows of one length that cannot be parts of a split row.
const CLEAR: usize = 3;
/// The number of rows that have to be known after a short one.
pub(super) const AHEAD: usize = CLEAR - 1;

/// What the previous rows show about a short row.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The number of cells up to the last one that is not empty.
    used: usize,
    /// The length of the last row, and the number of consecutive rows of this length.
    length: usize,
    run: usize,
}

impl Before {
    /// Fills up the row with empty cells if it lacks only those. `behind` has the following rows, as far as there are
    /// any.
    pub(super) fn complete(&mut self, row: &mut Row, behind: &VecDeque<Row>, columns: usize) {
        let Raw::Csv(record) = &mut row.raw else { return };
        let length = record.len();
        let is_short = length < columns && row.in_order;
        self.run = if length == self.length { self.run + 1 } else { 1 };
        let alike = behind.iter().take_while(|it| it.raw.cells() == length).count();
        let run = self.run + alike;
        let broken = |other: usize| other < columns && other + length == columns + 1;
        let halved = run < CLEAR && (broken(self.length) || behind.front().is_some_and(|it| broken(it.raw.cells())));
        if is_short && !halved && (run > 1 || self.used <= length && self.length > 0) {
            (length..columns).for_each(|_| record.push_field(b""));
        }
        self.length = length;
        self.used = used(record);
    }
}

/// The number of cells up to the last one that is not empty.
pub(super) fn used(record: &ByteRecord) -> usize {
    record.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |last| last + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The final number of cells of each row, in a file with this many columns.
    fn lengths(text: &str, columns: usize) -> Vec<usize> {
        let row = |line: &str| {
            let raw = Raw::Csv(ByteRecord::from(line.split(',').collect::<Vec<_>>()));
            Row { line: 1, in_order: true, end: 0, raw }
        };
        let mut rows: VecDeque<_> = text.split(' ').map(row).collect();
        let (mut before, mut lengths) = (Before::default(), Vec::new());
        while let Some(mut row) = rows.pop_front() {
            before.complete(&mut row, &rows.iter().take(AHEAD).map(cloned).collect(), columns);
            lengths.push(row.raw.cells());
        }
        lengths
    }

    fn cloned(row: &Row) -> Row {
        let Raw::Csv(record) = &row.raw else { panic!() };
        Row { line: row.line, in_order: row.in_order, end: row.end, raw: Raw::Csv(record.clone()) }
    }

    #[test]
    fn cells_that_are_left_out_are_empty() {
        assert_eq!(lengths("a,b,,, a,b,,, a,b a,b", 5), [5, 5, 5, 5]);
        assert_eq!(lengths("a,b,,, a,b", 5), [5, 5]);
        // The cells in the previous rows had values, and those of a block have none.
        assert_eq!(lengths("a,b,c,d a,b a,b a,b,c,d", 4), [4, 4, 4, 4]);
        assert_eq!(lengths("a,b a,b a,b a,b", 3), [3, 3, 3, 3]);
    }

    #[test]
    fn a_broken_row_stays_short() {
        // One row, split in the middle of its second cell.
        assert_eq!(lengths("a,b, a,b b,c a,b,c", 3), [3, 2, 2, 3]);
        assert_eq!(lengths("a,b,c,, a,b b,c,d,e a,b,c,d,e", 5), [5, 2, 4, 5]);
        // A cell is missing at an unknown position.
        assert_eq!(lengths("a,b,c,d a,b,c a,b,c,d", 4), [4, 3, 4]);
        assert_eq!(lengths("a,b", 3), [2]);
    }
}
