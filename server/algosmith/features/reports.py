"""What was checked, in the forms that CI servers read: SARIF 2.1.0 and JUnit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from algosmith import __version__
from algosmith.features.findings import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.check import FileReport
    from algosmith.features.findings import Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_NOT_XML = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(55296, 57344), 65534, 65535), "�"
)


def sarif(findings: Sequence[Finding], root: Path) -> dict[str, Any]:
    """The findings as a SARIF log; paths are given from ``root``."""
    rules = [
        {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": "error"}}
        for name, text in RULES.items()
    ]
    tool = {"driver": {"name": "algosmith", "version": __version__, "rules": rules}}
    base = {"SRCROOT": {"uri": root.as_uri() + "/"}}
    results = [_result(one, root) for one in findings]
    run = {
        "tool": tool,
        "originalUriBaseIds": base,
        "columnKind": "utf16CodeUnits",
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": "error",
        "message": {"text": finding.message},
        "locations": [_location(finding, finding.line, root)],
        "partialFingerprints": {"algosmith/v1": finding.key},
    }
    if finding.hottest_line is not None:
        hot = _location(finding, finding.hottest_line, root)
        result["relatedLocations"] = [{"id": 0, **hot, "message": {"text": "most work is here"}}]
    return result


def _location(finding: Finding, line: int, root: Path) -> dict[str, Any]:
    file = Path(finding.file)
    inside = file.is_relative_to(root)
    place = (
        {"uri": _quoted(file.relative_to(root)), "uriBaseId": "SRCROOT"}
        if inside
        else {"uri": file.as_uri()}
    )
    return {"physicalLocation": {"artifactLocation": place, "region": {"startLine": line}}}


def _quoted(path: Path) -> str:
    """A relative path as a URI."""
    return (Path("/") / path).as_uri().removeprefix("file:///")


def junit(checked: Sequence[FileReport], findings: Sequence[Finding], root: Path) -> bytes:
    """Each function as a test case, those not checked as skipped; ``findings`` are the failures."""
    suites = ET.Element("testsuites", name="algosmith check")
    for one in checked:
        if not one.functions:
            continue
        mine = [f for f in findings if f.file == str(one.file)]
        failed = {f.function for f in mine}
        skipped = sum(f.status == "not checked" for f in one.functions)
        shown = one.file.relative_to(root) if one.file.is_relative_to(root) else one.file
        suite = ET.SubElement(suites, "testsuite", name=_xml(shown.as_posix()),
                              tests=str(len(one.functions)), failures=str(len(failed)),
                              skipped=str(skipped))  # fmt: skip
        for function in one.functions:
            case = ET.SubElement(suite, "testcase", name=_xml(function.name),
                                 classname=_xml(shown.with_suffix("").as_posix().replace("/", ".")),
                                 file=_xml(shown.as_posix()), line=str(function.line))  # fmt: skip
            messages = [f.message for f in mine if f.function == function.name]
            if messages:
                ET.SubElement(case, "failure", message=_xml(messages[0])).text = _xml(
                    "\n".join(messages)
                )
            elif function.status == "not checked":
                ET.SubElement(case, "skipped", message=_xml(function.note))
    ET.indent(suites)
    return ET.tostring(suites, encoding="utf-8", xml_declaration=True)


def _xml(text: str) -> str:
    """Without the characters that XML can't hold."""
    return text.translate(_NOT_XML)
