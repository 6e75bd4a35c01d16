//! Functions of Python and Django whose result follows from their arguments.

use super::calls::{Given, object};
use super::files::{FILE, PATH, joined, path_object};
use super::{Evaluator, strings, unknown};
use crate::django::value::{Text, Value};
use crate::source::Span;
use std::path::Path;

/// Python's own names that migrations use.
const BUILTINS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bool",
    "bytes",
    "bytearray",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "getattr",
    "hasattr",
    "int",
    "isinstance",
    "len",
    "list",
    "map",
    "max",
    "min",
    "object",
    "open",
    "print",
    "property",
    "range",
    "reversed",
    "round",
    "set",
    "sorted",
    "staticmethod",
    "classmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "zip",
    "Exception",
    "ValueError",
    "unicode",
    "long",
    "basestring",
    "memoryview",
    "NotImplementedError",
    "RuntimeError",
    "KeyError",
    "ImportError",
];

/// Functions that mark a text for translation, and return it.
const TRANSLATED: &[&str] = &[
    "django.utils.translation.gettext",
    "django.utils.translation.gettext_lazy",
    "django.utils.translation.gettext_noop",
    "django.utils.translation.ugettext",
    "django.utils.translation.ugettext_lazy",
    "django.utils.safestring.mark_safe",
    "django.utils.encoding.force_str",
];

pub(super) fn is_builtin(name: &str) -> bool {
    BUILTINS.contains(&name)
}

impl Evaluator<'_> {
    pub(super) fn builtin(&mut self, callee: &str, given: &Given, at: Span) -> Option<Value> {
        let args = given.args.as_slice();
        match (callee, args) {
            ("getattr", [Value::Name(path), Value::Str(name), default @ ..]) => {
                let found = self.attribute_of(Value::Name(path.clone()), &name.text, at);
                let is_setting = path == "django.conf.settings";
                match (found, default) {
                    (Value::Name(_), [default]) if is_setting => Some(default.clone()),
                    (found, _) => Some(found),
                }
            }
            // A setting whose name is computed by what cannot be read is most likely not set.
            ("getattr", [Value::Name(path), _, default]) if path == "django.conf.settings" => {
                Some(default.clone())
            }
            ("getattr", [object @ Value::Call(_), Value::Str(name), ..]) => {
                let found = self.attribute_of(object.clone(), &name.text, at);
                (!found.is_unknown()).then_some(found)
            }
            ("django.apps.apps.is_installed", [Value::Str(app)]) => {
                self.world.is_installed(&app.text).map(Value::Bool)
            }
            ("hasattr", [Value::Name(path), Value::Str(name)])
                if path == "django.conf.settings" =>
            {
                let found = self.attribute_of(Value::Name(path.clone()), &name.text, at);
                (!matches!(found, Value::Name(_))).then_some(Value::Bool(true))
            }
            ("textwrap.dedent" | "inspect.cleandoc", [Value::Str(text)]) => {
                Some(Value::Str(dedent(text)))
            }
            ("importlib.resources.files", [Value::Str(package)]) => {
                let folder = self.world.folder(&package.text)?;
                Some(path_object(folder.display().to_string(), at))
            }
            ("importlib.resources.read_text", [Value::Str(package), Value::Str(name), ..]) => {
                let path = self.world.folder(&package.text)?.join(&name.text);
                self.world.text(&path).map(|text| Value::Str(text.into()))
            }
            (PATH | "pathlib.PurePath", [Value::Str(path)]) => {
                Some(path_object(path.text.clone(), at))
            }
            ("os.path.join", parts) => joined(parts).map(|path| Value::Str(path.into())),
            ("os.path.dirname", [Value::Str(path)]) => {
                let parent = Path::new(&path.text).parent()?;
                Some(Value::Str(parent.display().to_string().into()))
            }
            ("os.path.abspath" | "os.path.realpath" | "os.fspath", [path]) => {
                joined(std::slice::from_ref(path)).map(|path| Value::Str(path.into()))
            }
            (FILE | "io.open" | "codecs.open", [path, ..]) => {
                let path = joined(std::slice::from_ref(path))?;
                let args = vec![Value::Str(path.into())];
                let given = Given {
                    args,
                    kwargs: Vec::new(),
                };
                Some(object(None, FILE.to_owned(), given, at))
            }
            (
                "django.utils.module_loading.import_string" | "importlib.import_module",
                [Value::Str(path)],
            ) => Some(Value::Name(super::names::canonical(path.text.clone()))),
            // Nobody is taken to have set a variable, unless that would make it another database.
            ("os.environ.get" | "os.getenv", [_, rest @ ..]) => {
                let default = rest
                    .first()
                    .or_else(|| given.kwargs.first().map(|(_, value)| value));
                let default = default.cloned().unwrap_or(Value::None);
                let is_other =
                    default.as_str().and_then(super::operators::names_postgres) == Some(false);
                (!is_other).then_some(default)
            }
            // `swapper`: models that a project may replace by a setting.
            ("swapper.get_model_name", [Value::Str(app), Value::Str(model)]) => {
                let setting = format!("{}_{}_MODEL", app.text, model.text).to_uppercase();
                let set = self.world.settings.get(&setting).cloned();
                Some(
                    set.unwrap_or_else(|| {
                        Value::Str(format!("{}.{}", app.text, model.text).into())
                    }),
                )
            }
            ("swapper.is_swapped", [Value::Str(app), Value::Str(model)]) => {
                let setting = format!("{}_{}_MODEL", app.text, model.text).to_uppercase();
                Some(Value::Bool(self.world.settings.contains_key(&setting)))
            }
            ("swapper.split", [Value::Str(path)]) => {
                let (app, model) = path.text.rsplit_once('.')?;
                let parts = [app, model].map(|part| Value::Str(part.to_owned().into()));
                Some(Value::Tuple(parts.to_vec()))
            }
            (name, [text, ..]) if TRANSLATED.contains(&name) => Some(text.clone()),
            _ => super::random::made(callee, &given.args, &given.kwargs)
                .or_else(|| constant(callee, given, at)),
        }
    }
}

/// Python's own functions on constants.
fn constant(callee: &str, given: &Given, at: Span) -> Option<Value> {
    let args = given.args.as_slice();
    match (callee, args) {
        ("dict", []) if !given.kwargs.is_empty() => {
            let items = given.kwargs.iter();
            Some(Value::Dict(
                items
                    .map(|(key, value)| (Value::Str(key.clone().into()), value.clone()))
                    .collect(),
            ))
        }
        ("dict", []) => Some(Value::Dict(Vec::new())),
        ("dict", [Value::Dict(items)]) if given.kwargs.is_empty() => {
            Some(Value::Dict(items.clone()))
        }
        ("dict", [pairs]) if given.kwargs.is_empty() => {
            let pair = |item: Value| match item.items()? {
                [key, value] => Some((key.clone(), value.clone())),
                _ => None,
            };
            let items: Option<Vec<_>> = pairs.items()?.iter().cloned().map(pair).collect();
            items.map(Value::Dict)
        }
        ("list", []) => Some(Value::List(Vec::new())),
        ("tuple", []) => Some(Value::Tuple(Vec::new())),
        ("set" | "frozenset", []) => Some(Value::Set(Vec::new())),
        ("list", [items]) => items.iterated().map(Value::List),
        ("tuple", [items]) => items.iterated().map(Value::Tuple),
        ("set" | "frozenset", [items]) => items.iterated().map(Value::Set),
        ("str", []) => Some(Value::Str(Text::default())),
        ("str", [value]) => strings::shown(value)
            .map(Value::Str)
            .or_else(|| super::random::shown(value)),
        ("bool", [value]) => value.truth().map(Value::Bool),
        ("int", [value]) => match value {
            Value::Str(text) => text.text.trim().parse().ok().map(Value::Int),
            other => other.as_int().map(Value::Int),
        },
        ("len", [Value::Str(text)]) => {
            Some(Value::Int(i128::try_from(text.text.chars().count()).ok()?))
        }
        ("len", [items]) => Some(Value::Int(i128::try_from(items.iterated()?.len()).ok()?)),
        ("range", bounds) => range(bounds, at),
        ("reversed", [items]) => items.iterated().map(|mut items| {
            items.reverse();
            Value::List(items)
        }),
        ("sorted", [items]) if given.kwargs.is_empty() => sorted(items.iterated()?),
        ("enumerate", [items, ..]) => {
            let start = args
                .get(1)
                .or_else(|| given.kwargs.first().map(|(_, value)| value));
            let start = start.map_or(Some(0), Value::as_int)?;
            let pairs = (start..).zip(items.iterated()?);
            Some(Value::List(
                pairs
                    .map(|(at, item)| Value::Tuple(vec![Value::Int(at), item]))
                    .collect(),
            ))
        }
        ("zip", lists) if !lists.is_empty() => {
            let lists: Option<Vec<Vec<Value>>> = lists.iter().map(Value::iterated).collect();
            let lists = lists?;
            let length = lists.iter().map(Vec::len).min()?;
            let row = |at: usize| Value::Tuple(lists.iter().map(|list| list[at].clone()).collect());
            Some(Value::List((0..length).map(row).collect()))
        }
        ("max" | "min", items) => {
            let items = match items {
                [one] => one.iterated()?,
                many => many.to_vec(),
            };
            let numbers: Option<Vec<i128>> = items.iter().map(Value::as_int).collect();
            let numbers = numbers?.into_iter();
            if callee == "max" {
                numbers.max()
            } else {
                numbers.min()
            }
            .map(Value::Int)
        }
        _ => None,
    }
}

fn range(bounds: &[Value], at: Span) -> Option<Value> {
    let bounds: Option<Vec<i128>> = bounds.iter().map(Value::as_int).collect();
    let (start, end, step) = match bounds?.as_slice() {
        [end] => (0, *end, 1),
        [start, end] => (*start, *end, 1),
        [start, end, step] if *step > 0 => (*start, *end, *step),
        _ => return None,
    };
    if end.saturating_sub(start) / step > 100_000 {
        return Some(unknown(at, "too much to compute"));
    }
    let numbers = std::iter::successors(Some(start), |at| at.checked_add(step));
    Some(Value::List(
        numbers.take_while(|at| *at < end).map(Value::Int).collect(),
    ))
}

fn sorted(mut items: Vec<Value>) -> Option<Value> {
    if items.iter().all(|item| item.as_str().is_some()) {
        items.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
    } else if items.iter().all(|item| item.as_int().is_some()) {
        items.sort_by_key(Value::as_int);
    } else {
        return None;
    }
    Some(Value::List(items))
}

/// Without the blanks that all its lines begin with.
fn dedent(text: &Text) -> Text {
    let lines = || text.text.split_inclusive('\n');
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = lines()
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min()
        .unwrap_or_default();
    let (mut result, mut at) = (Text::default(), 0);
    for line in lines() {
        result.push(&text.slice(at + common.min(indent(line)), at + line.len()));
        at += line.len();
    }
    result
}
