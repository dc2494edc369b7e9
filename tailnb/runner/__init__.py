"""What `tailnb run` does: choose notebooks, check parameters, execute with papermill, export, sum up.

`notebooks` finds and chooses, `parameters` checks what to inject, `execute` runs one notebook,
`results` keeps the rows that notebooks publish, `export` writes HTML. Only the middle two need papermill.
"""
