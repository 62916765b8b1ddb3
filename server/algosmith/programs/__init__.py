"""Programs that read standard input and print: their samples, rules, and inputs made from them."""
