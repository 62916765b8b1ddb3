(function_declaration
  name: (_) @function.name
  parameters: (_) @function.parameters
  body: (block) @function.body) @function.around
(method_declaration
  name: (_) @function.name
  parameters: (_) @function.parameters
  body: (block) @function.body) @function.around
