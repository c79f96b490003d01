//! Waiting for a moment of the backend's clock, so that nothing wakes the program before it.
//!
//! A suspend and a clock that is set move the moment nearer or further: on Linux the kernel wakes
//! us then; elsewhere the time is looked at once a second.

use std::hash::{Hash, Hasher};
use std::time::Duration;

use iced::Subscription;
use iced::futures::{Stream, stream};

use super::door::Door;
use crate::domain::Timestamp;

/// After a moment that has come and that nobody has done anything about.
const AGAIN: Duration = Duration::from_millis(250);

/// Says that this moment has come, and goes on saying so until it is not listened to.
pub fn at(due: Timestamp, door: Door) -> Subscription<()> {
    Subscription::run_with(Alarm { due, door }, ring)
}

/// What the door leads to tells the time; which moment it is makes it another alarm.
struct Alarm {
    due: Timestamp,
    door: Door,
}

impl Hash for Alarm {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.due.hash(state);
    }
}

fn ring(Alarm { due, door }: &Alarm) -> impl Stream<Item = ()> + use<> {
    let state = (*due, door.clone(), false);
    stream::unfold(state, |(due, door, rung)| async move {
        if rung {
            tokio::time::sleep(AGAIN).await;
        }
        loop {
            match Duration::try_from(due.duration_since(door.now())) {
                Ok(left) if !left.is_zero() => wait(left).await,
                _ => return Some(((), (due, door, true))),
            }
        }
    })
}

/// Waits so long, or less.
#[cfg(target_os = "linux")]
async fn wait(left: Duration) {
    if let Err(error) = timer::wait(left).await {
        tracing::warn!(%error, "no timer of the kernel");
        tokio::time::sleep(left.min(super::SECOND)).await;
    }
}

/// Waits so long, or less.
#[cfg(not(target_os = "linux"))]
async fn wait(left: Duration) {
    tokio::time::sleep(left.min(super::SECOND)).await;
}

#[cfg(target_os = "linux")]
mod timer {
    use std::io;
    use std::time::Duration;

    use rustix::time::{
        ClockId, Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec,
        clock_gettime, timerfd_create, timerfd_settime,
    };
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;

    /// Waits so long by the clock on the wall, which goes on while the computer sleeps; ends
    /// early when that clock is set.
    pub(super) async fn wait(left: Duration) -> io::Result<()> {
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
        let now = clock_gettime(ClockId::Realtime);
        let end = Timespec::try_from(left)
            .ok()
            .and_then(|left| now.checked_add(left))
            .ok_or(io::ErrorKind::InvalidInput)?;
        let once = Itimerspec {
            it_interval: Timespec::default(),
            it_value: end,
        };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        timerfd_settime(&timer, flags, &once)?;
        #[expect(
            deprecated,
            reason = "what takes its place is unsafe; an owned file is sound"
        )]
        let timer = AsyncFd::with_interest(timer, Interest::READABLE)?;
        timer.readable().await?.retain_ready();
        Ok(())
    }
}
