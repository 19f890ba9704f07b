"""What differs between two documents is told by place, lists by what went and came."""

from typing import Any

from warehouse.policies.comparison import Change, compare_documents
from warehouse.policies.documents import read_policy, write_policy


def document(**said: Any) -> dict[str, Any]:
    return {"policy": "costs", "stage": "warn", **said}


def test_equal_documents_have_no_differences() -> None:
    assert compare_documents(document(), document()) == ()


def test_of_lists_only_what_went_and_came_is_told() -> None:
    before = document(tags={"Owner": {"values": ["a", "b"]}})
    after = document(tags={"Owner": {"values": ["c", "b"]}})
    assert compare_documents(before, after) == (Change("tags.Owner.values", ("a",), ("c",)),)
    assert compare_documents(before, document(tags={"Owner": {"values": ["b", "a"]}})) == ()


def test_a_first_version_is_all_new_and_a_tag_that_went_is_all_gone() -> None:
    assert [str(one) for one in compare_documents(None, document())] == [
        "policy: + costs",
        "stage: + warn",
    ]
    before = document(tags={"Owner": {"spelling": "Owner"}, "Project": {}})
    assert [str(one) for one in compare_documents(before, document(tags={"Project": {}}))] == [
        "tags.Owner.spelling: - Owner"
    ]
    assert [str(one) for one in compare_documents(before, document())] == [
        "tags.Owner.spelling: - Owner",
        "tags.Project: - {}",
    ]


def test_an_assignment_is_the_same_however_it_is_written() -> None:
    short = {"policy": "costs", "owner": "T", "effective_from": "2026-01"}
    plain, long = (
        write_policy(read_policy({**short, "tags": {"Owner": {"values": values}}}))
        for values in (["a"], {"assign": ["a"], "children_may": ["append"]})
    )
    assert compare_documents(plain, long) == (
        Change("tags.Owner.values.children_may", (), ("append",)),
    )
