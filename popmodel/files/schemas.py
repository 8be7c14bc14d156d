"""The forms of the TOML files as JSON Schemas, from which editors complete and check them while one types."""

import json
from collections.abc import Mapping

from popmodel.files.city import CityForm, ShippedForm
from popmodel.files.forms import FileForm, json_schema
from popmodel.files.limits import LimitsFile
from popmodel.files.scenario_models import ScenarioFile

FORMS: Mapping[str, type[FileForm]] = {
    "city": CityForm,
    "limits": LimitsFile,
    "scenarios": ScenarioFile,
    "shipped": ShippedForm,
}


def schema_texts() -> dict[str, str]:
    """Return the JSON Schema of each form: name of the file → text.

    They are shipped in `data/schemas` and published in `docs/schemas`; `make schemas` writes both.
    """
    return {
        f"{name}.schema.json": json.dumps(json_schema(form, f"popmodel: {name}"), ensure_ascii=False, indent=1) + "\n"
        for name, form in FORMS.items()
    }
