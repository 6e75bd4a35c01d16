from django.db import models


class Person(models.Model):
    USERNAME_FIELD = "name"
    REQUIRED_FIELDS = []
    name = models.CharField(max_length=40, unique=True)
