//! Copying a secret: kept out of the clipboard's history, and gone after 30 seconds unless
//! something else was copied in the meantime (SECURITY.md, attack 95).

use std::time::Duration;

use crate::api::Secret;

/// How long a copied secret stays.
const KEPT: Duration = Duration::from_secs(30);

/// Copies a secret; says whether the clipboard took it.
pub async fn copy(secret: Secret) -> bool {
    let (tell, told) = tokio::sync::oneshot::channel();
    // A thread of its own: on X11 the text is gone with the one who offers it.
    let spawned = std::thread::Builder::new()
        .name("clipboard".into())
        .spawn(move || {
            let clipboard = offer(&secret);
            let taken = clipboard.is_ok();
            let _ = tell.send(taken);
            if let Ok(mut clipboard) = clipboard {
                std::thread::sleep(KEPT);
                if clipboard
                    .get_text()
                    .is_ok_and(|text| text == secret.expose())
                {
                    let _ = clipboard.clear();
                }
            }
        });
    spawned.is_ok() && told.await.unwrap_or(false)
}

fn offer(secret: &Secret) -> Result<arboard::Clipboard, arboard::Error> {
    let mut clipboard = arboard::Clipboard::new()?;
    let set = clipboard.set();
    #[cfg(all(unix, not(target_os = "macos")))]
    let set = arboard::SetExtLinux::exclude_from_history(set);
    #[cfg(target_os = "macos")]
    let set = arboard::SetExtApple::exclude_from_history(set);
    #[cfg(windows)]
    let set = arboard::SetExtWindows::exclude_from_history(set);
    set.text(secret.expose())?;
    Ok(clipboard)
}
