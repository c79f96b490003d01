//! How a six-digit code stands in its field.

use crate::api::Secret;

/// Shows a whole code as "123 456". Anything else stays as it was typed: a beginning, since the
/// cursor would fall behind what is put in before it; a pasted sentence, since the backend finds
/// the code in it.
fn grouped(typed: &str) -> String {
    let is_code = typed
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_ascii_whitespace() || c == '-');
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match digits.split_at_checked(3) {
        Some((first, rest)) if is_code && rest.len() == 3 => format!("{first} {rest}"),
        _ => typed.to_owned(),
    }
}

/// Takes in what was typed; whether it was grouped, so that the cursor has to follow.
pub fn take(kept: &mut Secret, typed: &Secret) -> bool {
    *kept = Secret::new(grouped(typed.expose()));
    kept != typed
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_whole_code_is_grouped_and_the_rest_is_left_alone() {
        for (typed, shown) in [
            ("", ""),
            ("12", "12"),
            ("123", "123"),
            ("1234", "1234"),
            ("123 45", "123 45"),
            ("123456", "123 456"),
            ("123-456\n", "123 456"),
            ("1234567", "1234567"),
            ("Your code is 123456.", "Your code is 123456."),
        ] {
            assert_eq!(grouped(typed), shown);
        }
    }
}
