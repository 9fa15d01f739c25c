"""Members enter a cluster of real etcds, are rebuilt, and leave it, with machines that die at the wrong moment."""

import json

import pytest
from etcd_members import NOWHERE, Site
from fixtures import DEFAULT_MINOR, kubernetes_version
from machines import Deadline


@pytest.fixture(scope="module")
def etcds(tmp_path_factory):
    with Site(tmp_path_factory.mktemp("etcds"), "k8s-node-test-etcds", kubernetes_version(DEFAULT_MINOR)) as site:
        yield site


@pytest.fixture
def site(etcds):
    yield etcds
    etcds.clear()


def test_the_second_and_the_third_join_at_once(site):
    site.first()
    joining = [site.member(2), site.member(3)]
    for thread in [member.up_beside() for member in joining]:
        thread.join()
    assert site.voters() == {"n1", "n2", "n3"}
    assert not any(member.get("isLearner") for member in site.listed().values())
    assert site.etcdctl("get", "--keys-only", "--prefix", "k8s-node/") .strip() == "", "the lock was given back"
    assert any("is about to join" in member.words() for member in joining), "one waited for the other"


def test_one_that_died_before_its_start_is_added_anew(site):
    site.first()
    second = site.member(2)
    second.enter()
    before = site.listed()[second.peer_url]["ID"]
    second.up()
    assert site.listed()["n2"]["ID"] != before and site.voters() == {"n1", "n2"}


def test_one_that_died_before_its_promotion_goes_on(site):
    site.first()
    second = site.member(2)
    second.enter()
    second.start()
    Deadline(30).wait_until(lambda: "n2" in site.listed(), "n2 to start", every=0.1)
    before = site.listed()["n2"]
    assert before["isLearner"]
    second.kill()
    second.up()
    after = site.listed()["n2"]
    assert after["ID"] == before["ID"] and "isLearner" not in after


def test_a_promotion_by_others_is_read_back(site):
    """As after a promotion whose answer was lost."""
    site.first()
    second = site.member(2)
    second.enter()
    second.start()
    Deadline(30).wait_until(lambda: "n2" in site.listed(), "n2 to start", every=0.1)
    Deadline(30).wait_until(lambda: "promoted" in site.etcdctl("member", "promote", f"{site.listed()['n2']['ID']:x}",
                                                               check=False), "its promotion", every=0.1)
    second.promote()
    assert site.voters() == {"n1", "n2"}
    assert json.loads(second.note.read_text())["entering"] is False


def test_a_machine_is_rebuilt_under_its_name(site):
    *_, third = site.cluster(3)
    before = site.listed()["n3"]["ID"]
    third.lose_disk()
    third.up()
    assert site.listed()["n3"]["ID"] != before and site.voters() == {"n1", "n2", "n3"}
    assert "which this machine was before its data were lost" in third.words()


@pytest.mark.long
def test_a_voter_starts_again_with_the_others_down(site):
    """After a power cut nobody waits for anybody."""
    members = site.cluster(3)
    for member in members:
        member.kill()
    members[1].enter()
    for member in members:
        member.start()
    for member in members[1:]:
        member.promote()
    assert site.voters() == {"n1", "n2", "n3"}


def test_a_dead_holder_keeps_nobody_from_joining(site):
    """It had added itself, and died: its lock goes by itself, and so does its member."""
    site.first()
    dead, second = site.member(3, lock_time=4), site.member(2)
    dead.enter()
    joining = second.up_beside()
    second.wait_for_words("n3 is about to join")
    joining.join()
    assert site.listed().keys() == {"n1", "n2"}
    assert "whose machine does not answer" in second.words()
    dead.up()
    assert site.voters() == {"n1", "n2", "n3"}, "it joins when its machine is back"


def test_a_learner_that_was_removed_meanwhile_joins_anew(site):
    """Its machine was off for so long that another one took its place."""
    site.first()
    third = site.member(3)
    third.enter()
    third.start()
    Deadline(30).wait_until(lambda: "n3" in site.listed(), "n3 to start", every=0.1)
    third.kill()
    site.remove("n3")
    third.up()
    assert site.voters() == {"n1", "n3"}
    assert "it joins anew" in third.words()


def test_a_voter_that_others_removed_says_what_to_do(site):
    *_, third = site.cluster(3)
    site.remove("n3")
    third.kill()
    assert third.step("enter").wait(timeout=60) == 1
    assert "was removed from the cluster" in third.words() and f"rm -r {third.data}/member" in third.words()
    assert (third.data / "member").exists(), "nobody but the operator removes its data"
    third.lose_disk()
    third.up()
    assert site.voters() == {"n1", "n2", "n3"}


def test_a_fourth_waits_while_one_is_down(site):
    *_, third = site.cluster(3)
    third.kill()
    fourth = site.member(4)
    joining = fourth.up_beside()
    fourth.wait_for_words("waiting to join etcd: ", "n3 (", "does not answer; bring it back")
    assert site.voters() == {"n1", "n2", "n3"}
    third.lose_disk()
    third.up()
    joining.join()
    assert site.voters() == {"n1", "n2", "n3", "n4"}


@pytest.mark.long
def test_a_peer_that_cannot_be_reached_is_passed_over(site):
    first = site.first()
    nowhere = f"https://{NOWHERE}:2379"
    second = site.member(2, peers=[nowhere])
    waiting = second.step("enter")
    second.wait_for_words("no member of etcd answers", NOWHERE)
    waiting.kill()
    second.peers = [nowhere, first.client_url]
    second.up()
    assert site.voters() == {"n1", "n2"}


def test_without_a_majority_nobody_joins_and_the_reason_is_said(site):
    first, second = site.cluster(2)
    second.kill()
    third = site.member(3, peers=[first.client_url])
    waiting = third.step("enter")
    third.wait_for_words("without a majority of its members")
    waiting.kill()


def test_a_majority_that_is_lost_for_good_is_made_anew_from_one_member(site):
    """README's way; the others come back with old data, which are refused, or with none."""
    first, second, third = site.cluster(3)
    site.etcdctl("put", "kept", "yes", at=second)  # which answers when it has it
    second.etcd.terminate()  # a crash could lose the very last write
    second.etcd.wait()
    for member in (first, second, third):
        member.kill()
    second.start({"ETCD_FORCE_NEW_CLUSTER": "true"})
    second.promote()
    assert site.voters() == {"n2"} and "yes" in site.etcdctl("get", "kept")
    assert third.step("enter").wait(timeout=60) == 1
    assert "was removed from the cluster" in third.words()
    third.lose_disk()
    third.up()
    assert site.voters() == {"n2", "n3"}
