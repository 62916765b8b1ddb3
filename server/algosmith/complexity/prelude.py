"""Names that snippets in contest style use without importing them; runs in the cage."""

PRELUDE = """
import collections, heapq, bisect, math, itertools, functools, string, random, operator, re, copy
from collections import defaultdict, deque, Counter, OrderedDict
from heapq import heappush, heappop, heapify, heapreplace, heappushpop, nlargest, nsmallest
from bisect import bisect_left, bisect_right, insort
from functools import lru_cache, cache, reduce, cmp_to_key
from itertools import accumulate, permutations, combinations, product, chain, groupby
from math import gcd, sqrt, inf, ceil, floor
from typing import *
class ListNode:
    def __init__(self, val=0, next=None):
        self.val = val
        self.next = next
class TreeNode:
    def __init__(self, val=0, left=None, right=None):
        self.val = val
        self.left = left
        self.right = right
"""
