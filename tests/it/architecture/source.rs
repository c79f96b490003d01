//! Rust source as its tokens, so that comments and texts are told from code.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One file: its path from the root of the repository, and its tokens in a row.
pub(crate) struct Source {
    pub(crate) path: String,
    tokens: Vec<Token>,
}

/// `::` is one token; doc comments are none.
#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Path,
    Mark(char),
}

use Token::{Mark, Path as Colons, Text, Word};

impl Source {
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let stream: TokenStream = text
            .parse()
            .unwrap_or_else(|error| panic!("{path}: {error}"));
        let mut tokens = Vec::new();
        flatten(stream, &mut tokens);
        Self {
            path: path.to_owned(),
            tokens,
        }
    }

    /// Whether the file is one of these modules (`src/store.rs`) or inside one
    /// (`src/store/people.rs`).
    pub(crate) fn is_in(&self, modules: &[&str]) -> bool {
        modules.iter().any(|module| {
            self.path
                .strip_prefix(module)
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        })
    }

    /// Whether a path begins with this crate, or one of its family.
    pub(crate) fn names_crate(&self, name: &str) -> bool {
        let family = format!("{name}_");
        (0..self.tokens.len()).any(|at| {
            let Word(word) = &self.tokens[at] else {
                return false;
            };
            (word == name || word.starts_with(&family))
                && self.begins_a_path(at)
                && (self.tokens.get(at + 1) == Some(&Colons) || self.is_brought_in(at))
        })
    }

    /// Whether the code has this identifier anywhere.
    pub(crate) fn has_word(&self, name: &str) -> bool {
        self.tokens.iter().any(|token| is_word(token, name))
    }

    /// Whether the code has `first::second`.
    pub(crate) fn has_path(&self, first: &str, second: &str) -> bool {
        self.tokens.windows(3).any(|tokens| {
            is_word(&tokens[0], first) && tokens[1] == Colons && is_word(&tokens[2], second)
        })
    }

    /// The modules named right behind a root: `a` and `b` in `crate::a::c` and
    /// `crate::{b::d}`; of `super::super::a` it is `a`.
    pub(crate) fn first_segments(&self, root: &str) -> Vec<String> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if !is_word(&self.tokens[at], root) || self.tokens.get(at + 1) != Some(&Colons) {
                continue;
            }
            match self.tokens.get(at + 2) {
                Some(Word(word)) => found.push(word.clone()),
                Some(Mark('{')) => found.extend(self.group(at + 3)),
                _ => {}
            }
        }
        found
    }

    /// The names of what is declared as a `String`, `Option<String>` or `Vec<String>`.
    pub(crate) fn strings(&self) -> impl Iterator<Item = &str> {
        (0..self.tokens.len()).filter_map(|at| match &self.tokens[at..] {
            [Word(name), Mark(':'), Word(kind), ..] if kind == "String" => Some(name.as_str()),
            [
                Word(name),
                Mark(':'),
                Word(outer),
                Mark('<'),
                Word(kind),
                ..,
            ] if kind == "String" && (outer == "Option" || outer == "Vec") => Some(name.as_str()),
            _ => None,
        })
    }

    /// Every text literal.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().filter_map(|token| match token {
            Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// The text that calls of a function or macro have as their first argument.
    pub(crate) fn first_arguments(&self, name: &str) -> Vec<&str> {
        let mut found = Vec::new();
        for (at, token) in self.tokens.iter().enumerate() {
            let bang = usize::from(self.tokens.get(at + 1) == Some(&Mark('!')));
            if is_word(token, name)
                && self.tokens.get(at + bang + 1) == Some(&Mark('('))
                && let Some(Text(text)) = self.tokens.get(at + bang + 2)
            {
                found.push(text.as_str());
            }
        }
        found
    }

    /// The first words of the members of a braced group that starts here.
    fn group(&self, start: usize) -> Vec<String> {
        let mut found = Vec::new();
        let mut depth = 0_usize;
        let mut first = true;
        for token in &self.tokens[start..] {
            match token {
                Mark('{') => depth += 1,
                Mark('}') if depth == 0 => break,
                Mark('}') => depth -= 1,
                Mark(',') if depth == 0 => first = true,
                Word(word) if first => {
                    found.push(word.clone());
                    first = false;
                }
                _ => {}
            }
        }
        found
    }

    /// Not `crate::iced`, not `a.iced`; `::iced` and `use ::iced` begin one.
    fn begins_a_path(&self, at: usize) -> bool {
        match at.checked_sub(1).map(|before| &self.tokens[before]) {
            Some(Colons) => !matches!(
                at.checked_sub(2).map(|before| &self.tokens[before]),
                Some(Word(word)) if word != "use"
            ),
            Some(Mark('.')) => false,
            _ => true,
        }
    }

    /// `use iced;`, `extern crate iced;`, `#[sqlx(...)]`.
    fn is_brought_in(&self, at: usize) -> bool {
        match at.checked_sub(1).map(|before| &self.tokens[before]) {
            Some(Word(word)) => word == "use" || word == "crate",
            Some(Mark('[')) => at >= 2 && self.tokens[at - 2] == Mark('#'),
            _ => false,
        }
    }
}

/// Every Rust file of a folder of the repository, parsed.
pub(crate) fn sources(folder: &str) -> Vec<Source> {
    rust_files(folder)
        .iter()
        .map(|(path, text)| Source::parse(path, text))
        .collect()
}

/// Path and text of every Rust file of a folder of the repository.
pub(crate) fn rust_files(folder: &str) -> Vec<(String, String)> {
    files(folder, "rs")
}

/// Path and text of every file of a folder with this ending; none if the folder
/// is not there.
pub(crate) fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    collect(&root.join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|file| {
            let path = file.strip_prefix(root).unwrap().to_str().unwrap();
            let text = fs::read_to_string(&file).unwrap();
            (path.replace('\\', "/"), text)
        })
        .collect()
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.extension().is_some_and(|found| found == ending) {
            found.push(path);
        }
    }
}

fn is_word(token: &Token, name: &str) -> bool {
    matches!(token, Word(word) if word == name)
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    let mut stream = stream.into_iter().peekable();
    while let Some(tree) = stream.next() {
        match tree {
            TokenTree::Ident(word) => into.push(Word(word.to_string())),
            TokenTree::Literal(literal) => into.push(text(&literal.to_string())),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ('{', '}'),
                    Delimiter::Bracket => ('[', ']'),
                    Delimiter::Parenthesis | Delimiter::None => ('(', ')'),
                };
                into.push(Mark(open));
                flatten(group.stream(), into);
                into.push(Mark(close));
            }
            TokenTree::Punct(mark) if mark.as_char() == ':' => {
                let second = stream.next_if(
                    |next| matches!(next, TokenTree::Punct(next) if next.as_char() == ':'),
                );
                into.push(second.map_or(Mark(':'), |_| Colons));
            }
            TokenTree::Punct(mark) => into.push(Mark(mark.as_char())),
        }
    }
}

/// A text without its quotes; any other literal as it stands.
fn text(literal: &str) -> Token {
    let inside = literal
        .trim_start_matches(['r', '#'])
        .trim_end_matches('#')
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.map_or_else(|| Mark('0'), |inside| Text(inside.to_owned()))
}
