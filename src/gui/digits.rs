//! How a six-digit code stands in its field.

/// Groups what looks like a code or the beginning of one as "123 456". Anything else, such as a
/// pasted sentence, stays as it was typed: the backend finds the code in it.
pub fn grouped(typed: &str) -> String {
    let is_code = typed
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_ascii_whitespace() || c == '-');
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if !is_code || digits.len() > 6 {
        return typed.to_owned();
    }
    match digits.split_at_checked(3) {
        Some((first, rest)) if !rest.is_empty() => format!("{first} {rest}"),
        _ => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped_and_sentences_are_left_alone() {
        for (typed, shown) in [
            ("", ""),
            ("12", "12"),
            ("123", "123"),
            ("1234", "123 4"),
            ("123456", "123 456"),
            ("123-456\n", "123 456"),
            ("1234567", "1234567"),
            ("Your code is 123456.", "Your code is 123456."),
        ] {
            assert_eq!(grouped(typed), shown);
        }
    }
}
