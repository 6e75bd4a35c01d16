from typing import Generic, TypeVar

from django.db import models

Shape = TypeVar("Shape")


class MoneyField(models.DecimalField):
    def __init__(self, *args, **kwargs):
        kwargs["max_digits"] = 12
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)


class ShapedField(models.BinaryField, Generic[Shape]):
    pass


class CircleField(ShapedField[int]):
    pass


class PictureField(models.ImageField):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.max_length = 1024
        self.null = True

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, (), {}


class NoteField(models.CharField):
    def __init__(self, *args, **kwargs):
        kwargs.update(dict(max_length=500, null=True))
        super().__init__(*args, **kwargs)
