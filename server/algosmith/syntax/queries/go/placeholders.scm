; `panic("not implemented")`, and what stands in for a value.
((expression_statement) @placeholder.open
  (#match? @placeholder.open "(?i)^panic\\(\\W*((errors\\.New|fmt\\.(Sprintf?|Errorf))\\W*)?(not\\W*(yet\\W*)?implemented|unimplemented|todo|fixme|implement)"))
((expression_statement) @placeholder
  (#match? @placeholder "^panic\\("))
((return_statement) @placeholder
  (#match? @placeholder "^return(\\s+(0|0\\.0|-1|nil|false|true|\"\"|``|'.?'|(\\[\\]|map\\[)[\\w.*\\[\\]]+\\{\\s*\\}|&?[A-Z]\\w*\\{\\s*\\}|math\\.(Max|Min)\\w+|(errors\\.New|fmt\\.Errorf)\\(\\s*\"[^\"]*\"\\s*\\))(\\s*,\\s*(0|0\\.0|-1|nil|false|true|\"\"|(\\[\\]|map\\[)[\\w.*\\[\\]]+\\{\\s*\\}|(errors\\.New|fmt\\.Errorf)\\(\\s*\"[^\"]*\"\\s*\\)))*)?$"))
((assignment_statement) @placeholder
  (#match? @placeholder "^_(\\s*,\\s*_)*\\s*=\\s*\\w+(\\s*,\\s*\\w+)*$"))
((var_declaration) @placeholder
  (#match? @placeholder "^var\\s+\\w+\\s+[\\w.*\\[\\]]+$"))
