(template_string) @text.verbatim
(string) @text.verbatim
(identifier) @name.used
(property_identifier) @name.used
(shorthand_property_identifier) @name.used
