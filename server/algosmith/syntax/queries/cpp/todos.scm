; inherits: c
(field_declaration_list (comment) @todo.comment)
(declaration_list (comment) @todo.comment)
(for_range_loop (comment) @todo.comment)
(try_statement (comment) @todo.comment)
(catch_clause (comment) @todo.comment)
(template_declaration (comment) @todo.comment)
