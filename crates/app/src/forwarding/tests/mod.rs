//! Accounts and lanes over a store in memory, with paused time.

mod accounts;
mod fixture;
mod lane;
mod metrics;
