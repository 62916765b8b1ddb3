(interpreted_string_literal) @text.verbatim
(raw_string_literal) @text.verbatim
(rune_literal) @text.verbatim
(identifier) @name.used
(field_identifier) @name.used
(type_identifier) @name.used
(package_identifier) @name.used
