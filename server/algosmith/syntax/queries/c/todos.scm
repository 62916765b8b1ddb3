; Comments at places where a statement could stand; one inside an expression asks for no statement.
(compound_statement (comment) @todo.comment)
(function_definition (comment) @todo.comment)
(if_statement (comment) @todo.comment)
(else_clause (comment) @todo.comment)
(for_statement (comment) @todo.comment)
(while_statement (comment) @todo.comment)
(do_statement (comment) @todo.comment)
(case_statement (comment) @todo.comment)
(preproc_ifdef (comment) @todo.comment)
(ERROR (comment) @todo.comment)
(comment) @todo.anywhere
