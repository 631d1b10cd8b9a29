//! A connection to the server on which answers stop in the middle. The number of rows per request depends on the speed
//! of the machine, so answered rows are counted.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

pub(super) struct Gate {
    pub(super) url: String,
    /// The number of row answers that may still pass to the client.
    left: Arc<(Mutex<usize>, Condvar)>,
}

impl Gate {
    /// Opens a connection to this address that passes this many row answers.
    pub(super) fn open(to: &str, rows: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let left = Arc::new((Mutex::new(rows), Condvar::new()));
        let (to, gate) = (to.to_owned(), left.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&to) else { continue };
                let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let gate = gate.clone();
                std::thread::spawn(move || pass(from_client, server, |_| {}));
                std::thread::spawn(move || {
                    let mut before = 0;
                    pass(from_server, client, |piece| wait(&gate, answered(piece, &mut before)));
                });
            }
        });
        Self { url, left }
    }

    /// Passes everything from now on.
    pub(super) fn admit_all(&self) {
        *self.left.0.lock().unwrap() = usize::MAX;
        self.left.1.notify_all();
    }
}

/// The number of row answers in this piece: each is an object on a line.
fn answered(piece: &[u8], before: &mut u8) -> usize {
    piece.iter().filter(|byte| std::mem::replace(before, **byte) == b'}' && **byte == b'\n').count()
}

fn wait(gate: &(Mutex<usize>, Condvar), rows: usize) {
    let left = gate.0.lock().unwrap();
    let mut left = gate.1.wait_while(left, |left| *left < rows).unwrap();
    *left -= rows;
}

fn pass(mut from: TcpStream, mut to: TcpStream, mut ask: impl FnMut(&[u8])) {
    let mut buffer = [0; 1024];
    while let Ok(length) = from.read(&mut buffer) {
        let piece = &buffer[..length];
        ask(piece);
        if length == 0 || to.write_all(piece).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
