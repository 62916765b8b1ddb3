(string_literal) @text.verbatim
(character_literal) @text.verbatim
(identifier) @name.used
(type_identifier) @name.used
