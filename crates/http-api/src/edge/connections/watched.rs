//! A stream that ends when its client makes no progress: when no request arrives in time, or when a response is not
//! read.
//!
//! This is done here and not in the handlers, so that it applies to every response: complete, streamed, or pipelined.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{ConnectionBounds, ConnectionHandle, End};

/// Bytes that a client must read of a pending response within the stall time, unless less is left: some packets.
/// Reading a byte now and then does not count as progress.
const PROGRESS: usize = 4096;

/// The transport of a connection.
pub(in crate::edge) trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// Makes the system discard unread data at once, which it would otherwise keep for a quarter of an hour.
    fn abandon(&self);
}

impl Stream for TcpStream {
    fn abandon(&self) {
        if let Err(error) = self.set_zero_linger() {
            tracing::debug!(%error, "SO_LINGER was not set");
        }
    }
}

/// A stream whose client has to make progress.
#[derive(Debug)]
pub(in crate::edge) struct Watched<S> {
    stream: S,
    connection: Arc<ConnectionHandle>,
    bounds: ConnectionBounds,
    /// The deadline of the next head, while no request is in progress.
    head: Alarm,
    /// The number of requests before this wait, and whether part of the head has arrived.
    waiting: Option<(u64, bool)>,
    /// The deadline for a client that does not read its response.
    stall: Alarm,
    /// Bytes that the client has read since the alarm was set.
    taken: usize,
}

/// An optional deadline.
#[derive(Debug, Default)]
struct Alarm {
    sleep: Option<Pin<Box<Sleep>>>,
    set: bool,
}

impl Alarm {
    fn set(&mut self, after: Duration) {
        // Created at its first use, on the runtime that then polls it.
        let until = Instant::now() + after;
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(until),
            None => self.sleep = Some(Box::pin(sleep_until(until))),
        }
        self.set = true;
    }

    fn is_over(&mut self, cx: &mut Context<'_>) -> bool {
        self.set && self.sleep.as_mut().is_some_and(|sleep| sleep.as_mut().poll(cx).is_ready())
    }
}

impl<S: Stream> Watched<S> {
    pub(in crate::edge) fn new(stream: S, connection: Arc<ConnectionHandle>, bounds: &ConnectionBounds) -> Self {
        let (head, stall) = (Alarm::default(), Alarm::default());
        Self { stream, connection, bounds: bounds.clone(), head, waiting: None, stall, taken: 0 }
    }

    /// Sets the deadline of the next head when the previous request has ended.
    fn wait_for_head(&mut self) {
        let requests = self.connection.requests();
        if self.waiting.is_none_or(|(after, _)| after != requests) {
            self.waiting = Some((requests, false));
            self.head.set(if requests == 0 { self.bounds.head_time } else { self.bounds.keep_alive });
        }
    }

    /// Records that part of the head has arrived, and sets the deadline for the rest.
    fn head_began(&mut self) {
        if let Some((after, began @ false)) = &mut self.waiting {
            *began = true;
            // For the first head, the time has run since the accept.
            if *after > 0 {
                self.head.set(self.bounds.head_time);
            }
        }
    }

    fn head_is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let late = self.head.is_over(cx);
        if late {
            let kept = self.waiting.is_some_and(|(after, began)| after > 0 && !began);
            self.connection.note_end(if kept { End::KeepAlive } else { End::NoHead });
        }
        late
    }

    fn written(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) if self.stall.set => {
                self.taken = self.taken.saturating_add(bytes);
                if self.taken >= PROGRESS {
                    self.taken = 0;
                    self.stall.set(self.bounds.write_stall);
                }
            }
            Poll::Ready(_) => {}
            Poll::Pending => {
                if !self.stall.set {
                    self.taken = 0;
                    self.stall.set(self.bounds.write_stall);
                    self.connection.set_blocked(true);
                }
                if self.stall.is_over(cx) {
                    self.connection.note_end(End::NotRead);
                    self.stream.abandon();
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes no answer")));
                }
            }
        }
        written
    }
}

impl<S: Stream> AsyncRead for Watched<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let waits = !this.connection.is_in_request();
        if waits {
            this.wait_for_head();
        }
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buffer);
        if waits {
            if read.is_ready() && buffer.filled().len() > before {
                this.head_began();
            }
            if read.is_pending() && this.head_is_late(cx) {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "no request came in time")));
            }
        }
        read
    }
}

impl<S: Stream> AsyncWrite for Watched<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.written(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper flushes when it has written everything that it has.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if std::mem::take(&mut this.stall.set) {
            this.connection.set_blocked(false);
        }
        if !this.connection.is_in_request() {
            // hyper may have looked for the next head while this response was in progress, and then does not look again
            // until it is woken.
            this.wait_for_head();
            this.head.is_over(cx);
        }
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::super::{Admission, ConnectionMetrics, Places, Seat};
    use super::*;

    const ANSWER: usize = 1_000_000;
    const STALL: Duration = Duration::from_secs(30);

    impl Stream for DuplexStream {
        fn abandon(&self) {}
    }

    fn watched() -> (DuplexStream, Watched<DuplexStream>, Seat) {
        let bounds = ConnectionBounds::default();
        let places = Places::new("test", bounds.clone(), &ConnectionMetrics::default());
        let Admission::Seated(seat) = places.enter([192, 0, 2, 1].into()) else { unreachable!() };
        let (client, server) = duplex(10_000);
        (client, Watched::new(server, seat.connection().clone(), &bounds), seat)
    }

    /// Reads this many bytes at a time at this interval, and returns whether the whole response arrived.
    async fn taken(mut client: DuplexStream, bytes: usize, every: Duration) -> bool {
        let (mut piece, mut left) = (vec![0; bytes], ANSWER);
        while left > 0 {
            tokio::time::sleep(every).await;
            let most = bytes.min(left);
            match client.read(&mut piece[..most]).await {
                Ok(length @ 1..) => left -= length,
                Ok(0) | Err(_) => return false,
            }
        }
        true
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_reads_slowly_gets_all_of_it() {
        let (client, mut server, seat) = watched();
        let reading = tokio::spawn(taken(client, 5000, Duration::from_secs(25)));
        server.write_all(&vec![0; ANSWER]).await.unwrap();
        server.flush().await.unwrap();
        assert!(reading.await.unwrap());
        assert_eq!(seat.connection().end(), End::Done);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_a_byte_now_and_then_makes_no_progress() {
        let (client, mut server, seat) = watched();
        let reading = tokio::spawn(taken(client, 100, Duration::from_secs(5)));
        let began = Instant::now();
        let error = server.write_all(&vec![0; ANSWER]).await.unwrap_err();
        assert_eq!((error.kind(), began.elapsed()), (io::ErrorKind::TimedOut, STALL));
        drop(server);
        assert!(!reading.await.unwrap());
        assert_eq!(seat.connection().end(), End::NotRead);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_left_is_enough_when_all_of_it_is_taken() {
        let (mut client, mut server, seat) = watched();
        let reading = tokio::spawn(async move {
            let mut all = vec![0; 10_100];
            tokio::time::sleep(Duration::from_secs(29)).await;
            client.read_exact(&mut all[..100]).await.unwrap();
            tokio::time::sleep(Duration::from_secs(100)).await;
            client.read_exact(&mut all[100..]).await.unwrap();
        });
        server.write_all(&[0; 10_100]).await.unwrap();
        server.flush().await.unwrap();
        reading.await.unwrap();
        assert_eq!(seat.connection().end(), End::Done);
    }
}
