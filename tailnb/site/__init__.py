"""Sites made of the notebooks: `lite` builds one whose notebooks run in the browser, without a server.

`wheels` and `pyodide` fetch what such a site consists of, by pip and npm, at pinned versions; `contents`
makes its notebooks, `front` its first page; `commands` is `tailnb site`.
"""
