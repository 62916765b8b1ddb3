"""The largest difference between two of n numbers.

Input:
4
7 1 5 3
Output:
6
"""

n = int(input())
xs = list(map(int, input().split()))
print(max(xs) - min(xs))
