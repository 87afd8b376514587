"""Make the papers of a project: the quality report, the inspection sheet and the certificate, contour pictures with their sheet, the log.

`counting` asks the check's ledger and the cases' steps, `report_files` and `papers` write what `domain.quality_report` makes of it.
"""
