//! A mail server of the test's own: speaks SMTP, keeps every letter, and can be made to refuse.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

#[derive(Clone, Default)]
pub(super) struct Mailbox {
    letters: Arc<Mutex<Vec<String>>>,
    refuses: Arc<AtomicBool>,
}

impl Mailbox {
    /// Starts on a free port.
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    pub(super) async fn open() -> (Self, u16) {
        let mailbox = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let serving = mailbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        (mailbox, port)
    }

    /// Letters so far, headers and body.
    pub(super) fn letters(&self) -> Vec<String> {
        self.letters.lock().expect("not poisoned").clone()
    }

    /// From now on every recipient is refused for good, or taken again.
    pub(super) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    async fn serve(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let _ = write.write_all(b"220 test\r\n").await;
        let mut letter: Option<String> = None;
        while let Ok(Some(line)) = lines.next_line().await {
            let answer: &[u8] = match &mut letter {
                Some(text) if line == "." => {
                    self.letters.lock().expect("not poisoned").push(std::mem::take(text));
                    letter = None;
                    b"250 kept\r\n"
                }
                Some(text) => {
                    text.push_str(&line);
                    text.push('\n');
                    continue;
                }
                None if line.starts_with("RCPT") && self.refuses.load(Ordering::SeqCst) => b"550 no such box\r\n",
                None if line.starts_with("DATA") => {
                    letter = Some(String::new());
                    b"354 go on\r\n"
                }
                None if line.starts_with("QUIT") => {
                    let _ = write.write_all(b"221 bye\r\n").await;
                    return;
                }
                None => b"250 ok\r\n",
            };
            if write.write_all(answer).await.is_err() {
                return;
            }
        }
    }
}
