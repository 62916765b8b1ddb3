(function_declaration
  name: (identifier) @function.name
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(generator_function_declaration
  name: (identifier) @function.name
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(method_definition
  name: (_) @function.name
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(function_expression
  name: (identifier)? @function.name
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(generator_function
  name: (identifier)? @function.name
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(arrow_function
  parameters: (_) @function.parameters
  body: (_) @function.body) @function.around
(arrow_function
  parameter: (_) @function.parameters
  body: (_) @function.body) @function.around

(class_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
(class
  name: (_)? @class.name
  body: (_) @class.body) @class.around
