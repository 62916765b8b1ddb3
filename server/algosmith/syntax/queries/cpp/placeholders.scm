; inherits: c
((throw_statement) @placeholder.open
  (#match? @placeholder.open "(?i)not\\W*(yet\\W*)?implemented|unimplemented|todo|fixme|implement"))
((throw_statement) @placeholder
  (#match? @placeholder "^throw\\s+(std::)?(runtime_error|logic_error|exception)\\b"))
