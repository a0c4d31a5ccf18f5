import pytest

from rag.embed.engine import BATCH, BATCH_TOKENS, _batches


@pytest.mark.parametrize(
    ("lengths", "sizes"),
    [
        ([], []),
        ([3], [1]),
        ([10] * 40, [16, 16, 8]),
        ([512] * 5, [2, 2, 1]),
        ([100, 10, 100, 10], [4]),
        ([10] * 15 + [512] * 2, [15, 2]),  # the sixteenth would have to be padded to 512
        ([2000], [1]),
    ],
)
def test_batches_are_bounded_by_what_they_take(lengths: list[int], sizes: list[int]) -> None:
    rows = [[0] * length for length in lengths]
    batches = list(_batches(rows))
    assert [len(batch) for batch in batches] == sizes
    assert sorted(index for batch in batches for index in batch) == list(range(len(rows)))
    for batch in batches:
        longest = max(lengths[index] for index in batch)
        assert len(batch) <= BATCH
        assert len(batch) == 1 or len(batch) * longest <= BATCH_TOKENS
    in_order = [lengths[index] for batch in batches for index in batch]
    assert in_order == sorted(lengths)
