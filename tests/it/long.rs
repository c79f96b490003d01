//! How much of a test is done.

/// How often something is done: `short`, or `long` in `tests/run --long`.
pub(crate) fn rounds(short: usize, long: usize) -> usize {
    let in_full = std::env::var_os("VESTIBULE_TEST_LONG").is_some_and(|value| value == "1");
    if in_full { long } else { short }
}
