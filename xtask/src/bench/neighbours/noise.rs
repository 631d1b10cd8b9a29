//! The loud neighbour: many long pages of one organization, continuously.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::super::load::Target;
use crate::shell::Failure;

/// The number of concurrent pages.
pub(crate) const LISTS: usize = 16;
/// The maximum number of customers per page.
pub(crate) const SIZE: usize = 10_000;
/// The pause after a refusal without `Retry-After`.
const PAUSE: Duration = Duration::from_millis(100);
/// The time limit of a response, however loud the load.
const PATIENCE: Duration = Duration::from_secs(60);
/// The end of a chunked response.
const LAST_CHUNK: &[u8] = b"\r\n0\r\n\r\n";

/// The results of the pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// The number of complete pages.
    pub(crate) whole: u64,
    /// The number of requests that were refused for now.
    pub(crate) refused: u64,
    /// The bytes of all responses.
    pub(crate) bytes: u64,
}

/// The loud neighbour. It has its own thread, so that its reading does not delay the measurement.
pub(crate) struct Noise {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Result<Pages, Failure>>,
}

impl Noise {
    /// Starts requesting first pages of the organization's list, this many concurrently.
    pub(crate) fn start(target: &Target, organization: &str) -> Result<Self, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let (target, stopped) = (target.clone(), stop.clone());
        let path = format!("/v2/customers/organizations/{organization}?size={SIZE}");
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::spawn(move || runtime.block_on(ask_all(target, path, stopped)));
        Ok(Self { stop, thread })
    }

    /// Waits for the last pages, and returns the results.
    pub(crate) fn stop(self) -> Result<Pages, Failure> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().map_err(|_| "the neighbour panicked")?
    }
}

async fn ask_all(target: Target, path: String, stop: Arc<AtomicBool>) -> Result<Pages, Failure> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n", target.bearer);
    let mut lists = JoinSet::new();
    for _ in 0..LISTS {
        lists.spawn(ask(target.address, request.clone(), stop.clone()));
    }
    let mut all = Pages::default();
    while let Some(pages) = lists.join_next().await {
        let Pages { whole, refused, bytes } = pages??;
        all = Pages { whole: all.whole + whole, refused: all.refused + refused, bytes: all.bytes + bytes };
    }
    Ok(all)
}

async fn ask(address: std::net::SocketAddr, request: String, stop: Arc<AtomicBool>) -> Result<Pages, Failure> {
    let (mut pages, mut stream) = (Pages::default(), TcpStream::connect(address).await?);
    let mut buffer = vec![0; 256 * 1024];
    while !stop.load(Ordering::Relaxed) {
        stream.write_all(request.as_bytes()).await?;
        let (head, bytes) = timeout(PATIENCE, answer(&mut stream, &mut buffer)).await??;
        pages.bytes += bytes;
        match head.split_whitespace().nth(1) {
            Some("200") => pages.whole += 1,
            Some("429" | "503") => {
                pages.refused += 1;
                sleep(retry_after(&head).unwrap_or(PAUSE)).await;
            }
            _ => return Err(format!("a list was answered with {head}").into()),
        }
    }
    Ok(pages)
}

/// Reads a whole response, and returns its head in lower case and its length.
async fn answer(stream: &mut TcpStream, buffer: &mut [u8]) -> Result<(String, u64), Failure> {
    let mut begun: Vec<u8> = Vec::new();
    let end = loop {
        let read = stream.read(buffer).await?;
        begun.extend_from_slice(buffer.get(..read).filter(|read| !read.is_empty()).ok_or("the server hung up")?);
        if let Some(end) = begun.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = std::str::from_utf8(&begun[..end])?.to_lowercase();
    let mut length = begun.len();
    if let Some(body) = field(&head, "content-length") {
        let whole = end + body.parse::<usize>()?;
        while length < whole {
            length += some(stream.read(buffer).await?)?;
        }
    } else {
        let mut last = begun.split_off(begun.len().saturating_sub(LAST_CHUNK.len()));
        while !last.ends_with(LAST_CHUNK) {
            let read = some(stream.read(buffer).await?)?;
            length += read;
            last.extend_from_slice(&buffer[read.saturating_sub(LAST_CHUNK.len())..read]);
            last.drain(..last.len().saturating_sub(LAST_CHUNK.len()));
        }
    }
    Ok((head, length as u64))
}

fn some(read: usize) -> Result<usize, Failure> {
    if read == 0 { Err("the server hung up in the middle of a page".into()) } else { Ok(read) }
}

fn field<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(found, _)| *found == name).map(|(_, value)| value.trim())
}

fn retry_after(head: &str) -> Option<Duration> {
    Some(Duration::from_secs(field(head, "retry-after")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn read(answers: &'static [&'static str]) -> Vec<(String, u64)> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            for answer in answers {
                // The client signals when it wants the next one.
                stream.read_exact(&mut [0]).await.unwrap();
                for part in answer.as_bytes().chunks(5) {
                    stream.write_all(part).await.unwrap();
                    stream.flush().await.unwrap();
                }
            }
        });
        let mut client = TcpStream::connect(address).await.unwrap();
        let (mut read, mut buffer) = (Vec::new(), vec![0; 64]);
        for _ in answers {
            client.write_all(b"?").await.unwrap();
            read.push(answer(&mut client, &mut buffer).await.unwrap());
        }
        server.await.unwrap();
        read
    }

    #[tokio::test]
    async fn answers_are_read_whole_with_a_length_and_in_chunks() {
        const WITH_LENGTH: &str = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n\r\n0\r\n\r\nmore";
        const IN_CHUNKS: &str =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
        const REFUSED: &str = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n";
        let answers = read(&[WITH_LENGTH, IN_CHUNKS, REFUSED, IN_CHUNKS]).await;
        let lengths: Vec<_> = answers.iter().map(|(_, length)| *length as usize).collect();
        assert_eq!(lengths, [WITH_LENGTH.len(), IN_CHUNKS.len(), REFUSED.len(), IN_CHUNKS.len()]);
        assert_eq!(retry_after(&answers[2].0), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(&answers[0].0), None);
    }
}
