"""A decoder of the Llama family in plain torch: static cache, captured steps, sampling on device.

Reading order: ``model`` (the arithmetic), ``attention``, ``linears``, ``cache``, ``sampling``,
``stepper`` (one decoding step, captured as a graph where the device has graphs), ``backend``
(groups and sequences, behind ``base.Backend``), ``loading``. Only modules of this folder import
torch, and nothing outside imports them before a model is to be loaded.

Why not ``generate()``: it spends some 60 ms a token on dispatch on one core, decodes one request
at a time and syncs with the host for every token. The tests compare with it token for token.
"""
