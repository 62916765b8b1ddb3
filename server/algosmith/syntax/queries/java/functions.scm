(method_declaration
  name: (identifier) @function.name
  parameters: (_) @function.parameters
  body: (block) @function.body) @function.around
(constructor_declaration
  name: (identifier) @function.name
  parameters: (_) @function.parameters
  body: (constructor_body) @function.body) @function.around

(class_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
(interface_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
(enum_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
(record_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
