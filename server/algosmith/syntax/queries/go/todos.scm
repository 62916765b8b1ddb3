; Comments at places where a statement or a declaration could stand.
(block (comment) @todo.comment)
(statement_list (comment) @todo.comment)
(expression_case (comment) @todo.comment)
(type_case (comment) @todo.comment)
(communication_case (comment) @todo.comment)
(default_case (comment) @todo.comment)
(ERROR (comment) @todo.comment)
(comment) @todo.anywhere
