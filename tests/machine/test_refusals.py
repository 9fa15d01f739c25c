"""What is refused before anything is touched, and what is let through on purpose.

One machine and the stand-in site: the tests before the first install come first, and the last ones take the node away.
"""

import pytest
from fault.scenarios import Wish
from fault.tools import Tools, build_directory

PROGRAM = "/usr/bin/k8s-node-install"
CONFIGURATION, CHANGES, UNSUITABLE, NOT_YET = 3, 4, 5, 11
QUICK = ["--stable-for", "0"]
ADOPTED = "/var/lib/alpha/member/db"


@pytest.fixture(scope="module")
def tools(machine_session, tmp_path_factory):
    with Tools(machine_session, tmp_path_factory.mktemp("refusals"), build_directory()) as tools:
        yield tools


@pytest.fixture(scope="module")
def node(machine_session, tools):
    machine = machine_session.machine("strict")
    machine.install_tree(tools.tree)
    machine.put(tools.site.configuration, "/etc/k8s-node")
    machine.write("/etc/k8s-node/node.yaml", Wish().text(tools.mirror))
    yield machine
    machine_session.destroy_machine("strict")


def run(machine, *words, status=0, prefix=()):
    result = machine.run([*prefix, PROGRAM, *words], check=False, timeout=90)
    assert result.rc == status, f"exit status {result.rc}\n{result.stdout}\n{result.stderr}"
    return result.stdout + result.stderr


def shell(machine, script):
    return machine.run(["sh", "-ec", script]).stdout


def plan_of_a_node(machine, *words, status=CHANGES, prefix=()):
    """What would be said of the shipped profile."""
    machine.write("/root/single.yaml", "profile: single\nrelease: 1.36.5\n")
    return run(machine, "plan", "--config", "/root/single.yaml", *words, status=status, prefix=prefix)


# --- before the first install --------------------------------------------------


def test_data_of_somebody_else(node):
    shell(node, f"mkdir -p /var/lib/alpha/member; echo precious > {ADOPTED}")
    said = run(node, "install", *QUICK, status=UNSUITABLE)
    assert ("[DirAvailable--var-lib-alpha] /var/lib/alpha contains data that k8s-node-install did not create: "
            "the database of an etcd member (member)") in said
    assert "--ignore-preflight DirAvailable--var-lib-alpha" in said
    assert not node.exists("/etc/k8s-node/state") and not node.exists("/opt/k8s-node/store")


def test_a_drop_in_of_an_older_set_up(node):
    node.write("/etc/systemd/system/beta.service.d/50-old.conf", "[Service]\nNice=1\n")
    said = run(node, "install", *QUICK, status=UNSUITABLE)
    shell(node, "rm -r /etc/systemd/system/beta.service.d")
    assert "[ForeignDropIn-beta.service] /etc/systemd/system/beta.service.d/50-old.conf existed before the node" in said


def test_networks_of_the_site(node):
    shell(node, "ip link add theirs0 type bridge; ip address add 10.244.3.1/24 dev theirs0; ip link set theirs0 up;"
                f"ip route add 10.96.7.0/24 via {node.address.rpartition('.')[0]}.1")
    said = plan_of_a_node(node)
    assert "[Network-cluster.pod_cidr] cluster.pod_cidr (10.244.0.0/16)" in said
    assert "the address 10.244.3.1 of theirs0" in said
    assert "[Network-cluster.service_cidr]" in said and "the route to 10.96.7.0/24 through" in said
    shell(node, "ip link delete theirs0; ip route delete 10.96.7.0/24")
    assert "[Network-" not in plan_of_a_node(node)


@pytest.mark.parametrize("name", ["localhost", "localhost.localdomain", "a" * 40 + "." + "b" * 23])
def test_a_name_that_no_node_can_have(node, name):
    said = plan_of_a_node(node, prefix=["unshare", "--uts", "sh", "-c", f'hostname {name}; exec "$@"', "sh"])
    assert f"[Hostname] the node name '{name}'" in said and "node.name" in said


def test_a_host_name_in_upper_case_becomes_a_node_name_in_lower_case(node):
    said = run(node, "config", "show", prefix=["unshare", "--uts", "sh", "-c", 'hostname Big-One; exec "$@"', "sh"])
    assert '"big-one"' in said


def test_a_machine_without_ipv4(node):
    said = plan_of_a_node(node, status=NOT_YET, prefix=[
        "unshare", "--net", "sh", "-c", 'ip link set lo up; ip address add fd00::2/64 dev lo; exec "$@"', "sh"])
    assert "no default route for IPv4" in said and "cluster.service_cidr" in said


def test_an_image_is_prepared_where_no_machine_has_an_address(node, tools):
    node.put(tools.site.served, "/srv/mirror")
    assert "3 artifacts fetched." in run(node, "fetch", "--mirror", "file:///srv/mirror", prefix=["unshare", "--net"])
    fetched = shell(node, "ls /opt/k8s-node/store")
    run(node, "store", "gc", prefix=["unshare", "--net"])
    assert shell(node, "ls /opt/k8s-node/store") == fetched


# --- a node ----------------------------------------------------------------------


def test_data_that_are_to_be_used(node):
    run(node, "install", *QUICK, "--ignore-preflight", "DirAvailable--var-lib-alpha")
    assert node.read(ADOPTED) == "precious\n"
    assert "Nothing to do" in run(node, "install", *QUICK)


def test_another_host_name_is_no_other_node(node):
    shell(node, "hostname another")
    try:
        assert "Nothing to do" in run(node, "plan")
        said = run(node, "config", "show", "--origin")
    finally:
        shell(node, f"hostname {node.name}")
    line = next(line for line in said.splitlines() if line.startswith("node.name "))
    assert f'"{node.name}"' in line and "installed node, /etc/k8s-node/state/ledger.json" in line


def test_a_fixed_setting_does_not_change(node):
    node.write("/etc/k8s-node/node.d/10-name.yaml", "settings:\n  node:\n    name: other\n")
    for verb in ("plan", "install"):
        said = run(node, verb, status=CONFIGURATION)
        assert "/etc/k8s-node/node.d/10-name.yaml:3:11: error: setting 'node.name' cannot change" in said
        assert f"installed with {node.name}, not other" in said and "redeploy" in said
    shell(node, "rm /etc/k8s-node/node.d/10-name.yaml")


def test_an_operators_drop_in_is_a_note(node):
    path = "/etc/systemd/system/beta.service.d/50-mine.conf"
    node.write(path, "[Service]\nNice=1\n")
    shell(node, "systemctl daemon-reload")
    status, plan = run(node, "status"), run(node, "plan")
    shell(node, "rm -r /etc/systemd/system/beta.service.d; systemctl daemon-reload")
    assert status.rstrip().endswith("Healthy.")
    for said in (status, plan):
        assert f"Left alone: beta.service has a drop-in that k8s-node-install did not write: {path}" in said


CLOSED = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


@pytest.mark.parametrize("closed", CLOSED)
def test_closed_standard_streams(node, tools, closed):
    """The first files that are opened would get their numbers, and what is said would be written into them."""
    node.write("/etc/k8s-node/node.yaml", Wish(word=f"w{CLOSED.index(closed)}").text(tools.mirror))
    assert node.run(["sh", "-c", f"{PROGRAM} plan {closed}"], check=False).rc == CHANGES
    result = node.run(["sh", "-c", f"{PROGRAM} install --verbose --stable-for 0 {closed}"], check=False, timeout=90)
    assert result.rc == 0, result.stderr
    assert run(node, "status").rstrip().endswith("Healthy.")
    assert "Nothing to do" in run(node, "plan")


# --- taking it away ----------------------------------------------------------------


def test_a_reset_that_lacks_a_program_does_not_begin(node):
    shell(node, "mv /usr/sbin/userdel /usr/sbin/userdel.away")
    said = run(node, "reset", "--yes", status=UNSUITABLE)
    shell(node, "mv /usr/sbin/userdel.away /usr/sbin/userdel")
    assert "userdel, to remove the user standin" in said
    assert run(node, "status").rstrip().endswith("Healthy.")


def test_a_redeploy_takes_new_values_and_keeps_data_of_others(node):
    run(node, "redeploy", "--yes", "--set", "node.name=renamed")
    assert "Node        renamed" in run(node, "status", "--set", "node.name=renamed")
    assert node.read(ADOPTED) == "precious\n"


def test_a_reset_with_a_short_path_leaves_what_it_found(node):
    run(node, "reset", "--yes", prefix=["env", "PATH=/nowhere"])
    assert node.read(ADOPTED) == "precious\n"
    assert node.run(["getent", "passwd", "standin"], check=False).rc != 0
    assert not node.exists("/etc/k8s-node/state") and not node.exists("/opt/k8s-node")
    shell(node, "rm -r /var/lib/alpha")


def test_directories_that_lead_to_another_disk(node):
    """A link and a file system of the operator's: used, emptied and left."""
    shell(node, "mkdir -p /srv/store /srv/made/lost+found /var/lib/stand-made; ln -s /srv/store /opt/k8s-node;"
                "mount --bind /srv/made /var/lib/stand-made")
    run(node, "install", *QUICK)
    assert "Nothing to do" in run(node, "plan") and run(node, "status").rstrip().endswith("Healthy.")
    shell(node, "echo ours > /var/lib/stand-made/file")
    run(node, "reset", "--yes")
    assert shell(node, "readlink /opt/k8s-node; ls -A /srv/store; findmnt -n -o TARGET /var/lib/stand-made;"
                       "ls /srv/made").split() == ["/srv/store", "/var/lib/stand-made", "lost+found"]
    shell(node, "umount /var/lib/stand-made; rm -r /srv/store /srv/made /var/lib/stand-made /opt/k8s-node")
