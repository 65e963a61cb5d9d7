"""The served hub under load: speed, the load of T01, and the hour of ten thousand residents."""
