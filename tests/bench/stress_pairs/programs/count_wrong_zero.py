n = int(input())
best = count = 0
for x in map(int, input().split()):
    if x > best:
        best, count = x, count + 1
print(count)
