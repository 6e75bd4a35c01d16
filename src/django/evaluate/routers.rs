//! What the routers of a project allow: `allow_migrate` of `DATABASE_ROUTERS`, where it can be read.

use super::calls::Given;
use super::{Evaluator, ModuleName, World};
use crate::django::value::{Call, Value};
use crate::source::{SourceFile, Span};

impl World {
    /// Whether migrations of an app run on the database: the first router that decides counts; what is not decided is allowed.
    ///
    /// Source: `ConnectionRouter.allow_migrate` in `django/db/utils.py`.
    #[must_use]
    pub fn allows(&self, app: &str, model: Option<&str>, hints: &[(String, Value)]) -> bool {
        let routers = self.settings.get("DATABASE_ROUTERS");
        let Some(routers) = routers.and_then(Value::iterated) else {
            return true;
        };
        let text = |text: &str| Value::Str(text.to_owned().into());
        let mut kwargs = hints.to_vec();
        if let Some(model) = model {
            kwargs.push(("model_name".to_owned(), text(model)));
        }
        let given = Given {
            args: vec![text(&self.database), text(app)],
            kwargs,
        };
        let file = SourceFile::default();
        for router in &routers {
            let callee = match router {
                Value::Str(path) => path.text.clone(),
                Value::Call(call) => call.callee.clone(),
                _ => continue,
            };
            let object = Call {
                receiver: None,
                callee,
                args: Vec::new(),
                kwargs: Vec::new(),
                span: Span::default(),
            };
            let mut evaluator = Evaluator::new(self, ModuleName::default(), &file);
            let decided = evaluator.member_call(&object, "allow_migrate", &given, Span::default());
            match decided {
                Some(Value::None) => {}
                Some(value) => return value.truth().unwrap_or(true),
                None => return true,
            }
        }
        true
    }
}
