; Nodes whose inner lines keep their bytes when code is re-indented, and names that code uses.
(string) @text.verbatim
(identifier) @name.used
