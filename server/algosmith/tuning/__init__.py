"""LoRA adapters: made from a user's own data, judged as they will be served, kept or refused.

``reading.read`` and ``harvest`` give conversations, ``encoding`` turns them into tokens as the
engine would, ``plan`` says what memory a training takes, ``training.train`` is peft's and
transformers' own, ``gate`` compares base and adapter through the engine. Only ``cli`` calls it.
torch, transformers and peft are imported inside functions: reading and checking need none of them.
"""
