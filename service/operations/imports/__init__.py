"""Imports: read, check and apply the files of every source."""

from service.operations.imports.batches import apply_import, check_import, run_import
from service.operations.imports.decisions import decide, discard_import
from service.operations.imports.report import Report

__all__ = ["Report", "apply_import", "check_import", "decide", "discard_import", "run_import"]
