//! A mail server that keeps what it is given: enough of RFC 5321 for one sender.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// A letter as it came.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) to: String,
    /// The text.
    pub(crate) content: String,
}

/// Accepts every letter until it is dropped.
#[derive(Debug)]
pub(crate) struct MailServer {
    port: u16,
    letters: Arc<Mutex<Vec<Letter>>>,
    _listening: JoinSet<()>,
}

impl MailServer {
    pub(crate) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("a port for mail")?;
        let port = listener.local_addr()?.port();
        let letters = Arc::new(Mutex::new(Vec::new()));
        let mut listening = JoinSet::new();
        let kept = Arc::clone(&letters);
        listening.spawn(async move {
            let mut talks = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                talks.spawn(talk(stream, Arc::clone(&kept)));
            }
        });
        Ok(Self { port, letters, _listening: listening })
    }

    /// Settings that send mail here.
    pub(crate) fn settings(&self) -> String {
        format!("[smtp]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n", self.port)
    }

    /// What was delivered to an address.
    pub(crate) fn delivered_to(&self, address: &str) -> Vec<Letter> {
        let letters = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        letters.iter().filter(|letter| letter.to == address).cloned().collect()
    }
}

/// One conversation; a broken one is the sender's loss.
async fn talk(stream: TcpStream, letters: Arc<Mutex<Vec<Letter>>>) {
    let _ = converse(stream, &letters).await;
}

async fn converse(stream: TcpStream, letters: &Mutex<Vec<Letter>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 mail.example ESMTP\r\n").await?;
    let mut to = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-mail.example\r\n250 8BITMIME\r\n",
            "RCPT" => {
                let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                to.push(address.to_owned());
                "250 OK\r\n"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                let mut content = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    content.push_str(&line);
                    content.push('\n');
                }
                let mut letters = letters.lock().unwrap_or_else(PoisonError::into_inner);
                letters.extend(to.drain(..).map(|to| Letter { to, content: opened(&content) }));
                "250 OK\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 OK\r\n",
        };
        write.write_all(answer.as_bytes()).await?;
    }
    Ok(())
}

/// The text of a letter, whichever way it was made fit for travel.
fn opened(letter: &str) -> String {
    let (head, body) = letter.split_once("\n\n").unwrap_or(("", letter));
    let head = head.to_ascii_lowercase();
    if head.contains("content-transfer-encoding: base64") {
        let packed: String = body.split_whitespace().collect();
        String::from_utf8_lossy(&STANDARD.decode(packed).unwrap_or_default()).into_owned()
    } else if head.contains("content-transfer-encoding: quoted-printable") {
        String::from_utf8_lossy(&unquoted(&body.replace("=\n", ""))).into_owned()
    } else {
        body.to_owned()
    }
}

fn unquoted(text: &str) -> Vec<u8> {
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(code, 16));
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}
