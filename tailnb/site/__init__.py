"""Sites made of the notebooks: `pages` builds one to read, `lite` one whose notebooks run in the browser.

Of `pages`: `executed` runs the notebooks, `reading` makes pages of them, `prose` and `formula` their text;
`templates` has what is around it. Of `lite`: `wheels` and `pyodide` fetch what it consists of, by pip and
npm, at pinned versions; `front` makes its first page. Both know a notebook by its `opening`, take from it
what has a use by `contents`, and take an earlier site's place by `replacing`; `commands` is `tailnb site`.
"""
