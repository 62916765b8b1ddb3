; inherits: c
(raw_string_literal) @text.verbatim
(namespace_identifier) @name.used
