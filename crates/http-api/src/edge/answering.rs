//! The body of a response. Its request is in progress while it exists.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Frame, SizeHint};

use super::connections::Turn;

/// The body of a response. When it is dropped, either all of it is on its way to the client, or the rest never will be.
pub(super) struct Answering {
    body: Body,
    _turn: Option<Turn>,
}

impl Answering {
    pub(super) fn new(body: Body, turn: Option<Turn>) -> Self {
        Self { body, _turn: turn }
    }
}

impl hyper::body::Body for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
