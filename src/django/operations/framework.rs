//! Functions of Django's own that a RunPython function calls: the rows that they write, what they give back.

use super::body::Body;
use super::things::Thing;
use crate::django::operation::{DataVerb, Extent, ModelName};
use crate::source::Span;

const PERMISSION: (&str, &str) = ("auth", "Permission");
const CONTENT_TYPE: (&str, &str) = ("contenttypes", "ContentType");

impl Body<'_, '_> {
    /// What a call of this function stands for, if it is one of them.
    ///
    /// Source: `django/contrib/auth/management/__init__.py`, `django/contrib/contenttypes/management/__init__.py`.
    pub(super) fn of_framework(&mut self, path: &str, at: Span) -> Option<Thing> {
        let written: &[(&str, &str)] = match path {
            "django.contrib.auth.get_user_model" => return Some(self.user_model(at)),
            "django.contrib.auth.management.create_permissions" => &[PERMISSION],
            "django.contrib.contenttypes.management.create_contenttypes" => &[CONTENT_TYPE],
            "django.core.management.sql.emit_post_migrate_signal" => &[CONTENT_TYPE, PERMISSION],
            _ => return None,
        };
        for (app, name) in written {
            let given = (Extent::Few, Vec::new());
            self.writes(DataVerb::Insert, model(app, name), None, given, at);
        }
        Some(Thing::Other)
    }

    fn user_model(&self, at: Span) -> Thing {
        let user = self.evaluator.auth_user().to_owned();
        let named = user.split_once('.');
        named.map_or(Thing::Other, |(app, name)| {
            Thing::Today(model(app, name), at)
        })
    }
}

fn model(app: &str, name: &str) -> ModelName {
    ModelName {
        app: app.to_owned(),
        name: name.to_owned(),
    }
}
