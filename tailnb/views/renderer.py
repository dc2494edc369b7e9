"""Charts in a notebook without a network: an Altair renderer for JupyterLab.

Altair's own renderers either fetch their scripts from a server or emit a version that JupyterLab 4 does not
know. Ours emits the version that it brings along, and a picture for everything else. The few colors of
`THEMED` become JupyterLab's, so that a chart is dark in a dark notebook.
"""

from __future__ import annotations

import json
import sys
from typing import Any
from xml.sax.saxutils import quoteattr

NAME = "tailnb"
MIME = "application/vnd.vegalite.v5+json"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"  # a name, which nothing fetches

INK, MUTED, GROUND = "#1f2328", "#59636e", "#ffffff"
THEMED = {
    INK: f"var(--jp-ui-font-color1, {INK})",
    MUTED: f"var(--jp-ui-font-color2, {MUTED})",
    GROUND: f"var(--jp-layout-color0, {GROUND})",
}
EMBED = {"renderer": "svg", "actions": False}  # its menu's button has no name; `chart.save` saves

Bundle = tuple[dict[str, Any], dict[str, Any]]


def enable() -> None:
    """Show Altair's charts by this renderer from now on; Colab keeps Altair's own, which it knows.

    Raises ModuleNotFoundError with the install command where Altair is missing.
    """
    altair = import_altair()
    altair.renderers.register(NAME, mimebundle)
    if "google.colab" not in sys.modules:
        altair.renderers.enable(NAME)


def charts() -> Any:
    """The module altair, with this renderer enabled unless another one was chosen before."""
    altair = import_altair()
    if altair.renderers.active == "default":
        enable()
    return altair


def import_altair() -> Any:
    """The module altair. Raises ModuleNotFoundError with the install command where it is missing."""
    try:
        import altair
    except ModuleNotFoundError as missing:
        raise ModuleNotFoundError(
            f"charts need {missing.name}: pip install 'tailnb[lab]'", name=missing.name
        ) from missing
    return altair


def mimebundle(spec: dict[str, Any], **options: Any) -> Bundle:
    """A chart as JupyterLab's Vega-Lite 5, as SVG and as text; the text is the chart's description.

    spec: a Vega-Lite specification with its data inside. options: of vega-embed, over our own.
    """
    chart = {**spec, "$schema": SCHEMA}
    data = {MIME: json.loads(themed(json.dumps(chart))), "text/plain": spec.get("description", "<chart>")}
    picture = svg(spec)
    if picture:
        data["image/svg+xml"] = themed(picture)
    return data, {MIME: {"embed_options": EMBED | options.get("embed_options", {})}}


def svg(spec: dict[str, Any]) -> str | None:
    """A chart as SVG, which says its description to screen readers; None where vl-convert is missing."""
    try:
        import vl_convert
    except ModuleNotFoundError:
        return None
    picture = str(vl_convert.vegalite_to_svg(spec))
    name = quoteattr(spec.get("description", "chart"))
    return picture.replace("<svg ", f'<svg role="img" aria-label={name} ', 1)


def themed(text: str) -> str:
    """A specification or picture with JupyterLab's colors, and our own where there is no JupyterLab."""
    for color, variable in THEMED.items():
        text = text.replace(f'"{color}"', f'"{variable}"')
    return text
