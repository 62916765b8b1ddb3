; inherits: c
(function_definition
  declarator: (reference_declarator
    (function_declarator
      declarator: (_) @function.name
      parameters: (_) @function.parameters))
  body: (compound_statement) @function.body) @function.around

(class_specifier
  name: (_) @class.name
  body: (field_declaration_list) @class.body) @class.around
(struct_specifier
  name: (_) @class.name
  body: (field_declaration_list) @class.body) @class.around
(namespace_definition
  name: (_) @class.name
  body: (declaration_list) @class.body) @class.around
