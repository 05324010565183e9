//! A network that misbehaves on command: a TCP proxy between a client and a server.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::{Context, Result};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
    sync::watch,
    task::JoinSet,
};
use url::Url;

/// How the network behaves. A change applies at once, to open connections as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// Everything passes.
    Open,
    /// Every chunk waits this long, in each direction.
    Slow(Duration),
    /// A new connection reaches the server only after so long; open ones are as quick as ever.
    SlowToOpen(Duration),
    /// Open connections are closed, new ones are closed as soon as they are made.
    Cut,
    /// What the server says never arrives; what the client says does. The acknowledgement is lost, the work is not.
    AnswersLost,
    /// The client is told that the server has finished speaking (FIN), while the server still hears the client.
    HalfClosed,
    /// Nothing passes and nothing is refused: the cable is out, or a firewall drops without a word.
    BlackHole,
}

/// Listens on 127.0.0.1 and passes on to one server. Ends, with its connections, when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
    _tasks: Arc<Mutex<JoinSet<()>>>,
}

#[derive(Debug, Clone, Copy)]
struct State {
    network: Network,
    /// Raised to close the connections that are open now.
    epoch: u64,
}

impl Proxy {
    /// In front of the server that an address such as `postgres://u:p@127.0.0.1:5544/db` or
    /// `nats://127.0.0.1:4333` names.
    pub async fn before(server: &str) -> Result<Self> {
        let server = Url::parse(server).context("the server's address")?;
        let host = server.host_str().context("the server's address has no host")?.to_owned();
        let port = server.port().context("the server's address has no port")?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("the proxy's port")?;
        let address = listener.local_addr()?;
        let (state, seen) = watch::channel(State { network: Network::Open, epoch: 0 });
        let tasks = Arc::new(Mutex::new(JoinSet::new()));
        let accept = accept(listener, (host, port), seen, Arc::downgrade(&tasks));
        tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(accept);
        Ok(Self { address, state, _tasks: tasks })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The same address, by way of the proxy.
    pub fn url(&self, server: &str) -> Result<String> {
        let mut url = Url::parse(server)?;
        url.set_ip_host(self.address.ip()).ok().context("an address that takes a host")?;
        url.set_port(Some(self.address.port())).ok().context("an address that takes a port")?;
        Ok(url.into())
    }

    pub fn set(&self, network: Network) {
        self.state.send_modify(|state| state.network = network);
    }

    /// Closes the connections that are open now; new ones are served as before.
    pub fn cut_open_connections(&self) {
        self.state.send_modify(|state| state.epoch += 1);
    }
}

type Seen = watch::Receiver<State>;

async fn accept(listener: TcpListener, server: (String, u16), seen: Seen, tasks: std::sync::Weak<Mutex<JoinSet<()>>>) {
    while let Ok((client, _)) = listener.accept().await {
        let Some(tasks) = tasks.upgrade() else { return };
        let (server, seen) = (server.clone(), seen.clone());
        tasks.lock().unwrap_or_else(PoisonError::into_inner).spawn(async move {
            // Errors are what a proxy in a fault test is for: the connection ends, as it would in life.
            let _ = serve(client, server, seen).await;
        });
    }
}

async fn serve(client: TcpStream, server: (String, u16), mut seen: Seen) -> std::io::Result<()> {
    let epoch = seen.borrow().epoch;
    let connected = async {
        let mut before = seen.clone();
        // A swallowed connection is open to the client and never reaches the server.
        let _ = before.wait_for(|state| state.network != Network::BlackHole).await;
        let network = before.borrow().network;
        if let Network::SlowToOpen(delay) = network {
            pause(delay).await;
        }
        TcpStream::connect(server).await
    };
    let server = tokio::select! {
        server = connected => server?,
        () = closed(seen.clone(), epoch) => return Ok(()),
    };
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (client_read, client_write) = client.into_split();
    let (server_read, server_write) = server.into_split();
    let both = futures::future::join(
        pass(client_read, server_write, Direction::Question, seen.clone()),
        pass(server_read, client_write, Direction::Answer, seen.clone()),
    );
    tokio::select! {
        _ = both => {}
        () = closed(seen.clone(), epoch) => {}
    }
    seen.mark_unchanged();
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Question,
    Answer,
}

/// Returns when this connection is to be closed.
async fn closed(mut seen: Seen, epoch: u64) {
    let _ = seen.wait_for(|state| state.network == Network::Cut || state.epoch != epoch).await;
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, direction: Direction, mut seen: Seen) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let network = seen.borrow_and_update().network;
        if network == Network::HalfClosed && direction == Direction::Answer {
            let _ = to.shutdown().await;
            return;
        }
        if network == Network::BlackHole {
            if seen.changed().await.is_err() {
                return;
            }
            continue;
        }
        let length = tokio::select! {
            read = from.read(&mut buffer) => match read {
                Ok(0) | Err(_) => {
                    let _ = to.shutdown().await;
                    return;
                }
                Ok(length) => length,
            },
            changed = seen.changed() => {
                if changed.is_err() {
                    return;
                }
                continue;
            }
        };
        if let Network::Slow(delay) = network {
            pause(delay).await;
        }
        // What was read while the network failed is lost or held back like anything else.
        let _ = seen.wait_for(|state| state.network != Network::BlackHole).await;
        let lost = seen.borrow().network == Network::AnswersLost && direction == Direction::Answer;
        if !lost && to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow network is made of real time")]
async fn pause(delay: Duration) {
    tokio::time::sleep(delay).await;
}
