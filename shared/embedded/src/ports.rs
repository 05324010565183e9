//! Free ports on 127.0.0.1, remembered beside the data.

use std::{fs, net::TcpListener, path::Path};

use crate::Error;

/// The remembered port while it is still free, else a new one, which is then remembered in `file`.
///
/// Nothing holds the port between this call and the server's own bind: whoever starts a server asks
/// again when it was taken meanwhile.
pub(crate) fn sticky(file: &Path) -> Result<u16, Error> {
    let remembered = fs::read_to_string(file).ok().and_then(|text| text.trim().parse::<u16>().ok());
    if let Some(port) = remembered.filter(|port| is_free(*port)) {
        return Ok(port);
    }
    fresh(file)
}

/// A new port, whatever was remembered.
pub(crate) fn fresh(file: &Path) -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(Error::NoPort)?;
    let port = listener.local_addr().map_err(Error::NoPort)?.port();
    fs::write(file, port.to_string()).map_err(Error::file("write", file))?;
    Ok(port)
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_kept_while_it_is_free_and_given_up_when_it_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("port");
        let first = sticky(&file).unwrap();
        assert_eq!(sticky(&file).unwrap(), first);

        let _taken = TcpListener::bind(("127.0.0.1", first)).unwrap();
        let second = sticky(&file).unwrap();
        assert_ne!(second, first);
        assert_eq!(fs::read_to_string(&file).unwrap(), second.to_string());
    }
}
