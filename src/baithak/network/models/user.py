"""A person's account: an address to sign in with, a name, a language. No powers of its own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

__all__ = ["User"]


class Users(BaseUserManager["User"]):
    """Accounts. Made by ``services`` alone, so there is no ``create_user``."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """What somebody may do comes from memberships alone: there are no superusers and no staff flag."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    language = models.CharField(_("language"), max_length=8, default="en")
    example = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField(auto_now_add=True)
    #: Raised to end all sessions: signing out everywhere, a role that was given or taken (T19).
    epoch = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = Users()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="network_user_lower_email", condition=Q(email=Lower("email"))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions die with the password, and with the epoch."""
        told: Any = salted_hmac(
            "baithak.network.User.session",
            f"{self.password}:{self.epoch}",
            secret=secret,
            algorithm="sha256",
        )
        return str(told.hexdigest())
