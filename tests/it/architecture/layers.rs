//! Who may know whom.

/// Which modules of this crate each may name, as CONTRIBUTING.md draws them.
pub(super) const LAYERS: &[(&str, &[&str])] = &[
    ("disk", &[]),
    ("domain", &[]),
    ("keychain", &["disk"]),
    ("logging", &[]),
    ("panics", &[]),
    ("tls", &[]),
    ("api", &["domain"]),
    ("words", &["domain"]),
    ("figures", &["domain"]),
    ("delivery", &["domain", "panics", "tls"]),
    ("store", &["api", "disk", "domain"]),
    ("ask", &["api", "words"]),
    ("paper", &["api", "domain", "words"]),
    (
        "service",
        &[
            "api", "delivery", "domain", "figures", "panics", "store", "words",
        ],
    ),
    ("client", &["api", "domain", "tls"]),
    ("server", &["api", "domain", "service", "tls"]),
    ("settings", &["client"]),
    (
        "backend",
        &[
            "api", "client", "delivery", "disk", "domain", "keychain", "service", "store",
        ],
    ),
    (
        "gui",
        &[
            "api", "backend", "disk", "domain", "keychain", "paper", "settings", "words",
        ],
    ),
    // Of the window its sentences alone.
    (
        "command",
        &["api", "ask", "backend", "domain", "gui", "paper", "words"],
    ),
    (
        "operate",
        &[
            "api", "ask", "delivery", "disk", "domain", "logging", "server", "service", "store",
            "words",
        ],
    ),
    // The programs.
    (
        "main",
        &["backend", "command", "gui", "logging", "panics", "settings"],
    ),
    ("bin", &["operate", "panics"]),
    ("lib", &[]),
];
