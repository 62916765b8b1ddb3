from itertools import accumulate

n, q = map(int, input().split())
sums = [0, *accumulate(map(int, input().split()))]
for _ in range(q):
    left, right = map(int, input().split())
    print(sums[max(right, left - 1)] - sums[left - 1])
