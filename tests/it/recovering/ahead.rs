//! What would last for as long as the clock had been ahead.

use super::*;

/// Fault 17: nothing that was agreed to, offered or counted then is good, or in the way, for longer
/// than was promised.
#[tokio::test]
async fn what_was_agreed_to_offered_and_counted_ahead_ends_with_it() {
    let clinic = Clinic::new().await;
    let right = clinic.now();
    clinic.clock.advance(365 * 86_400);
    // Something that is recorded, by which the clock is known to have been ahead.
    let _ = clinic.manager().try_password("not it at all").await;
    let ahead = clinic.now().as_millisecond();
    for made in [
        format!(
            "INSERT INTO agreements (id, user_id, act, practice_id, by_user, at)
             SELECT 'a', user_id, 'reset', practice_id, user_id, {ahead} FROM memberships"
        ),
        format!(
            "INSERT INTO offered_places (code_hash, user_id, practice_id, email, role, made_at,
                                         ends_at)
             SELECT 'o', user_id, practice_id, 'x', 'reception', {ahead}, {ahead} + 1
             FROM memberships"
        ),
        format!("INSERT INTO failures_by_origin (origin, slot, failures) VALUES ('x', {ahead}, 9)"),
        format!("INSERT INTO requests (id, made_at) VALUES ('r', {ahead})"),
    ] {
        clinic.sql(&made).await;
    }
    let left = "SELECT (SELECT COUNT(*) FROM agreements WHERE used_at IS NULL)
                     + (SELECT COUNT(*) FROM offered_places WHERE ended_at IS NULL)
                     + (SELECT COUNT(*) FROM failures_by_origin WHERE origin = 'x')";
    assert_eq!(clinic.number(left).await, 3);

    clinic
        .clock
        .set(right + jiff::SignedDuration::from_secs(120));
    recover(&clinic, &clinic.recovery_key, MANAGER, NEW)
        .await
        .unwrap();
    assert_eq!(clinic.number(left).await, 0);
    // Whoever repeats it is answered as before, until that is forgotten as any other.
    let kept = clinic.number("SELECT made_at FROM requests WHERE id = 'r'");
    assert_eq!(kept.await, clinic.now().as_millisecond());
}
