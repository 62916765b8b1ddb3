((return_statement) @placeholder
  (#match? @placeholder "^return(\\s*\\(?(0|0\\.0f?|-1|nullptr|NULL|false|true|\"\"|\\{\\s*\\}|[A-Za-z_][\\w:<>, ]*(\\(\\s*\\)|\\{\\s*\\}))\\)?)?\\s*;$"))
((expression_statement) @placeholder
  (#match? @placeholder "^(;|abort\\(\\);|std::abort\\(\\);|\\(void\\)\\s*\\w+;|assert\\((false|0|!\".*\")\\);)$"))
