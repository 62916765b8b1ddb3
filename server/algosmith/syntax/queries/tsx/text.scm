; inherits: javascript
(type_identifier) @name.used
