//! A relay that takes everything but what the test tells it not to.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What the relay does instead of saying yes.
#[derive(Debug, Clone)]
pub(crate) enum Instead {
    /// Answers so.
    Say(&'static str),
    /// Answers so and closes.
    SayAndClose(&'static str),
    /// Closes without a word.
    Close,
    /// Takes the message whose dot this was, and then answers so.
    TakeAndSay(&'static str),
    /// Takes the message whose dot this was, and then closes without a word.
    TakeAndClose,
    /// Says nothing until the client goes away.
    Silence,
}

/// Decides about a line of the client: `dot` for the end of a message, `greeting` before anything was said. The number is
/// that of the connection, from 0.
pub(crate) type Rule = dyn Fn(usize, &str) -> Option<Instead> + Send + Sync;

/// The relay.
pub(crate) struct FakeRelay {
    pub(crate) port: u16,
    taken: Arc<Mutex<BTreeMap<String, Vec<String>>>>,
    connections: Arc<AtomicUsize>,
}

impl FakeRelay {
    /// One that refuses one mailbox for good, in words that would steer a terminal, and another one for now.
    pub(crate) async fn choosy() -> Self {
        Self::start(|_, line| match line {
            line if line.starts_with("RCPT TO:<cucdienanh") => Some(Instead::Say("550 5.1.1 no such mailbox \u{1b}[31m")),
            line if line.starts_with("RCPT TO:<vuphapche") => Some(Instead::Say("451 4.3.0 try later")),
            _ => None,
        })
        .await
    }

    pub(crate) async fn start(rule: impl Fn(usize, &str) -> Option<Instead> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, connections) = (Arc::new(Mutex::new(BTreeMap::new())), Arc::new(AtomicUsize::new(0)));
        let (rule, theirs, counted): (Arc<Rule>, _, _) = (Arc::new(rule), taken.clone(), connections.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let (rule, taken) = (rule.clone(), theirs.clone());
                tokio::spawn(async move { drop(converse(stream, number, &*rule, &taken).await) });
            }
        });
        Self { port, taken, connections }
    }

    /// The messages taken, by recipient.
    pub(crate) fn taken(&self) -> BTreeMap<String, Vec<String>> {
        self.taken.lock().unwrap().clone()
    }

    /// How many messages were taken.
    pub(crate) fn count(&self) -> usize {
        self.taken().values().map(Vec::len).sum()
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn converse(stream: TcpStream, number: usize, rule: &Rule, taken: &Mutex<BTreeMap<String, Vec<String>>>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading);
    let (mut recipient, mut message, mut in_message, mut line) = (String::new(), String::new(), false, "greeting".to_owned());
    loop {
        let answer = match rule(number, &line) {
            Some(Instead::Say(words)) => words.to_owned(),
            Some(Instead::SayAndClose(words)) => return writing.write_all(format!("{words}\r\n").as_bytes()).await,
            Some(Instead::Close) => return Ok(()),
            Some(Instead::TakeAndSay(words)) => {
                taken.lock().unwrap().entry(recipient.clone()).or_default().push(std::mem::take(&mut message));
                words.to_owned()
            }
            Some(Instead::TakeAndClose) => {
                taken.lock().unwrap().entry(recipient).or_default().push(message);
                return Ok(());
            }
            Some(Instead::Silence) => {
                let mut rest = String::new();
                while lines.read_line(&mut rest).await? > 0 {}
                return Ok(());
            }
            None => match line.split([' ', ':']).next().unwrap() {
                "greeting" => "220 relay".to_owned(),
                "EHLO" => "250-relay\r\n250 PIPELINING".to_owned(),
                "DATA" => "354 go on".to_owned(),
                "QUIT" => return writing.write_all(b"221 bye\r\n").await,
                "dot" => {
                    taken.lock().unwrap().entry(recipient.clone()).or_default().push(std::mem::take(&mut message));
                    "250 taken".to_owned()
                }
                _ => "250 ok".to_owned(),
            },
        };
        writing.write_all(format!("{answer}\r\n").as_bytes()).await?;
        in_message = in_message || answer.starts_with("354");
        loop {
            line.clear();
            if lines.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let text = line.trim_end_matches(['\r', '\n']).to_owned();
            if !in_message {
                if let Some(to) = text.strip_prefix("RCPT TO:<") {
                    to.split('>').next().unwrap().clone_into(&mut recipient);
                    message.clear();
                }
                line = text;
                break;
            }
            if text == "." {
                in_message = false;
                "dot".clone_into(&mut line);
                break;
            }
            message.push_str(&text);
            message.push('\n');
        }
    }
}
