"""What Linux gives a process to shut itself in: Landlock and seccomp, through ctypes.

Knows no policy: who may do what is decided by ``sandbox`` for candidates and by ``engine`` for
itself. Standard library only, and Python 3.9, since it is sent into the candidates' cage as well.
"""
