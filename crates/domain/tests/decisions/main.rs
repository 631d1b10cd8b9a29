//! The decisions for POST and PUT: each rule of the registry as a case, through the public interface alone.
#![expect(clippy::panic, clippy::unwrap_used, reason = "the helpers of a test may fail it")]

mod create;
mod deduplicate;
mod found_only;
mod receipts;
mod registry;
mod update;
mod update_by_hit;
mod waves;
