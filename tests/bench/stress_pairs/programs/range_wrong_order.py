n = int(input())
xs = list(map(int, input().split()))
print(max((a - b for i, a in enumerate(xs) for b in xs[i + 1 :]), default=0))
