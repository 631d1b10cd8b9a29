//! The requests that FreeRADIUS sends through its module rlm_rest.

pub(crate) mod accounting;
mod attributes;
pub(crate) mod authorize;
mod deadline;
mod network_name;
mod record;

pub(crate) use deadline::in_time;
