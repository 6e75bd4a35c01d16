//! A page of its own for proofs: no scripts, nothing from elsewhere, light and dark, wide and narrow.

mod strip;
mod view;

use crate::prove::Proof;
use minijinja::{Environment, context};

/// A proof as an HTML page. The template's name ends in `.html`, by which minijinja escapes all that is put in.
#[must_use]
pub fn proof_html(proof: &Proof) -> String {
    let mut environment = Environment::new();
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    let page = context! { style => include_str!("page.css"), proof => view::page(proof) };
    let added = environment.add_template("page.html", include_str!("page.html"));
    let rendered = added.and_then(|()| environment.get_template("page.html")?.render(page));
    // The template is part of the program, and a test renders all of it.
    rendered.unwrap_or_else(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;
    use crate::prove::{Prediction, Trouble, Verdict};
    use crate::report::{Look, proof_sample, proof_summary};
    use std::time::Duration;

    #[test]
    fn everything_is_on_the_page_and_nothing_breaks_out() {
        let page = proof_html(&proof_sample::proof());
        Failures::collect(|failures| {
            for wanted in [
                "<!DOCTYPE html>",
                "<title>rule-&lt;b&gt;: refuted</title>",
                "predicted = observed in 1 of 2 statements, 1 more not tried",
                "PostgreSQL 16.14, a private server, 1,000,000 rows",
                "it &amp; that",
                "DEFAULT &#x27;&lt;&#x2f;code&gt;&lt;script&gt;alert(1)",
                "d=\"M100.0 0h750.0v1h-750.0z\"",
                ">waited 750 ms<",
                "SELECT, INSERT on t",
                "t ACCESS EXCLUSIVE",
                "line 7 did something else than predicted: lock on t: predicted none",
                "line 7 breaks: <code>SELECT gone</code> no such column (SQLSTATE 42703)",
                "line 7 fails: <code>CREATE</code> it &quot;is&quot; there (SQLSTATE 42703)",
                "CREATE INDEX never",
                "did not run at scale",
                "800 ms, nobody waited",
                "a | claim",
                "nothing &lt;scanned&gt; <b class=\"noticed\">(not as expected)</b>",
                "prefers-color-scheme: dark",
            ] {
                failures.check(page.contains(wanted), "the page", wanted, &page);
            }
        });
        Failures::collect(|failures| {
            for foreign in [
                "<script", "http:", "https:", "src=", "url(", "@import", "<link",
            ] {
                failures.check(!page.contains(foreign), "the page", "none of it", foreign);
            }
        });
    }

    #[test]
    fn whatever_is_not_as_expected_is_red_at_the_head_and_at_the_end() {
        let with = |verdict: Verdict, prediction: Prediction, error: bool| {
            let mut proof = proof_sample::proof();
            let outcome = &mut proof.results[0];
            outcome.verdict = verdict;
            outcome.claims.clear();
            outcome.cases.remove(0);
            let step = &mut outcome.cases[0].steps[0];
            step.prediction = prediction;
            step.error = error.then(|| Trouble {
                sql: String::new(),
                sqlstate: "42P01".to_owned(),
                message: String::new(),
            });
            proof
        };
        let look = Look {
            color: true,
            ..Look::PLAIN
        };
        let cases = [
            (Verdict::Proven, Prediction::Match, false, "proven", false),
            (
                Verdict::Proven,
                Prediction::Mismatch,
                false,
                "refuted",
                true,
            ),
            (Verdict::Refuted, Prediction::Match, false, "refuted", true),
            (
                Verdict::Inconclusive,
                Prediction::Match,
                true,
                "inconclusive",
                true,
            ),
        ];
        Failures::collect(|failures| {
            for (verdict, prediction, error, badge, red) in cases {
                let proof = with(verdict, prediction, error);
                let place = format!("{verdict:?} {prediction:?} {error}");
                let page = proof_html(&proof);
                let head = page.split("<h1>").nth(1).unwrap_or_default();
                let head = head.split("</h1>").next().unwrap_or_default();
                let badge = format!("<span class=\"badge {badge}\">");
                failures.check(head.contains(&badge), &place, &badge, head);
                let end = proof_summary(&proof, Duration::ZERO, look);
                failures.equal(&place, &red, &end.contains("\u{1b}[1;31m"));
                failures.equal(&place, &red, &!proof.results[0].as_expected());
            }
        });
        let css = include_str!("page.css");
        for verdict in ["refuted", "inconclusive"] {
            let rule = css
                .lines()
                .find(|line| line.contains(&format!(".badge.{verdict}")));
            assert!(
                rule.is_some_and(|rule| rule.contains("var(--stop)")),
                "{verdict}"
            );
        }
    }

    #[test]
    fn several_outcomes_are_listed_first() {
        let mut proof = proof_sample::proof();
        proof.results.extend(proof_sample::proof().results);
        let page = proof_html(&proof);
        assert!(
            page.contains("<title>0 of 2 came out as expected: refuted</title>"),
            "{page}"
        );
        assert!(
            page.contains("<a href=\"#outcome-2\">rule-&lt;b&gt; <span class=\"badge refuted\">"),
            "{page}"
        );
        assert!(page.contains("<section id=\"outcome-2\">"), "{page}");
    }

    /// The colours of a mode, by their names.
    fn colours(css: &str) -> Vec<(String, [f64; 3])> {
        let declared = css.split(';').filter_map(|it| it.trim().rsplit_once(": #"));
        let colours = declared.filter_map(|(name, hex)| {
            let name = name.rsplit("--").next()?.to_owned();
            let wide: String = match hex.len() {
                3 => hex.chars().flat_map(|c| [c, c]).collect(),
                _ => hex.to_owned(),
            };
            let part = |at: usize| {
                let byte = u8::from_str_radix(wide.get(at..at + 2)?, 16).ok()?;
                let value = f64::from(byte) / 255.0;
                Some(if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                })
            };
            Some((name, [part(0)?, part(2)?, part(4)?]))
        });
        colours.collect()
    }

    /// The text and what it stands on, as WCAG 2.2 counts: 4.5 is level AA.
    #[test]
    fn text_can_be_read_in_both_modes() {
        let css = include_str!("page.css");
        let (light, rest) = css
            .split_once("@media (prefers-color-scheme: dark)")
            .expect("two modes");
        let dark = rest.split_once("* {").expect("the rest").0;
        let pairs = [
            ("ink", "paper"),
            ("ink", "card"),
            ("quiet", "paper"),
            ("quiet", "card"),
            ("calm", "calm-soft"),
            ("stop", "stop-soft"),
            ("slow", "slow-soft"),
            ("calm", "card"),
            ("stop", "card"),
        ];
        Failures::collect(|failures| {
            for (mode, css) in [("light", light), ("dark", dark)] {
                let all = colours(css);
                let luminance = |name: &str| {
                    let found = all.iter().find(|(known, _)| known == name);
                    let [r, g, b] = found.expect("the colour is there").1;
                    0.2126 * r + 0.7152 * g + 0.0722 * b
                };
                for (text, ground) in pairs {
                    let (a, b) = (luminance(text), luminance(ground));
                    let contrast = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                    let name = format!("{text} on {ground}, {mode}");
                    failures.check(contrast >= 4.5, name, "4.5", format!("{contrast:.2}"));
                }
            }
        });
    }

    #[test]
    fn headings_go_down_one_by_one() {
        let page = proof_html(&proof_sample::proof());
        let levels = page
            .match_indices("<h")
            .filter_map(|(at, _)| page[at + 2..].chars().next()?.to_digit(10));
        let mut last = 0;
        for level in levels {
            assert!(level <= last + 1, "h{level} after h{last}");
            last = level;
        }
        assert!(last > 1);
    }

    #[test]
    fn every_tag_is_closed() {
        let page = proof_html(&proof_sample::proof());
        Failures::collect(|failures| {
            for tag in [
                "svg", "div", "figure", "details", "article", "section", "span", "p", "dl", "ul",
                "li", "pre", "main",
            ] {
                let opened = page.matches(&format!("<{tag} ")).count()
                    + page.matches(&format!("<{tag}>")).count();
                let closed = page.matches(&format!("</{tag}>")).count();
                failures.equal(tag, &opened, &closed);
                failures.check(opened > 0, tag, "the tag", "none");
            }
        });
    }
}
