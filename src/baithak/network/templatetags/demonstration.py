"""The demonstration's sign-ins, for the pages of sign-in."""

from django import template

from baithak.network import demo

register = template.Library()


@register.simple_tag
def demonstration_sign_ins() -> list[demo.SignIn]:
    """Role, address, password and present code; nothing outside the demonstration."""
    return demo.sign_ins()
