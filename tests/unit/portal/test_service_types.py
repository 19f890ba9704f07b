from portal.service_types import is_type, type_name


def test_a_type_of_service_goes_by_a_plain_word_and_then_its_term() -> None:
    assert type_name("IaaS") == "Infrastructure (IaaS)"
    assert is_type("SaaS")


def test_other_services_keep_their_name() -> None:
    assert type_name("Land search") == "Land search"
    assert not is_type("Land search")
