//! A way to the server that lets so much pass and then waits.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};

pub(super) struct Gate {
    pub(super) url: String,
    /// Bytes that may still pass to the server.
    left: Arc<(Mutex<usize>, Condvar)>,
}

impl Gate {
    /// On the way to this address, with so many bytes to pass.
    pub(super) fn open(to: &str, bytes: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let left = Arc::new((Mutex::new(bytes), Condvar::new()));
        let (to, gate) = (to.to_owned(), left.clone());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&to) else { continue };
                let (from_client, from_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                let gate = gate.clone();
                std::thread::spawn(move || pass(from_client, server, |bytes| wait(&gate, bytes)));
                std::thread::spawn(move || pass(from_server, client, |_| {}));
            }
        });
        Self { url, left }
    }

    /// Lets so many bytes more pass.
    pub(super) fn admit(&self, bytes: usize) {
        *self.left.0.lock().unwrap() = bytes;
        self.left.1.notify_all();
    }
}

fn wait(gate: &(Mutex<usize>, Condvar), bytes: usize) {
    let left = gate.0.lock().unwrap();
    let mut left = gate.1.wait_while(left, |left| *left < bytes).unwrap();
    *left -= bytes;
}

fn pass(mut from: TcpStream, mut to: TcpStream, ask: impl Fn(usize)) {
    let mut piece = [0; 1024];
    while let Ok(length) = from.read(&mut piece) {
        ask(length);
        if length == 0 || to.write_all(&piece[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
