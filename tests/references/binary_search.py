import bisect

BAD = [([], 1), ([2, 1], 1), ([1, 1], 1), ("12", 1), ([1, 2.0], 1), ([1], "1"), ([True], 1)]


def library(items: list[int], key: int) -> str:
    place = bisect.bisect_left(items, key)
    return str(place) if place < len(items) and items[place] == key else "-1"
