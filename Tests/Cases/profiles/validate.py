"""Validates YAML files against DeviceProfiles/profile.schema.json; prints what does not fit and then exits with 1.

Independent of Lotwire's own reader: PyYAML and jsonschema (Debian python3-yaml, python3-jsonschema).
"""
import json
import sys

import jsonschema
import yaml


def with_text_keys(value):
    """JSON has text keys only; the codes of words, bits and scales are numbers in YAML."""
    if isinstance(value, dict):
        return {str(key): with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_text_keys(item) for item in value]
    return value


with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
faults = 0
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        document = with_text_keys(yaml.safe_load(file))
    for error in validator.iter_errors(document):
        faults += 1
        print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message}")
print(f"{len(sys.argv) - 2} files, {faults} faults")
sys.exit(1 if faults else 0)
