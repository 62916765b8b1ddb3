(function_item
  name: (_) @function.name
  parameters: (_) @function.parameters
  body: (block) @function.body) @function.around

(impl_item
  type: (type_identifier) @class.name
  body: (declaration_list) @class.body) @class.around
(impl_item
  type: (generic_type type: (type_identifier) @class.name)
  body: (declaration_list) @class.body) @class.around
(trait_item
  name: (_) @class.name
  body: (declaration_list) @class.body) @class.around
(mod_item
  name: (_) @class.name
  body: (declaration_list) @class.body) @class.around
