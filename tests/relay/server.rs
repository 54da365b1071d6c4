//! A relay that does exactly what its script says, also when that is wrong.

use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// One step of a script.
#[derive(Clone)]
pub(crate) enum Do {
    /// Write these bytes in one write.
    Say(Vec<u8>),
    /// Read one line, which must begin like this.
    Hear(&'static str),
    /// Read a message up to its final dot.
    Body,
    /// Read at least one byte.
    Taste,
    /// The server's side of a TLS handshake. The script ends when it fails.
    Tls,
    /// Close the direction towards the client, as a process does that ends in good order.
    Fin,
    /// Close without a word: FIN when everything was read, else RST.
    Close,
    /// Close by RST.
    Rst,
    /// Read until the client closes; whatever comes is noted.
    Hold,
    /// Wait, reading nothing, until the test calls [`Server::go`].
    Wait,
    /// Tell the test, which waits in [`Server::told`].
    Tell,
    /// Write this again and again, a moment between, until the client goes away.
    Drip(&'static str),
    /// Write so many bytes without a line end, as far as the client lets it.
    Flood(usize),
}

pub(crate) fn say(text: &str) -> Do {
    Do::Say(text.as_bytes().to_vec())
}

/// What one connection brought.
#[derive(Debug, Default)]
pub(crate) struct Heard {
    /// Lines outside messages.
    pub(crate) lines: Vec<String>,
    /// Messages as they were on the wire, with their final dot.
    pub(crate) bodies: Vec<Vec<u8>>,
    /// What came during [`Do::Hold`] and as tastes.
    pub(crate) rest: Vec<u8>,
    /// Whether the client was seen to close.
    pub(crate) closed: bool,
}

/// The running server.
pub(crate) struct Server {
    pub(crate) port: u16,
    task: JoinHandle<Vec<Heard>>,
    go: Arc<Notify>,
    told: Arc<Notify>,
}

impl Server {
    /// Plays `scripts`, one a connection, in the order in which they come.
    pub(crate) fn start(scripts: Vec<Vec<Do>>, tls: Option<TlsAcceptor>) -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        // What is not read must soon be felt by the client.
        socket.set_recv_buffer_size(32 * 1024).unwrap();
        socket.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let listener = socket.listen(16).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (go, told) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (go_there, told_there) = (Arc::clone(&go), Arc::clone(&told));
        let task = tokio::spawn(async move {
            let mut conversations = Vec::new();
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let peer = Peer {
                    io: Some(Io::Plain(stream)),
                    tls: tls.clone(),
                    read: Vec::new(),
                    heard: Heard::default(),
                    go: Arc::clone(&go_there),
                    told: Arc::clone(&told_there),
                };
                conversations.push(tokio::spawn(peer.play(script)));
            }
            let mut heard = Vec::new();
            for conversation in conversations {
                heard.push(conversation.await.unwrap());
            }
            heard
        });
        Self { port, task, go, told }
    }

    pub(crate) fn go(&self) {
        self.go.notify_one();
    }

    pub(crate) async fn told(&self) {
        tokio::time::timeout(Duration::from_secs(20), self.told.notified()).await.expect("the server's script did not come so far");
    }

    /// What was heard, one entry a connection, when all scripts have ended.
    pub(crate) async fn finish(self) -> Vec<Heard> {
        tokio::time::timeout(Duration::from_secs(20), self.task).await.expect("a script did not end").unwrap()
    }

    /// The same for a single connection.
    pub(crate) async fn finish_one(self) -> Heard {
        let mut heard = self.finish().await;
        assert_eq!(heard.len(), 1);
        heard.remove(0)
    }
}

enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

struct Peer {
    io: Option<Io>,
    tls: Option<TlsAcceptor>,
    read: Vec<u8>,
    heard: Heard,
    go: Arc<Notify>,
    told: Arc<Notify>,
}

impl Peer {
    async fn play(mut self, script: Vec<Do>) -> Heard {
        for step in script {
            if !self.step(step).await {
                break;
            }
        }
        self.heard
    }

    /// Whether the script goes on.
    async fn step(&mut self, step: Do) -> bool {
        match step {
            Do::Say(bytes) => self.write(&bytes).await,
            Do::Hear(prefix) => {
                let Some(end) = self.until(b"\n").await else { return false };
                let line: Vec<u8> = self.read.drain(..end).collect();
                let line = String::from_utf8(line).unwrap();
                let line = line.strip_suffix("\r\n").expect("commands end in CR LF").to_owned();
                assert!(line.starts_with(prefix), "expected {prefix}, heard {line}");
                self.heard.lines.push(line);
                true
            }
            Do::Body => self.body().await,
            Do::Taste => {
                let more = self.fill(1).await;
                self.heard.rest.append(&mut self.read);
                more
            }
            Do::Tls => self.handshake().await,
            Do::Fin => match self.io.as_mut() {
                Some(Io::Plain(io)) => io.shutdown().await.is_ok(),
                Some(Io::Tls(io)) => io.shutdown().await.is_ok(),
                None => false,
            },
            Do::Close => {
                self.io = None;
                true
            }
            Do::Rst => {
                if let Some(Io::Plain(io)) = &self.io {
                    io.set_zero_linger().unwrap();
                }
                self.io = None;
                true
            }
            Do::Hold => {
                while self.more().await {}
                self.heard.rest.append(&mut self.read);
                true
            }
            Do::Drip(text) => {
                let mut moments = tokio::time::interval(Duration::from_millis(20));
                while self.write(text.as_bytes()).await {
                    moments.tick().await;
                }
                true
            }
            Do::Flood(bytes) => {
                self.write(&vec![b'x'; bytes]).await;
                true
            }
            Do::Wait => {
                self.go.notified().await;
                true
            }
            Do::Tell => {
                self.told.notify_one();
                true
            }
        }
    }

    async fn body(&mut self) -> bool {
        let empty = self.fill(3).await && self.read.starts_with(b".\r\n");
        let end = if empty { Some(3) } else { self.until(b"\r\n.\r\n").await };
        self.heard.bodies.extend(end.map(|end| self.read.drain(..end).collect()));
        end.is_some()
    }

    async fn handshake(&mut self) -> bool {
        let Some(Io::Plain(io)) = self.io.take() else { panic!("no stream for TLS") };
        assert!(self.read.is_empty(), "the client spoke before the handshake");
        match self.tls.clone().expect("a certificate").accept(io).await {
            Ok(io) => {
                self.io = Some(Io::Tls(Box::new(io)));
                true
            }
            Err(_) => false,
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> bool {
        match self.io.as_mut() {
            Some(Io::Plain(io)) => io.write_all(bytes).await.is_ok(),
            Some(Io::Tls(io)) => io.write_all(bytes).await.is_ok() && io.flush().await.is_ok(),
            None => false,
        }
    }

    async fn more(&mut self) -> bool {
        let read = match self.io.as_mut() {
            Some(Io::Plain(io)) => io.read_buf(&mut self.read).await,
            Some(Io::Tls(io)) => io.read_buf(&mut self.read).await,
            None => return false,
        };
        let more = read.is_ok_and(|count| count > 0);
        self.heard.closed |= !more;
        more
    }

    async fn fill(&mut self, count: usize) -> bool {
        while self.read.len() < count {
            if !self.more().await {
                return false;
            }
        }
        true
    }

    /// Reads up to and with `mark`, and says where it ends.
    async fn until(&mut self, mark: &[u8]) -> Option<usize> {
        let mut from = 0;
        loop {
            if let Some(at) = self.read[from..].windows(mark.len()).position(|window| window == mark) {
                return Some(from + at + mark.len());
            }
            from = self.read.len().saturating_sub(mark.len() - 1);
            if !self.more().await {
                return None;
            }
        }
    }
}
