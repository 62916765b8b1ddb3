"""How C and C++ write values: ``{1, 2}``, ``"ab"``, ``true``."""

from algosmith.languages.cpp import literals
from algosmith.languages.cpp.shaping import shaped
from algosmith.languages.lines import Speech
from algosmith.languages.spelling import Spelling

SPELLING = Spelling("nullptr", "NAN", "INFINITY", "{%s}", "{%s}", "{%s, %s}")
SPEECH = Speech(literals.parse, SPELLING.spelled, shaped)
