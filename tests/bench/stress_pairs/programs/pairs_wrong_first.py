from itertools import accumulate

n, q = map(int, input().split())
sums = list(accumulate(map(int, input().split())))
for _ in range(q):
    left, right = map(int, input().split())
    print(sums[right - 1] - (sums[left - 2] if left > 2 else 0))
