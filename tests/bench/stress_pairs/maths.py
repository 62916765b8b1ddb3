"""Right and wrong solutions over numbers: ``NAME``, ``NAME_right_…``, ``NAME_wrong_…``."""

import math


def is_prime(n: int) -> bool:
    """Whether n >= 0 is a prime.

    >>> is_prime(7)
    True
    """
    return n > 1 and all(n % d for d in range(2, math.isqrt(n) + 1))


def is_prime_wrong_one(n: int) -> bool:
    return n > 0 and all(n % d for d in range(2, math.isqrt(n) + 1))


def is_prime_wrong_squares(n: int) -> bool:
    return n > 1 and all(n % d for d in range(2, math.isqrt(n)))


def is_prime_wrong_fermat(n: int) -> bool:
    return n == 2 or (n > 2 and pow(2, n - 1, n) == 1)


def digit_sum(n: int) -> int:
    """The sum of the digits of n, its sign left out; n >= -1000000.

    >>> digit_sum(123)
    6
    """
    return sum(map(int, str(abs(n))))


def digit_sum_right_loop(n: int) -> int:
    n, total = abs(n), 0
    while n:
        n, digit = divmod(n, 10)
        total += digit
    return total


def digit_sum_wrong_negative(n: int) -> int:
    total = 0
    while n > 0:
        n, digit = divmod(n, 10)
        total += digit
    return total


def digit_sum_wrong_root(n: int) -> int:
    n = abs(n)
    return 0 if n == 0 else 1 + (n - 1) % 9


def power(base: int, exponent: int, modulus: int) -> int:
    """base ** exponent % modulus; exponent >= 0, modulus >= 1.

    >>> power(2, 10, 1000)
    24
    """
    return pow(base, exponent, modulus)


def power_right_squares(base: int, exponent: int, modulus: int) -> int:
    result = 1 % modulus
    base %= modulus
    while exponent:
        if exponent & 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent >>= 1
    return result


def power_wrong_one(base: int, exponent: int, modulus: int) -> int:
    result = 1
    for _ in range(min(exponent, 2000)):
        result = result * base % modulus
    return result


def leap(year: int) -> bool:
    """Whether a year of the Gregorian calendar, year >= 1, has 366 days.

    >>> leap(2024)
    True
    """
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def leap_wrong_hundreds(year: int) -> bool:
    return year % 4 == 0 and year % 100 != 0


def leap_wrong_four(year: int) -> bool:
    return year % 4 == 0


def root(n: int) -> int:
    """The whole part of the square root of n >= 0.

    >>> root(17)
    4
    """
    return math.isqrt(n)


def root_wrong_halves(n: int) -> int:
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if middle * middle < n:
            low = middle + 1
        else:
            high = middle
    return low


def root_wrong_float(n: int) -> int:
    return round(n**0.5)


def fibonacci(n: int) -> int:
    """The n-th Fibonacci number: 0, 1, 1, 2, …; n >= 0.

    >>> fibonacci(10)
    55
    """
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def fibonacci_wrong_float(n: int) -> int:
    return round(((1 + 5**0.5) / 2) ** n / 5**0.5)


def fibonacci_wrong_start(n: int) -> int:
    a, b = 1, 1
    for _ in range(n - 1):
        a, b = b, a + b
    return a


def change(coins: list[int], amount: int) -> int:
    """The fewest coins (each usable again) that make amount >= 0; -1 where none do. coins[i] >= 1.

    >>> change([1, 2, 5], 11)
    3
    """
    best = [0] + [-1] * amount
    for total in range(1, amount + 1):
        ways = [best[total - c] for c in coins if c <= total and best[total - c] >= 0]
        best[total] = min(ways) + 1 if ways else -1
    return best[amount]


def change_wrong_greedy(coins: list[int], amount: int) -> int:
    count = 0
    for c in sorted(coins, reverse=True):
        count += amount // c
        amount %= c
    return -1 if amount else count


def change_wrong_zero(coins: list[int], amount: int) -> int:
    best = [0] + [10**9] * amount
    for total in range(1, amount + 1):
        for c in coins:
            if c <= total:
                best[total] = min(best[total], best[total - c] + 1)
    return best[amount] if 0 < best[amount] < 10**9 else -1


def to_base(n: int, base: int) -> str:
    """n >= 0 written with the digits of a base from 2 to 10.

    >>> to_base(10, 2)
    '1010'
    """
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits = str(digit) + digits
    return digits or "0"


def to_base_wrong_zero(n: int, base: int) -> str:
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits = str(digit) + digits
    return digits


def to_base_wrong_order(n: int, base: int) -> str:
    digits = ""
    while n:
        n, digit = divmod(n, base)
        digits += str(digit)
    return digits or "0"


def lcm(a: int, b: int) -> int:
    """The least common multiple of two numbers >= 1.

    >>> lcm(4, 6)
    12
    """
    return a * b // math.gcd(a, b)


def lcm_wrong_product(a: int, b: int) -> int:
    return a * b if a % b and b % a else max(a, b)


def binary_gap(n: int) -> int:
    """The longest run of zeros between two ones in the binary digits of n >= 0.

    >>> binary_gap(9)
    2
    """
    return max(map(len, bin(n)[2:].strip("0").split("1")), default=0)


def binary_gap_wrong_end(n: int) -> int:
    return max(map(len, bin(n)[2:].split("1")), default=0)
