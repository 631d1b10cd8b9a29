//! `POST /v3/customers/batch`

mod answer;
mod lines;
pub(crate) mod post;
mod run;

pub(crate) use answer::{BatchEnd, BatchRow};
