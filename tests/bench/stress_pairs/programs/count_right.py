"""How many of n numbers are larger than all before them.

Input:
5
1 3 2 4 4
Output:
3
"""

n = int(input())
best = None
count = 0
for x in map(int, input().split()):
    if best is None or x > best:
        best, count = x, count + 1
print(count)
