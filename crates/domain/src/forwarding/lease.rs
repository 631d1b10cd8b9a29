//! Who may say what became of a customer.

/// What a customer was taken by: nobody but who has it can say what became of the customer. It ends when that is said, when its
/// time is over and another one takes the customer, and when the account becomes another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Which of the organization's accounts it is for, counted one after the other.
    pub account: i64,
    /// How often the customer was taken, this time included.
    pub number: i64,
}
