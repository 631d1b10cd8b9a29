//! Accounts and lanes over a store in memory, in a time of their own.

mod accounts;
mod fixture;
mod lane;
mod metrics;
