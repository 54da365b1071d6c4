//! The bytes' way: in the clear or through TLS.

use std::io;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;

/// A connected stream. Whether it is encrypted is its own property, not one of the configuration: this is what is asked
/// before credentials are written.
#[derive(Debug)]
pub(super) enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(super) fn is_tls(&self) -> bool {
        matches!(self, Self::Tls(_))
    }

    /// The TLS handshake. Over TLS already: an error, nothing asks for that.
    pub(super) async fn secure(self, connector: &TlsConnector, name: ServerName<'static>) -> io::Result<Self> {
        match self {
            Self::Plain(tcp) => Ok(Self::Tls(Box::new(connector.connect(name, tcp).await?))),
            Self::Tls(_) => Err(io::ErrorKind::AlreadyExists.into()),
        }
    }

    /// Appends what has come, waiting for at least one byte; 0 at the stream's end. Nothing is lost when it is cancelled.
    pub(super) async fn read(&mut self, into: &mut BytesMut) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.read_buf(into).await,
            Self::Tls(tls) => tls.read_buf(into).await,
        }
    }

    /// Hands over a part of `bytes` and says how many were taken.
    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(tcp) => tcp.write(bytes).await,
            Self::Tls(tls) => tls.write(bytes).await,
        }
    }

    /// Waits until all that was taken has been given to the kernel.
    pub(super) async fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.flush().await,
            Self::Tls(tls) => tls.flush().await,
        }
    }

    /// Says that nothing more will be written.
    pub(super) async fn shutdown(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(tcp) => tcp.shutdown().await,
            Self::Tls(tls) => tls.shutdown().await,
        }
    }
}
