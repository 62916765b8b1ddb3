input()
xs = sorted(map(int, input().split()))
print(xs[-1] - xs[0])
