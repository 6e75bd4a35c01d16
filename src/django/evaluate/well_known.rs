//! Names of Django's and Python's own, and what they stand for.

use super::World;
use crate::django::value::Value;

impl World {
    /// What is known of Django's and Python's own names.
    pub(super) fn well_known(&self, path: &str) -> Option<Value> {
        if let Some(name) = path.strip_prefix("django.conf.settings.") {
            if name == "AUTH_USER_MODEL" {
                return Some(Value::Str(self.auth_user.clone().into()));
            }
            let set = self.settings.get(name).cloned();
            return set.or_else(|| by_default(name, self.django));
        }
        let text = |text: &str| Some(Value::Str(text.to_owned().into()));
        let version = |(major, minor): (u8, u8)| {
            let part = |number: u8| Value::Int(number.into());
            let kind = Value::Str("final".to_owned().into());
            Value::Tuple(vec![part(major), part(minor), part(0), kind, part(0)])
        };
        // django-oauth-toolkit's settings object falls back to its own models.
        if let Some(model) = path.strip_prefix("oauth2_provider.settings.oauth2_settings.") {
            let setting = self
                .settings
                .get(&format!("OAUTH2_PROVIDER_{model}"))
                .cloned();
            let name = match model {
                "APPLICATION_MODEL" => "Application",
                "ACCESS_TOKEN_MODEL" => "AccessToken",
                "ID_TOKEN_MODEL" => "IDToken",
                "GRANT_MODEL" => "Grant",
                "REFRESH_TOKEN_MODEL" => "RefreshToken",
                "DEVICE_GRANT_MODEL" => "DeviceGrant",
                _ => return None,
            };
            return setting.or_else(|| text(&format!("oauth2_provider.{name}")));
        }
        match path {
            "django.db.connection.vendor" | "schema_editor.connection.vendor" => text("postgresql"),
            "schema_editor.connection.alias" => text(&self.database),
            "django.VERSION" => Some(version(self.django)),
            "sys.version_info" => Some(version((3, 12))),
            "string.ascii_letters" => text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.ascii_lowercase" => text("abcdefghijklmnopqrstuvwxyz"),
            "string.ascii_uppercase" => text("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
            "string.digits" => text("0123456789"),
            "string.hexdigits" => text("0123456789abcdefABCDEF"),
            "typing.TYPE_CHECKING" => Some(Value::Bool(false)),
            _ => None,
        }
    }
}

/// What Django sets where a project does not.
///
/// Source: `django/conf/global_settings.py`.
fn by_default(setting: &str, django: (u8, u8)) -> Option<Value> {
    let text = |text: &str| Value::Str(text.to_owned().into());
    Some(match setting {
        "DEBUG" => Value::Bool(false),
        "USE_TZ" => Value::Bool(django >= (5, 0)),
        "USE_I18N" => Value::Bool(true),
        "LANGUAGE_CODE" => text("en-us"),
        "TIME_ZONE" => text("America/Chicago"),
        "DEFAULT_FROM_EMAIL" => text("webmaster@localhost"),
        "MEDIA_ROOT" | "MEDIA_URL" => text(""),
        _ => return None,
    })
}
