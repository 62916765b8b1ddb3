(function_definition
  name: (identifier) @function.name
  parameters: (parameters) @function.parameters
  body: (block) @function.body) @function.around

(class_definition
  name: (identifier) @class.name
  body: (block) @class.body) @class.around
