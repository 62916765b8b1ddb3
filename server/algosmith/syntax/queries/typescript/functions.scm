; inherits: javascript
(abstract_class_declaration
  name: (_) @class.name
  body: (_) @class.body) @class.around
(internal_module
  name: (_) @class.name
  body: (_) @class.body) @class.around
