//! Lists, tuples and dictionaries of things in a RunPython function: models that are gone through one after the other.

use super::body::Body;
use super::things::{Thing, of_attribute};
use crate::django::value::{Opaque, Value};
use crate::source::Span;
use ruff_python_ast::{Comprehension, Expr, ExprCall, ExprDict, ExprSubscript};

/// How many things of one list are followed.
const MAX_ITEMS: usize = 100;

/// How many things lists in lists may hold.
const MAX_WEIGHT: usize = 1_000;

/// An item, and its key in a dictionary.
pub(super) type Item = (Option<String>, Thing);

impl<'a> Body<'_, 'a> {
    /// `[A, B]`, `(A, "field")`: the things in it, or rows where it lists rows.
    pub(super) fn listed(&mut self, elements: &'a [Expr]) -> Thing {
        let things = elements.iter().map(|element| (None, self.thing(element)));
        several(things.collect())
    }

    /// `{"a": A}`
    pub(super) fn keyed(&mut self, dict: &'a ExprDict) -> Thing {
        let items = dict.iter().map(|item| {
            let key = item.key.as_ref().map(|key| self.evaluator.value(key));
            let key = key.and_then(|key| key.as_str().map(str::to_owned));
            (key, self.thing(&item.value))
        });
        several(items.collect())
    }

    /// `things["key"]`, `things[0]`; all that it can be where that is not known.
    pub(super) fn picked(&mut self, items: Vec<Item>, subscript: &'a ExprSubscript) -> Thing {
        if let Expr::Slice(_) = &*subscript.slice {
            return Thing::Several(items);
        }
        let key = self.evaluator.value(&subscript.slice);
        pick(items, &key)
    }

    /// Does something for each thing, bound to a target; what it makes of them.
    pub(super) fn for_each(
        &mut self,
        items: Vec<Item>,
        (target, over): (&'a Expr, &'a Expr),
        mut run: impl FnMut(&mut Self),
    ) {
        let written = match over {
            Expr::List(list) => &*list.elts,
            Expr::Tuple(tuple) => &*tuple.elts,
            _ => &[],
        };
        for (at, (_, thing)) in items.into_iter().take(MAX_ITEMS).enumerate() {
            if self.is_too_much(target) {
                break;
            }
            match written.get(at) {
                Some(value) => self.bind(target, thing, value),
                None => self.bind_thing(target, thing),
            }
            run(self);
        }
    }

    /// `for row, value in zip(rows, values)`: each name stands for what it is bound to; `false` where it is no such loop.
    pub(super) fn zipped(&mut self, target: &'a Expr, over: &'a Expr) -> bool {
        let (Expr::Tuple(targets), Expr::Call(call)) = (target, over) else {
            return false;
        };
        let is_zip = matches!(&*call.func, Expr::Name(name) if matches!(name.id.as_str(), "zip" | "product"));
        let lists = &call.arguments.args;
        if !is_zip || lists.len() != targets.elts.len() {
            return false;
        }
        for (target, list) in targets.elts.iter().zip(lists) {
            let thing = self.thing(list);
            self.enter(&thing, list);
            self.bind_item(target, thing, list);
        }
        true
    }

    /// Binds a target to a thing of which there is no expression.
    pub(super) fn bind_thing(&mut self, target: &'a Expr, thing: Thing) {
        let reason = "an item of a list".to_owned();
        let span = Span::default();
        self.bind_value(target, Value::Unknown(Opaque { span, reason }));
        let (targets, things) = match (target, thing) {
            (Expr::Tuple(tuple), Thing::Several(items)) if items.len() == tuple.elts.len() => {
                let things = items.into_iter().map(|(_, thing)| thing);
                (&*tuple.elts, things.collect())
            }
            // Of a key and a value, or a number and an item, the last.
            (Expr::Tuple(tuple), thing) => {
                let last = tuple.elts.len().saturating_sub(1);
                (&tuple.elts[last..], vec![thing])
            }
            (single, thing) => (std::slice::from_ref(single), vec![thing]),
        };
        for (target, thing) in targets.iter().zip(things) {
            if let (Expr::Name(name), Some(names)) = (target, self.names.last_mut()) {
                names.insert(name.id.to_string(), thing);
            }
        }
    }

    /// `[apps.get_model("shop", name) for name in ("Order", "Tag")]`: each item, where what it goes over is known.
    pub(super) fn unrolled(
        &mut self,
        generators: &'a [Comprehension],
        element: &'a Expr,
    ) -> Option<Thing> {
        let [generator] = generators else {
            return None;
        };
        let mut made = Vec::new();
        match self.thing(&generator.iter) {
            Thing::Several(items) => {
                self.for_each(items, (&generator.target, &generator.iter), |this| {
                    made.push((None, this.thing(element)));
                });
            }
            Thing::Other => {
                let items = self.evaluator.value(&generator.iter).iterated()?;
                if items.len() > MAX_ITEMS {
                    return None;
                }
                for item in items {
                    if self.is_too_much(element) {
                        break;
                    }
                    self.bind_value(&generator.target, item);
                    made.push((None, self.thing(element)));
                }
            }
            _ => return None,
        }
        Some(several(made))
    }

    /// Puts a thing into a list or dictionary.
    pub(super) fn keep(&mut self, list: &Expr, thing: Thing) {
        match thing {
            Thing::Row(model, rows) | Thing::Rows(model, rows) => self.collect(list, model, rows),
            Thing::Model(_) | Thing::Today(..) | Thing::Several(_) => self.put_in(list, thing),
            _ => {}
        }
    }

    fn put_in(&mut self, list: &Expr, thing: Thing) {
        let (Expr::Name(name), Some(names)) = (list, self.names.last_mut()) else {
            return;
        };
        let known = names.entry(name.id.to_string()).or_insert(Thing::Other);
        let mut items = match std::mem::replace(known, Thing::Other) {
            Thing::Several(items) => items,
            _ => Vec::new(),
        };
        items.push((None, thing));
        *known = several(items);
    }

    /// A method of a list or dictionary of things, else the method of each of them.
    pub(super) fn on_several(
        &mut self,
        items: Vec<Item>,
        method: &str,
        call: &'a ExprCall,
    ) -> Thing {
        match method {
            "items" | "values" | "copy" => Thing::Several(items),
            "get" | "pop" if call.arguments.args.len() < 3 => {
                let key = call.arguments.args.first();
                let key = key.map_or(Value::None, |key| self.evaluator.value(key));
                pick(items, &key)
            }
            _ => {
                let made = items.into_iter().take(MAX_ITEMS);
                let made = made.map(|(key, thing)| (key, self.on_thing(thing, method, call)));
                several(made.collect())
            }
        }
    }
}

/// What an attribute of each stands for.
pub(super) fn attributes(items: Vec<Item>, name: &str) -> Thing {
    let things = items.into_iter();
    several(
        things
            .map(|(key, thing)| (key, of_attribute(thing, name)))
            .collect(),
    )
}

/// How many things are in it.
fn weight(thing: &Thing) -> usize {
    match thing {
        Thing::Several(items) => items.iter().map(|(_, thing)| weight(thing)).sum(),
        _ => 1,
    }
}

/// A list of things; of rows of one model it is these rows, of nothing that is known it is nothing.
fn several(items: Vec<Item>) -> Thing {
    if items.iter().map(|(_, thing)| weight(thing)).sum::<usize>() > MAX_WEIGHT {
        return Thing::Other;
    }
    // What hangs on rows is a value most often.
    let mut known = items
        .iter()
        .filter(|(_, thing)| !matches!(thing, Thing::Other | Thing::Part(..)));
    match known.next() {
        None => Thing::Other,
        Some((_, Thing::Row(model, rows))) => Thing::Rows(model.clone(), *rows),
        Some(_) => Thing::Several(items),
    }
}

/// The item under a key, or at a place.
fn pick(items: Vec<Item>, key: &Value) -> Thing {
    let at = match key {
        Value::Str(key) => items
            .iter()
            .position(|(known, _)| known.as_deref() == Some(key.text.as_str())),
        Value::Int(at) => usize::try_from(*at).ok().filter(|at| *at < items.len()),
        _ => None,
    };
    match at {
        Some(at) => items
            .into_iter()
            .nth(at)
            .map_or(Thing::Other, |(_, thing)| thing),
        None => Thing::Several(items),
    }
}
