"""Put the triggers on. A later migration that rebuilds the table must remove and install them."""

from django.db import migrations

from baithak.journal import triggers


def on(apps, schema_editor):
    triggers.install(schema_editor.connection)


def off(apps, schema_editor):
    triggers.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunPython(on, off)]
