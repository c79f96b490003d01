//! A real balancer in front of the replicas of a server: haproxy of this system, for this test
//! alone.
//!
//! It ends TLS and speaks it again to the replicas, since only so it sees requests: a client keeps
//! its connection, and the next request of it is to reach another replica. It is given a socket
//! that is bound already, so that it has a port before it runs and nobody waits for it.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};

use super::authority::AUTHORITY;

/// What it is told beside what every test wants.
pub(crate) struct Wish {
    /// Options of each replica, such as how often it is asked whether it is ready.
    pub(crate) server: &'static str,
    /// More lines of the part that tells of the replicas.
    pub(crate) backend: &'static str,
}

/// Ends with whoever has it.
pub(crate) struct Balancer {
    pub(crate) at: SocketAddr,
    process: Child,
    /// Holds the configuration, and what it says of its replicas.
    folder: tempfile::TempDir,
}

impl Balancer {
    /// In front of these: one request after the other goes to the next of them.
    pub(crate) fn before(replicas: &[SocketAddr], wish: &Wish) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = socket.local_addr().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("haproxy.cfg");
        std::fs::write(&file, configuration(replicas, wish)).unwrap();
        let process = Command::new("haproxy")
            .args(["-db", "-f"])
            .arg(&file)
            // Not quiet: it would close what it is given.
            .stdin(Stdio::from(OwnedFd::from(socket)))
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("said")).unwrap())
            .spawn()
            .expect("haproxy runs: tests/run installs it");
        Self {
            at,
            process,
            folder,
        }
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        let said = std::fs::read_to_string(self.folder.path().join("said"));
        if let (true, Ok(said)) = (std::thread::panicking(), said) {
            eprintln!("{said}");
        }
    }
}

fn configuration(replicas: &[SocketAddr], wish: &Wish) -> String {
    let (pem, root) = (AUTHORITY.both.display(), AUTHORITY.root_file.display());
    let Wish { server, backend } = wish;
    let servers: String = replicas
        .iter()
        .enumerate()
        .map(|(n, at)| {
            format!("  server replica{n} {at} ssl verify required ca-file {root} {server}\n")
        })
        .collect();
    format!(
        "global
  nbthread 1
  maxconn 2000
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect 5s
  timeout http-request 10s
  timeout client 60s
  timeout server 60s
frontend clients
  bind fd@0 ssl crt {pem} alpn h2,http/1.1
  option forwardfor
  default_backend replicas
backend replicas
  balance roundrobin
  option redispatch 1
{backend}{servers}"
    )
}
