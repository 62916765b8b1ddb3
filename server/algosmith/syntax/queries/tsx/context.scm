; inherits: javascript
(program (interface_declaration) @context.type)
(program (type_alias_declaration) @context.type)
(program (enum_declaration) @context.type)
(program (export_statement declaration: (interface_declaration)) @context.type)
(program (export_statement declaration: (type_alias_declaration)) @context.type)
(program (export_statement declaration: (enum_declaration)) @context.type)
