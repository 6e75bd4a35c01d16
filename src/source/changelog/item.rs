//! The text of a changelog as a tree, whichever of its languages it is written in.

use saphyr_parser::{Event, Parser};

/// What has a name, values and parts: an element of XML, `name: {...}` in YAML and JSON.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) name: String,
    fields: Vec<(String, String)>,
    pub(super) parts: Vec<Item>,
}

impl Item {
    /// A value, by its name.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Whether a value is there and says so.
    pub(super) fn is(&self, name: &str, value: bool) -> bool {
        self.field(name)
            .is_some_and(|field| field.trim().eq_ignore_ascii_case(&value.to_string()))
    }
}

/// Whether files of such a name are read.
pub(super) fn is_read(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(
        &*extension.to_ascii_lowercase(),
        "yaml" | "yml" | "json" | "xml"
    )
}

/// What stands in a changelog, one item after the other; `None` where the text is none.
pub(super) fn items(name: &str, text: &str) -> Option<Vec<Item>> {
    if !text.contains("databaseChangeLog") {
        return None;
    }
    let is_xml = name.to_ascii_lowercase().ends_with(".xml");
    let all = if is_xml { of_xml(text) } else { of_yaml(text) }?;
    let log = all
        .into_iter()
        .find(|item| item.name == "databaseChangeLog");
    log.map(|log| log.parts)
}

fn of_xml(text: &str) -> Option<Vec<Item>> {
    let document = roxmltree::Document::parse(text).ok()?;
    Some(vec![element(document.root_element(), 0)])
}

/// Deeper than that stands nothing that tells of files.
const DEEPEST: usize = 64;

fn element(node: roxmltree::Node<'_, '_>, depth: usize) -> Item {
    let parts = node.children().filter(roxmltree::Node::is_element);
    Item {
        name: node.tag_name().name().to_owned(),
        fields: node
            .attributes()
            .map(|one| (one.name().to_owned(), one.value().to_owned()))
            .collect(),
        parts: if depth < DEEPEST {
            parts.map(|part| element(part, depth + 1)).collect()
        } else {
            Vec::new()
        },
    }
}

/// A mapping or a sequence that is open.
enum Open {
    /// With the key whose value comes next.
    Map(Item, Option<String>),
    /// What stands in a sequence are parts of what holds it, as it stands for elements that repeat.
    List(Vec<Item>),
}

/// Reads YAML, of which JSON is a part. Aliases stand for nothing.
fn of_yaml(text: &str) -> Option<Vec<Item>> {
    let mut open: Vec<Open> = vec![Open::List(Vec::new())];
    for event in Parser::new_from_str(text) {
        if open.len() > DEEPEST {
            return None;
        }
        match event.ok()?.0 {
            Event::MappingStart(..) => open.push(Open::Map(Item::default(), None)),
            Event::SequenceStart(..) => open.push(Open::List(Vec::new())),
            Event::MappingEnd | Event::SequenceEnd => {
                let ended = open.pop()?;
                take(open.last_mut()?, ended);
            }
            Event::Scalar(value, ..) => match open.last_mut()? {
                Open::Map(item, key) => match key.take() {
                    Some(key) => item.fields.push((key, value.into_owned())),
                    None => *key = Some(value.into_owned()),
                },
                Open::List(_) => {}
            },
            Event::Alias(_) => {
                if let Open::Map(_, key) = open.last_mut()? {
                    *key = key.take().is_none().then(String::new);
                }
            }
            _ => {}
        }
    }
    match open.pop()? {
        Open::List(items) => Some(items),
        Open::Map(..) => None,
    }
}

/// Hands what has ended to what holds it: under the key that it is the value of. A mapping in a sequence stands for what it holds: `- include: {...}`.
fn take(holder: &mut Open, ended: Open) {
    match (holder, ended) {
        (Open::List(list), Open::List(mut parts)) => list.append(&mut parts),
        (Open::List(list), Open::Map(mut item, _)) => {
            let texts = item.fields.into_iter().map(|(name, text)| Item {
                name,
                fields: vec![(String::new(), text)],
                parts: Vec::new(),
            });
            list.extend(texts);
            list.append(&mut item.parts);
        }
        (Open::Map(outer, key), ended) => {
            let part = match ended {
                Open::Map(item, _) => item,
                Open::List(parts) => Item {
                    parts,
                    ..Item::default()
                },
            };
            outer.parts.push(Item {
                name: key.take().unwrap_or_default(),
                ..part
            });
        }
    }
}
