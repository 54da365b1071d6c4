//! What passes over a host's socket, byte for byte.
//!
//! A frame is its length (four bytes, big-endian) and so many bytes. The first frame of each side is its greeting, whose
//! shape never changes, so that any two versions of the program can tell each other which they are: the word `lichhop/`, the
//! version of what follows (two bytes, big-endian), the length of the program's version (one byte), that version, and
//! from the host whether the client is let in. Behind the greetings each frame is a piece of a message: one byte that tells
//! whether it is the last, and its bytes. A message is postcard, which knows neither names nor types: both sides have to be of
//! one version.
//!
//! A frame is never longer than [`MAX_FRAME`], a message to the host never longer than [`MAX_ASKED`]: whoever announces more
//! is not listened to any longer.

use bytes::{BufMut as _, Bytes, BytesMut};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use tokio_util::codec::LengthDelimitedCodec;

use crate::domain::fault::Fault;
use crate::domain::incoming::MESSAGE_MAX;
use crate::domain::repair::Repair;
pub use crate::domain::request::RequestId;
use crate::wire::change::Change;
use crate::wire::reply::Reply;
use crate::wire::request::Request;

/// The version of the messages. It rises with every change to a type that passes over the socket.
pub const PROTOCOL: u16 = 4;
/// The most bytes of a frame, without its length.
pub const MAX_FRAME: usize = 256 * 1024;
/// The most bytes of a message to the host: a received mail of [`MESSAGE_MAX`] bytes, and what stands around it.
pub const MAX_ASKED: usize = MESSAGE_MAX + 1024 * 1024;
/// The most bytes of a message from the host, which its client trusts: every meeting of decades.
pub const MAX_TOLD: usize = 1024 * 1024 * 1024;

const MAGIC: &[u8] = b"lichhop/";
const MORE: u8 = 0;
const LAST: u8 = 1;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Do this and answer.
    Call {
        /// Under which number the answer is awaited on this connection.
        call: u64,
        /// The request's own number.
        id: RequestId,
        /// The request.
        request: Box<Request>,
    },
    /// From now on, tell what changes.
    Follow,
}

/// What a host says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Tell {
    /// The answer to a call.
    Reply {
        /// Which.
        call: u64,
        /// The answer.
        reply: Box<Reply>,
    },
    /// Something changed.
    Change(Change),
}

/// A client that is let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who it is, by the kernel's word.
    pub user: String,
    /// The instant at which the host's clock stands, if it stands.
    pub frozen: Option<DateTime<Utc>>,
    /// What the host mended when it opened the store.
    pub repairs: Vec<Repair>,
}

/// Why what came is no message.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FrameError {
    /// It is not from this program at all.
    #[error("no greeting of this program")]
    Stranger,
    /// The other side speaks another version.
    #[error("the other side is version {0}")]
    OtherVersion(String),
    /// More than a message may have.
    #[error("a message of more than {0} bytes")]
    TooLong(usize),
    /// Bytes that are no message of this version.
    #[error("not a message: {0}")]
    Garbled(String),
}

/// Cuts the stream into frames.
#[must_use]
pub fn codec() -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().max_frame_length(MAX_FRAME).new_codec()
}

/// The client's greeting.
#[must_use]
pub fn hello() -> Bytes {
    greeting(&[])
}

/// The host's greeting.
///
/// # Errors
/// [`FrameError::Garbled`] when it cannot be encoded.
pub fn welcome(welcome: &Result<Welcome, Fault>) -> Result<Bytes, FrameError> {
    Ok(greeting(&encode(welcome)?))
}

fn greeting(behind: &[u8]) -> Bytes {
    let version = env!("CARGO_PKG_VERSION").as_bytes();
    let mut frame = BytesMut::with_capacity(MAGIC.len() + 3 + version.len() + behind.len());
    frame.put_slice(MAGIC);
    frame.put_u16(PROTOCOL);
    // No version of this program is longer than a byte can count.
    frame.put_u8(u8::try_from(version.len()).unwrap_or(0));
    frame.put_slice(version);
    frame.put_slice(behind);
    frame.freeze()
}

/// What stands behind the other side's greeting, if it speaks our version.
///
/// # Errors
/// [`FrameError::Stranger`], [`FrameError::OtherVersion`].
pub fn greeted(frame: &[u8]) -> Result<&[u8], FrameError> {
    let rest = frame.strip_prefix(MAGIC).ok_or(FrameError::Stranger)?;
    let (protocol, rest) = rest.split_first_chunk::<2>().ok_or(FrameError::Stranger)?;
    let (length, rest) = rest.split_first().ok_or(FrameError::Stranger)?;
    let (version, behind) = rest.split_at_checked(usize::from(*length)).ok_or(FrameError::Stranger)?;
    if u16::from_be_bytes(*protocol) == PROTOCOL {
        return Ok(behind);
    }
    let version: String = String::from_utf8_lossy(version).chars().filter(|letter| !letter.is_control()).collect();
    Err(FrameError::OtherVersion(version))
}

/// The bytes of a message.
///
/// # Errors
/// [`FrameError::Garbled`] when a type cannot be encoded without names: an error in the program.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    postcard::to_stdvec(message).map_err(|error| FrameError::Garbled(error.to_string()))
}

/// A message from its bytes, all of them.
///
/// # Errors
/// [`FrameError::Garbled`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameError> {
    match postcard::take_from_bytes(bytes) {
        Ok((message, [])) => Ok(message),
        Ok((_, rest)) => Err(FrameError::Garbled(format!("{} bytes behind it", rest.len()))),
        Err(error) => Err(FrameError::Garbled(error.to_string())),
    }
}

/// The frames of a message.
pub fn pieces(message: &[u8]) -> impl Iterator<Item = Bytes> {
    let mut rest = Some(message);
    std::iter::from_fn(move || {
        let now = rest?;
        let (piece, behind) = now.split_at(now.len().min(MAX_FRAME - 1));
        rest = (!behind.is_empty()).then_some(behind);
        let mut frame = BytesMut::with_capacity(piece.len() + 1);
        frame.put_u8(if rest.is_some() { MORE } else { LAST });
        frame.put_slice(piece);
        Some(frame.freeze())
    })
}

/// Puts pieces together to messages.
#[derive(Debug)]
pub struct Assembly {
    so_far: Vec<u8>,
    most: usize,
}

impl Assembly {
    /// For messages of at most so many bytes.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { so_far: Vec::new(), most }
    }

    /// Whether a message has begun that has not ended.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        !self.so_far.is_empty()
    }

    /// Takes a frame; gives the message that ends with it.
    ///
    /// # Errors
    /// [`FrameError::TooLong`], [`FrameError::Garbled`].
    pub fn take(&mut self, frame: &[u8]) -> Result<Option<Vec<u8>>, FrameError> {
        let (flag, piece) = frame.split_first().ok_or_else(|| FrameError::Garbled("an empty frame".into()))?;
        if self.so_far.len() + piece.len() > self.most {
            return Err(FrameError::TooLong(self.most));
        }
        self.so_far.extend_from_slice(piece);
        match *flag {
            LAST => Ok(Some(std::mem::take(&mut self.so_far))),
            // A piece without bytes would be a message that never ends.
            MORE if !piece.is_empty() => Ok(None),
            _ => Err(FrameError::Garbled(format!("a piece of kind {flag}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn greetings_tell_versions_apart() {
        assert_eq!(greeted(&hello()), Ok(&[][..]));
        let repairs = vec![Repair::MarkUnreadable, Repair::TornSnapshotRemoved { file: "snap.1.generating".into(), bytes: 4 }];
        let let_in = Ok(Welcome { user: "nva".into(), frozen: None, repairs });
        let frame = welcome(&let_in).unwrap();
        assert_eq!(decode::<Result<Welcome, Fault>>(greeted(&frame).unwrap()), Ok(let_in));
        let other = [MAGIC, &[0, 99, 3], b"9.0", b"whatever follows"].concat();
        assert_eq!(greeted(&other), Err(FrameError::OtherVersion("9.0".into())));
        for stranger in [&b""[..], b"GET / HTTP/1.1\r\n", b"lichhop/", b"lichhop/\0", b"lichhop/\0\x01\x09short"] {
            assert_eq!(greeted(stranger), Err(FrameError::Stranger), "{}", stranger.escape_ascii());
        }
    }

    #[test]
    fn a_message_is_never_longer_than_allowed() {
        let mut assembly = Assembly::new(MAX_FRAME);
        let message = vec![7; MAX_FRAME + 1];
        let frames: Vec<Bytes> = pieces(&message).collect();
        assert_eq!(frames.iter().map(Bytes::len).collect::<Vec<_>>(), [MAX_FRAME, 3]);
        assert_eq!(assembly.take(&frames[0]), Ok(None));
        assert!(assembly.has_begun());
        assert_eq!(assembly.take(&frames[1]), Err(FrameError::TooLong(MAX_FRAME)));
        for garbled in [&[][..], &[MORE][..], &[2, 1][..]] {
            assert!(matches!(Assembly::new(9).take(garbled), Err(FrameError::Garbled(_))), "{garbled:?}");
        }
    }

    proptest! {
        #[test]
        fn pieces_make_the_message_again(message in prop::collection::vec(any::<u8>(), 0..64), repeat in 1usize..20_000) {
            let message = message.repeat(repeat);
            let mut assembly = Assembly::new(message.len());
            let frames: Vec<Bytes> = pieces(&message).collect();
            let (last, before) = frames.split_last().unwrap();
            for frame in before {
                prop_assert_eq!(assembly.take(frame), Ok(None));
            }
            prop_assert_eq!(assembly.take(last), Ok(Some(message)));
            prop_assert!(!assembly.has_begun());
        }

        #[test]
        fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = greeted(&bytes);
            let _ = decode::<Ask>(&bytes);
            let _ = decode::<Tell>(&bytes);
        }
    }
}
