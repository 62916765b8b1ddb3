(function_definition
  declarator: (function_declarator
    declarator: (_) @function.name
    parameters: (_) @function.parameters)
  body: (compound_statement) @function.body) @function.around
(function_definition
  declarator: (pointer_declarator
    declarator: (function_declarator
      declarator: (_) @function.name
      parameters: (_) @function.parameters))
  body: (compound_statement) @function.body) @function.around
(function_definition
  declarator: (pointer_declarator
    declarator: (pointer_declarator
      declarator: (function_declarator
        declarator: (_) @function.name
        parameters: (_) @function.parameters)))
  body: (compound_statement) @function.body) @function.around
