//! The same words as a page: for the reader whose program shows no plain text well.
//!
//! It brings no picture, no link, no script and no colour of its own, so that nothing is fetched
//! from anywhere (who reads it, and when, is nobody's business) and that a dark screen stays dark.

/// The page of a text: its paragraphs, and `shown` in letters that can be read across a desk.
pub(super) fn page(subject: &str, text: &str, shown: Option<&str>) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let paragraphs = text.trim().split("\n\n").filter(|it| !it.trim().is_empty());
    let body: String = paragraphs
        .map(|it| {
            format!(
                "<p style=\"margin:0 0 16px\">{}</p>\n",
                lines(it.trim(), shown)
            )
        })
        .collect();
    // What looks like a number of a phone, a day or an address is no link either.
    format!(
        "<!DOCTYPE html>\n<html lang=\"en-AU\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"format-detection\" \
         content=\"telephone=no,date=no,address=no,email=no,url=no\">\n\
         <title>{title}</title>\n<style>:root {{ color-scheme: light dark; }}</style>\n</head>\n\
         <body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,'Segoe UI',sans-serif\">\n\
         {body}</body>\n</html>\n",
        title = escaped(subject),
    )
}

/// The lines of a paragraph.
fn lines(paragraph: &str, shown: Option<&str>) -> String {
    let marked = |line: &str| match shown.filter(|shown| !shown.is_empty()) {
        Some(shown) => {
            let parts: Vec<_> = line.split(shown).map(escaped).collect();
            parts.join(&format!(
                "<strong style=\"font:600 28px/1.4 ui-monospace,Consolas,monospace;\
                 white-space:nowrap\">{}</strong>",
                escaped(shown)
            ))
        }
        None => escaped(line),
    };
    let lines: Vec<_> = paragraph.split('\n').map(marked).collect();
    lines.join("<br>\n")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(sign),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_taken_for_the_page() {
        let hostile = "</p><script>alert(1)</script> & \"x\" 'y' <img src=http://evil.example/>";
        let page = page(hostile, hostile, Some("<b>"));
        for tag in ["<script", "<img", "<b>", "</title><", "src=\"", "href"] {
            assert!(!page.contains(tag), "{tag} in {page}");
        }
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot; &#39;y"));
    }

    #[test]
    fn the_words_are_those_of_the_text_and_the_code_stands_out() {
        let page = page(
            "Your code",
            "123 456 is your code.\r\n\r\nNot you?\nTell us.\n",
            Some("123 456"),
        );
        assert!(page.contains("white-space:nowrap\">123 456</strong> is your code.</p>"));
        assert!(page.contains("Not you?<br>\nTell us.</p>"));
        assert_eq!(page.matches("<p ").count(), 2);
        assert!(page.contains("<title>Your code</title>"));
    }

    #[test]
    fn nothing_is_fetched_and_no_colour_is_set() {
        let page = page("s", "t", Some("t"));
        for word in [
            "http",
            "url(",
            "src",
            "href",
            "@import",
            "background",
            "color:",
        ] {
            assert!(!page.contains(word), "{word}");
        }
    }
}
