; inherits: typescript
; Between JSX tags an element or expression can stand.
(jsx_expression . (comment) @todo.comment .)
