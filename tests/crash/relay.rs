//! A relay that takes everything, and remembers each message by its Message-ID.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

/// What was taken under one Message-ID.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// The first copy: envelope and message.
    pub(crate) bytes: Vec<u8>,
    /// How many copies.
    pub(crate) copies: usize,
    /// How many of them differed from the first.
    pub(crate) different: usize,
}

#[derive(Default)]
struct Books {
    taken: BTreeMap<String, Taken>,
    copies: usize,
}

/// The running relay.
pub(crate) struct Relay {
    pub(crate) port: u16,
    books: Arc<(Mutex<Books>, Condvar)>,
}

impl Relay {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let books: Arc<(Mutex<Books>, Condvar)> = Arc::default();
        let shared = books.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (stream, books) = (stream.unwrap(), shared.clone());
                // A client that is killed ends its conversation in the middle: that is what these are for.
                std::thread::spawn(move || drop(converse(&stream, &books)));
            }
        });
        Self { port, books }
    }

    /// How many messages were taken, repeats included.
    pub(crate) fn copies(&self) -> usize {
        self.books.0.lock().unwrap().copies
    }

    /// Waits until so many were taken, at most so long.
    pub(crate) fn wait_for(&self, copies: usize, time: Duration) -> bool {
        let (books, more) = &*self.books;
        let (_books, wait) = more.wait_timeout_while(books.lock().unwrap(), time, |books| books.copies < copies).unwrap();
        !wait.timed_out()
    }

    /// Everything that was taken.
    pub(crate) fn taken(&self) -> BTreeMap<String, Taken> {
        self.books.0.lock().unwrap().taken.clone()
    }
}

fn converse(stream: &TcpStream, books: &(Mutex<Books>, Condvar)) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut input = BufReader::new(stream);
    let mut output = stream;
    let mut envelope = Vec::new();
    output.write_all(b"220 relay ESMTP\r\n")?;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match verb.as_slice() {
            b"EHLO" => b"250-relay\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            b"MAIL" => {
                envelope.clone_from(&line);
                b"250 ok\r\n"
            }
            b"RCPT" => {
                envelope.extend_from_slice(&line);
                b"250 ok\r\n"
            }
            b"DATA" => {
                output.write_all(b"354 go on\r\n")?;
                let message = message(&mut input)?;
                take(books, &envelope, &message);
                b"250 taken\r\n"
            }
            b"QUIT" => b"221 bye\r\n",
            _ => b"250 ok\r\n",
        };
        output.write_all(answer)?;
    }
}

/// Reads a message up to its final dot; one that breaks off is none.
fn message(input: &mut BufReader<&TcpStream>) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let begin = message.len();
        if input.read_until(b'\n', &mut message)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if message.get(begin..) == Some(b".\r\n") {
            return Ok(message);
        }
    }
}

fn take(books: &(Mutex<Books>, Condvar), envelope: &[u8], message: &[u8]) {
    let bytes = [envelope, message].concat();
    let text = String::from_utf8_lossy(message);
    let header = text.lines().take_while(|line| !line.is_empty());
    let ids: Vec<&str> = header.filter_map(|line| line.strip_prefix("Message-ID: ")).collect();
    let [id] = ids.as_slice() else { panic!("a message with {} Message-IDs", ids.len()) };
    let mut books_now = books.0.lock().unwrap();
    books_now.copies += 1;
    let taken = books_now.taken.entry((*id).to_owned()).or_insert_with(|| Taken { bytes: bytes.clone(), copies: 0, different: 0 });
    taken.copies += 1;
    taken.different += usize::from(taken.bytes != bytes);
    books.1.notify_all();
}
