"""Several machines at once: switched on together, cut off, switched off one by one."""

from machines import Deadline, start_together


def reaches(machine, address):
    return machine.run(["socat", "-u", "OPEN:/dev/null", f"TCP:{address}:7000,connect-timeout=1"],
                       check=False).rc == 0


def listen(machine):
    machine.run(["systemd-run", "--quiet", "--unit=listener", "--service-type=exec", "socat",
                 "TCP-LISTEN:7000,reuseaddr,fork,backlog=16", "OPEN:/dev/null"])
    machine.run(["socat", "-u", "OPEN:/dev/null", "TCP:127.0.0.1:7000,retry=50,interval=0.1"])


def started(machines, *names):
    several = [machines(name, start=False) for name in names]
    start_together(several)
    for machine in several:
        listen(machine)
    return several


def ways(several):
    """Who reaches whom, by name."""
    return {(one.name, other.name) for one in several for other in several
            if one is not other and reaches(one, other.address)}


def wait_for_ways(several, wanted):
    """A carrier, and addresses that were not found before, take their moment."""
    Deadline(30).wait_until(lambda: ways(several) == wanted, f"exactly the ways {sorted(wanted)}")


def test_all_reach_all_and_cables_are_cut_and_mended(machines):
    *_, three = several = started(machines, "one", "two", "three")
    everybody = {(a, b) for a in ("one", "two", "three") for b in ("one", "two", "three") if a != b}
    assert len({machine.address for machine in several}) == 3
    assert ways(several) == everybody

    three.set_link("down")
    assert ways(several) == {("one", "two"), ("two", "one")}
    three.set_link("up")
    wait_for_ways(several, everybody)


def test_one_is_switched_off_and_comes_back_as_it_was(machines):
    one, two = several = started(machines, "one", "two")
    two.switch_off()
    assert not two.is_running() and not reaches(one, two.address)
    two.set_link("down")
    two.start()
    listen(two)
    assert ways(several) == set(), "a cable that was pulled stays so through a boot"
    two.set_link("up")
    wait_for_ways(several, {("one", "two"), ("two", "one")})


def test_each_has_control_groups_of_its_own(machines):
    one, two = started(machines, "one", "two")
    for machine in (one, two):
        machine.run(["systemd-run", "--quiet", f"--slice={machine.name}.slice", "--unit=probe", "sleep", "infinity"])
    assert one.exists("/sys/fs/cgroup/systemd/one.slice") or one.exists("/sys/fs/cgroup/one.slice")
    assert not two.exists("/sys/fs/cgroup/systemd/one.slice") and not two.exists("/sys/fs/cgroup/one.slice")


def test_what_is_left_when_they_are_gone(machine_session):
    one, two = (machine_session.create(name) for name in ("first", "second"))
    start_together([one, two])
    for name in ("first", "second"):
        machine_session.destroy_machine(name)
    ports = machine_session.switch.run(["ip", "-brief", "link", "show", "type", "veth"]).stdout
    assert ports == ""
