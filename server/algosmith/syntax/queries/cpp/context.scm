; inherits: c
(translation_unit (using_declaration) @context.import)
(translation_unit (alias_declaration) @context.type)
