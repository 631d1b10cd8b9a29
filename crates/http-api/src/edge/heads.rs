//! A stream that checks every head before hyper sees it.
//!
//! It tracks where bodies end, so it knows where heads begin, even of pipelined requests. In place of a refused head,
//! hyper gets a substitute, and the request with its number carries the fault: so it is answered, counted and logged
//! like any other. Everything after it is ignored.

use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::chunks::Chunks;
use super::connections::ConnectionHandle;
use super::head::{self, Framing, HeadFault};

/// Bytes read at once while looking for heads.
const PIECE: usize = 4096;
/// The substitute for a refused head.
const INSTEAD: &[u8] = b"GET / HTTP/1.1\r\nhost: refused\r\nconnection: close\r\n\r\n";
/// Bytes after a refused head that are read and discarded, so that the client sees the response.
const READ_OFF: usize = 1024 * 1024;

/// The meaning of the next bytes.
#[derive(Debug)]
enum Next {
    /// A head, of which this many bytes were checked.
    Head(usize),
    /// A checked head of this many bytes for hyper, then the body.
    Given(usize, Framing),
    /// This many bytes of a body.
    Body(u64),
    Chunks(Chunks),
    /// This many bytes of the substitute.
    Instead(usize),
    /// Ignored bytes, and how many arrived.
    Nothing(usize),
}

/// A stream that yields only checked heads.
#[derive(Debug)]
pub(super) struct Heads<S> {
    stream: S,
    connection: Arc<ConnectionHandle>,
    next: Next,
    /// Bytes that arrived and were not passed to hyper.
    buffer: Vec<u8>,
}

impl<S: AsyncRead + Unpin> Heads<S> {
    pub(super) fn new(stream: S, connection: Arc<ConnectionHandle>) -> Self {
        Self { stream, connection, next: Next::Head(0), buffer: Vec::new() }
    }

    /// Checks the part of a head that has arrived; `false` if it is incomplete.
    fn look(&mut self, searched: usize) -> bool {
        if searched == 0 {
            // RFC 9112, 2.2: empty lines before a request are ignored.
            let empty = self.buffer.chunks_exact(2).take_while(|line| *line == b"\r\n").count();
            self.buffer.drain(..2 * empty);
        }
        let found = head::end(&self.buffer, searched);
        let found = found.and_then(|end| end.map(|end| Ok((end, head::check(&self.buffer[..end])?))).transpose());
        match found {
            Ok(None) => {
                // A lone CR may become an empty line.
                self.next = Next::Head(if self.buffer == b"\r" { 0 } else { self.buffer.len() });
                false
            }
            Ok(Some((end, framing))) => {
                self.connection.count_head(None);
                self.next = Next::Given(end, framing);
                true
            }
            Err(fault) => {
                self.refuse(fault);
                true
            }
        }
    }

    fn refuse(&mut self, fault: HeadFault) {
        self.connection.count_head(Some(fault));
        self.buffer.clear();
        self.buffer.extend_from_slice(INSTEAD);
        self.next = Next::Instead(INSTEAD.len());
    }

    /// Reads into the buffer; 0 at the end of the stream.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut piece = [MaybeUninit::uninit(); PIECE];
        let mut piece = ReadBuf::uninit(&mut piece);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
        self.buffer.extend_from_slice(piece.filled());
        Poll::Ready(Ok(piece.filled().len()))
    }

    /// Passes up to this many buffered bytes to hyper, and returns how many.
    fn give(&mut self, most: usize, out: &mut ReadBuf<'_>) -> usize {
        let length = most.min(self.buffer.len()).min(out.remaining());
        out.put_slice(&self.buffer[..length]);
        self.buffer.drain(..length);
        if self.buffer.is_empty() {
            // An idle connection holds no buffer.
            self.buffer = Vec::new();
        }
        length
    }

    /// Reads up to this many bytes directly into hyper's buffer.
    fn pass(&mut self, cx: &mut Context<'_>, most: u64, out: &mut ReadBuf<'_>) -> Poll<io::Result<usize>> {
        let most = usize::try_from(most).unwrap_or(usize::MAX).min(out.remaining());
        let mut part = ReadBuf::new(out.initialize_unfilled_to(most));
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut part))?;
        let length = part.filled().len();
        out.advance(length);
        Poll::Ready(Ok(length))
    }

    /// Passes on bytes of a body of known length.
    fn body(&mut self, cx: &mut Context<'_>, left: u64, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let length = if self.buffer.is_empty() {
            ready!(self.pass(cx, left, out))?
        } else {
            self.give(usize::try_from(left).unwrap_or(usize::MAX), out)
        };
        self.next = match left - length as u64 {
            0 => Next::Head(0),
            left => Next::Body(left),
        };
        Poll::Ready(Ok(()))
    }

    /// Passes on bytes of a chunked body.
    fn chunks(&mut self, cx: &mut Context<'_>, chunks: Chunks, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut after = chunks;
        if let (Chunks::Data(left @ 1..), true) = (chunks, self.buffer.is_empty()) {
            let length = ready!(self.pass(cx, left, out))?;
            after = Chunks::Data(left - length as u64);
        } else {
            if self.buffer.is_empty() && ready!(self.fill(cx))? == 0 {
                return Poll::Ready(Ok(()));
            }
            let most = self.buffer.len().min(out.remaining());
            let length = after.advance(&self.buffer[..most]);
            self.give(length, out);
        }
        self.next = if after == Chunks::Over { Next::Head(0) } else { Next::Chunks(after) };
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Heads<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if out.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        loop {
            match this.next {
                Next::Head(searched) => {
                    let has_more = this.buffer.len() > searched;
                    if !(has_more && this.look(searched)) && ready!(this.fill(cx))? == 0 {
                        return Poll::Ready(Ok(()));
                    }
                }
                Next::Given(left, framing) => {
                    let left = left - this.give(left, out);
                    this.next = match (left, framing) {
                        (1.., _) => Next::Given(left, framing),
                        (0, Framing::Length(0)) => Next::Head(0),
                        (0, Framing::Length(length)) => Next::Body(length),
                        (0, Framing::Chunked) => Next::Chunks(Chunks::START),
                    };
                    return Poll::Ready(Ok(()));
                }
                Next::Body(left) => return this.body(cx, left, out),
                Next::Chunks(chunks) => return this.chunks(cx, chunks, out),
                Next::Instead(left) => {
                    let left = left - this.give(left, out);
                    this.next = if left > 0 { Next::Instead(left) } else { Next::Nothing(0) };
                    return Poll::Ready(Ok(()));
                }
                Next::Nothing(READ_OFF..) => return Poll::Pending,
                Next::Nothing(read) => {
                    let length = ready!(this.fill(cx))?;
                    this.buffer.clear();
                    // The end of the stream is not reported: the response must still be written, and then closes the
                    // connection.
                    this.next = Next::Nothing(if length == 0 { READ_OFF } else { read + length });
                }
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Heads<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::super::connections::{Admission, ConnectionBounds, ConnectionMetrics, Places};
    use super::*;

    const PLAIN: &str = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    const LENGTH: &str = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 13\r\n\r\nGET / HTTP\r\n\n";
    const CHUNKED: &str =
        "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x\r\nGET /\r\n0\r\nX: y\r\n\r\n";

    /// What hyper sees of these bytes when they arrive in pieces, and the fault reported for each request.
    async fn seen(bytes: &[u8], piece: usize, window: usize) -> (Vec<u8>, Vec<Option<HeadFault>>) {
        let places = Places::new("test", ConnectionBounds::default(), &ConnectionMetrics::default());
        let Admission::Seated(seat) = places.enter([127, 0, 0, 1].into()) else { unreachable!() };
        let connection = seat.connection().clone();
        let (mut client, server) = duplex(64);
        let mut heads = Heads::new(server, connection.clone());
        let bytes = bytes.to_vec();
        let sending = tokio::spawn(async move {
            for piece in bytes.chunks(piece) {
                let _ = client.write_all(piece).await;
            }
        });
        let (mut read, mut part) = (Vec::new(), vec![0; window]);
        // After a refused head, no end is reported.
        while !matches!(heads.next, Next::Nothing(_)) {
            match heads.read(&mut part).await.unwrap() {
                0 => break,
                length => read.extend_from_slice(&part[..length]),
            }
        }
        sending.abort();
        let requests = connection.heads();
        (read, (0..requests).map(|_| connection.count_request()).collect())
    }

    #[tokio::test]
    async fn behind_a_head_that_is_refused_comes_nothing() {
        for (bad, fault) in [
            ("GET / HTTP/1.1\r\n\r\n", "Host"),
            ("GET / HTTP/1.1\nHost: a\n\n", "CR"),
            ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "both"),
        ] {
            for piece in [1, 3, 1000] {
                let (read, faults) = seen(format!("{LENGTH}{CHUNKED}{bad}{PLAIN}").as_bytes(), piece, 50).await;
                let expected = [LENGTH.as_bytes(), CHUNKED.as_bytes(), INSTEAD].concat();
                assert_eq!(String::from_utf8(read).unwrap(), String::from_utf8(expected).unwrap(), "{bad:?}");
                assert_eq!(&faults[..2], [None, None]);
                assert!(matches!(faults[2], Some(HeadFault::Unclear(text)) if text.contains(fault)), "{faults:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn requests_in_a_row_come_as_they_were_sent(
            requests in proptest::collection::vec(prop_oneof![Just(PLAIN), Just(LENGTH), Just(CHUNKED)], 0..8),
            piece in 1_usize..80,
            window in 1_usize..80,
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let text = requests.concat();
            let (read, faults) = runtime.block_on(seen(text.as_bytes(), piece, window));
            prop_assert_eq!(String::from_utf8(read).unwrap(), text);
            prop_assert_eq!(faults, vec![None; requests.len()]);
        }
    }
}
