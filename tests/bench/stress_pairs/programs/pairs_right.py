"""For q queries "l r": the sum of the numbers l to r (from 1).

Input:
4 2
1 2 3 4
1 2
2 4
Output:
3
9
"""

n, q = map(int, input().split())
xs = list(map(int, input().split()))
for _ in range(q):
    left, right = map(int, input().split())
    print(sum(xs[left - 1 : right]))
