lock:
	.venv/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 pyproject.toml -o requirements/base.txt
	.venv/bin/uv pip compile --universal --generate-hashes --no-header --no-annotate -q --python-version 3.11 --extra dev pyproject.toml -o requirements/dev.txt
