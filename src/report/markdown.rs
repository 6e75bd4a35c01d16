//! A rule's page for the terminal: headings, paragraphs, lists and code, wrapped to its width.

use super::look::Look;
use textwrap::Options;

/// How wide text is set at most, in columns: longer lines are hard to read.
const COLUMNS: usize = 88;

/// The page, rendered.
#[must_use]
pub fn markdown(page: &str, look: Look) -> String {
    let mut out = String::new();
    let mut paragraph = String::new();
    let mut code = false;
    for line in page.lines() {
        if line.starts_with("```") {
            flush(&mut paragraph, &mut out, look);
            code = !code;
        } else if code {
            out.push_str(format!("    {}", look.code(line)).trim_end());
            out.push('\n');
        } else if let Some(heading) = line.strip_prefix('#') {
            flush(&mut paragraph, &mut out, look);
            let heading = heading.trim_start_matches('#').trim();
            out.push_str(&look.bold(heading));
            out.push('\n');
        } else if line.trim().is_empty() {
            flush(&mut paragraph, &mut out, look);
            if !out.ends_with("\n\n") && !out.is_empty() {
                out.push('\n');
            }
        } else {
            if !item(line).is_empty() {
                flush(&mut paragraph, &mut out, look);
            }
            let text = if paragraph.is_empty() {
                line.trim_end()
            } else {
                line.trim()
            };
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(text);
        }
    }
    flush(&mut paragraph, &mut out, look);
    out.trim_end().to_owned() + "\n"
}

/// What a list item begins with: `- `, `2. `; empty for other lines.
fn item(line: &str) -> &str {
    let trimmed = line.trim_start();
    let digits = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    let length = if trimmed.starts_with("- ") || trimmed.starts_with("* ") {
        2
    } else if digits.len() < trimmed.len() && digits.starts_with(". ") {
        trimmed.len() - digits.len() + 2
    } else {
        0
    };
    &trimmed[..length]
}

/// Writes what was gathered of a paragraph, or of an item of a list.
fn flush(paragraph: &mut String, out: &mut String, look: Look) {
    if paragraph.is_empty() {
        return;
    }
    let bullet = item(paragraph).to_owned();
    let hang = " ".repeat(2 + bullet.len());
    let text = paragraph.trim_start()[bullet.len()..].to_owned();
    let first = format!("  {bullet}");
    let options = Options::new(look.width.min(COLUMNS))
        .initial_indent(&first)
        .subsequent_indent(&hang)
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    // Wrapped before it is coloured: escapes have no width, but the wrapper cannot know.
    for line in textwrap::wrap(&text, options) {
        out.push_str(&line);
        out.push('\n');
    }
    if let Some(at) = out.len().checked_sub(1)
        && look.color
    {
        let start = out[..at].rfind("\n\n").map_or(0, |blank| blank + 2);
        let styled = inline(&out[start..], look);
        out.truncate(start);
        out.push_str(&styled);
    }
    paragraph.clear();
}

/// Code between backticks and words between stars, coloured.
fn inline(text: &str, look: Look) -> String {
    let mut out = String::new();
    for (at, piece) in text.split('`').enumerate() {
        if at % 2 == 1 {
            out.push_str(&look.code(piece));
        } else {
            out.push_str(piece);
        }
    }
    out
}
