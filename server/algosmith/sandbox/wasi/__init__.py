"""The cage for machines without Linux's: a CPython compiled to WebAssembly, run by wasmtime."""
