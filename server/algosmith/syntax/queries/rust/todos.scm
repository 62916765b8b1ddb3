; Comments at places where a statement, an item or a type's function could stand.
(declaration_list (line_comment) @todo.comment)
(declaration_list (block_comment) @todo.comment)
(block (line_comment) @todo.comment)
(block (block_comment) @todo.comment)
(ERROR (line_comment) @todo.comment)
(ERROR (block_comment) @todo.comment)
(line_comment) @todo.anywhere
(block_comment) @todo.anywhere
