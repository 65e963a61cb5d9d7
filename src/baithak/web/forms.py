"""Forms look the same everywhere: one field template, one error summary."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Fields and forms drawn by the templates of this room."""

    form_template_name = "web/form.html"
    field_template_name = "web/field.html"
