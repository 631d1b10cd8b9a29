//! What the ports promise, one function a promise.

pub mod batch;
pub mod concurrency;
pub mod create;
pub mod deduplicate;
pub mod directory;
pub mod erase;
pub mod find;
pub mod forwarding;
pub mod guid;
pub mod history;
pub mod housekeeping;
pub mod installation;
pub mod keys;
pub mod list;
pub mod location;
pub mod model;
pub mod network_session;
pub mod organization;
pub mod put;
pub mod queue;
pub mod readiness;
pub mod receipt;
pub mod service;
pub mod session;
pub mod token;
pub mod username;
