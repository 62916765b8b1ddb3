((throw_statement) @placeholder.open
  (#match? @placeholder.open "(?i)not\\W*(yet\\W*)?implemented|unimplemented|todo|fixme|implement"))
((throw_statement) @placeholder
  (#match? @placeholder "^throw\\s+(new\\s+)?[A-Za-z]*Error\\b"))
((return_statement) @placeholder
  (#match? @placeholder "^return(\\s+(null|undefined|void 0))?(\\s+as\\s+\\w+)*\\s*;?$"))
(empty_statement) @placeholder
((expression_statement) @placeholder
  (#match? @placeholder "^(null|undefined);?$"))
(arrow_function body: (null) @placeholder)
(arrow_function body: (undefined) @placeholder)
