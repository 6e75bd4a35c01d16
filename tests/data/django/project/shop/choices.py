from django.db import models

CODE_LENGTH = 8 * 2


class State(models.TextChoices):
    NEW = "new", "New"
    SENT = "sent", "Sent"
