; placeholder.open says "not written yet" wherever it stands; placeholder only as a whole body.
(pass_statement) @placeholder.open
(expression_statement (ellipsis)) @placeholder.open
((raise_statement) @placeholder.open
  (#match? @placeholder.open "^raise\\s+NotImplementedError(\\s*\\([\\s\\S]*\\))?$"))
((return_statement) @placeholder
  (#match? @placeholder "^return(\\s+None)?$"))
(block . (comment)* . (expression_statement (string) .) @statement.docstring)
