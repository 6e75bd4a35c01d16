import os

SECRET_KEY = "none"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.postgres", "people", "shop"]
AUTH_USER_MODEL = "people.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": os.environ.get("PGDATABASE"),
        "HOST": os.environ.get("PGHOST"),
        "PORT": os.environ.get("PGPORT"),
        "USER": os.environ.get("PGUSER"),
    }
}
