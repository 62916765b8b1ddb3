((throw_statement) @placeholder.open
  (#match? @placeholder.open "(?i)not\\W*(yet\\W*)?implemented|unimplemented|todo|fixme|implement"))
((throw_statement) @placeholder
  (#match? @placeholder "^throw\\s+new\\s+([\\w.]*\\.)?(UnsupportedOperationException|RuntimeException|IllegalStateException|Error|AssertionError)\\b"))
((return_statement) @placeholder
  (#match? @placeholder "^return(\\s*\\(?(0L?|0\\.0[fFdD]?|-1L?|null|false|true|\"\"|'.?'|'\\\\0'|'\\\\u0000'|new\\s+[\\w<>\\[\\], ?]+\\[0?\\](\\[\\d*\\])*(\\s*\\{\\s*\\})?|new\\s+[\\w.]+(<[\\w<>\\[\\], ?]*>)?\\(\\s*\\)|[A-Z]\\w*\\.(of|empty|emptyList|emptyMap|emptySet)\\(\\s*\\)|(Integer|Long|Double)\\.(MIN|MAX)_VALUE)\\)?)?\\s*;$"))
((expression_statement) @placeholder
  (#match? @placeholder "^;$"))
