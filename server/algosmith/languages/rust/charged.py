"""The methods of Rust's library that cost more than a step, by what is charged for them."""

PASSED = frozenset({
    "sum", "product", "collect", "count", "unzip", "partition", "fold", "reduce", "for_each",
    "max", "min", "max_by", "max_by_key", "min_by", "min_by_key", "skip", "flatten", "filter",
    "filter_map", "skip_while", "step_by", "find_map",
})  # fmt: skip
"""Methods that take an iterator."""
PASSED_MADE = PASSED | frozenset({
    "last", "nth", "all", "any", "position", "rposition", "find", "eq", "ne", "cmp", "partial_cmp",
    "lt", "le", "gt", "ge", "is_sorted", "try_fold", "try_for_each",
})  # fmt: skip
"""The same where the iterator is made in front of them: others have such methods, too."""
ALONE = frozenset({"max", "min"})
"""Those that are an iterator's only without arguments."""
PIECES = frozenset({"split", "rsplit", "splitn", "rsplitn", "split_terminator", "split_inclusive",
                     "split_whitespace", "split_ascii_whitespace", "lines", "matches",
                     "match_indices"})  # fmt: skip
WEIGHED = frozenset({"push_str", "extend_from_slice", "copy_from_slice", "clone_from_slice"})
PLACED = frozenset({"insert", "remove", "split_off", "insert_str"})
FOUND = frozenset({"find", "rfind", "split_once", "rsplit_once"})
PREFIX = frozenset({"starts_with", "ends_with", "strip_prefix", "strip_suffix"})
PROBED = {
    **dict.fromkeys(("sort", "sort_unstable", "sort_by", "sort_by_key", "sort_unstable_by",
                     "sort_unstable_by_key", "sort_by_cached_key", "into_sorted_vec"),
                    "charge_sort"),
    **dict.fromkeys(("reverse", "fill", "rotate_left", "rotate_right", "retain", "retain_mut",
                     "dedup", "dedup_by", "dedup_by_key", "drain", "swap_with_slice",
                     "eq_ignore_ascii_case", "make_ascii_uppercase", "make_ascii_lowercase",
                     "is_ascii", "copy_within", "select_nth_unstable", "clone_from",
                     "select_nth_unstable_by", "select_nth_unstable_by_key"), "charge_all"),
    **dict.fromkeys(("binary_search", "binary_search_by", "binary_search_by_key",
                     "partition_point"), "charge_halves"),
    "contains": "charge_search",
    "extend": "charge_extended",
    "entry": "charge_entry",
    **dict.fromkeys(PLACED, "charge_behind"),
    **dict.fromkeys(FOUND, "charge_found"),
    **dict.fromkeys(PREFIX, "charge_prefix"),
}  # fmt: skip
DOWN = frozenset({"get", "get_mut", "contains_key", "range", "range_mut", "push", "pop",
                   "pop_first", "pop_last", "first", "last", "first_key_value", "last_key_value",
                   "take", "replace", "remove_entry", "peek_mut", "get_key_value", "get_or_insert",
                   "first_entry", "last_entry"})  # fmt: skip
"""What goes down a tree, or a heap."""
LOOKING = frozenset({"get", "first", "last", "range", "first_key_value", "last_key_value"})
"""What gives something that is still in it."""
CHANGING = frozenset({"push", "pop", "append", "extend", "drain", "entry", "get_mut", "range_mut",
                       "insert", "remove", "split_off", "insert_str", "pop_first", "pop_last",
                       "take", "replace", "remove_entry", "peek_mut", "first_entry", "last_entry",
                       "push_str", "extend_from_slice"}) | {
    name for name, how in PROBED.items()
    if how in ("charge_sort", "charge_all") and not name.startswith(("is_", "eq_", "into_"))
}  # fmt: skip
