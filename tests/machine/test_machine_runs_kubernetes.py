"""What kubelet, containerd, runc and kube-proxy need from a machine's kernel.

Most questions are asked from a service: a command that enters the machine from
outside would not have the system call filter its services have.
"""

import pytest
from machines import cgroups


@pytest.fixture(scope="module")
def machine(machine_session):
    yield machine_session.machine("kube")
    machine_session.destroy_machine("kube")


def in_service(machine, script, *properties, check=True):
    options = [f"--property={setting}" for setting in properties]
    return machine.run(["systemd-run", "--pipe", "--wait", "--quiet", *options,
                        "sh", "-ec", script], check=check).stdout


def test_every_control_group_hierarchy_is_writable_and_private(machine):
    names = {"."} if cgroups.hierarchies() == [cgroups.ROOT] else {
        hierarchy.name for hierarchy in cgroups.hierarchies()}
    assert names == {"."} or names >= {"cpu", "cpuset", "memory", "pids", "systemd"}
    for name in names:
        group = f"/sys/fs/cgroup/{name}/kubepods"
        # a new v1 cpuset takes no process before it has processors
        enter = "" if name == "cpuset" else \
            f"sh -c 'echo 0 > {group}/cgroup.procs; sleep 0'"
        in_service(machine, f"mkdir {group}; {enter}")
        machine.run(["rmdir", group])
    assert cgroups.groups_named("kubepods") == []
    assert "kni-" not in in_service(machine, "ls -d /sys/fs/cgroup/*/*; "
                                             "cat /proc/self/cgroup")


def test_delegated_scopes_and_slices(machine):
    """How the systemd cgroup driver of kubelet and runc makes pods."""
    shown = machine.run(["systemd-run", "--scope", "--quiet", "--slice=kubepods",
                         "-pDelegate=yes", "-pMemoryMax=64M", "-pTasksMax=50",
                         "cat", "/proc/self/cgroup"]).stdout
    assert "/kubepods.slice/run-" in shown
    assert machine.run(["systemctl", "is-active", "kubepods.slice"]
                       ).stdout == "active\n"


def test_kernel_settings_read_as_kubelet_wants(machine):
    wanted = {"kernel.panic": "10", "kernel.panic_on_oops": "1",
              "vm.overcommit_memory": "1", "vm.panic_on_oom": "0",
              "kernel.keys.root_maxkeys": "1000000",
              "kernel.keys.root_maxbytes": "25000000"}
    for name, value in wanted.items():
        assert machine.run(["sysctl", "-n", name]).stdout.strip() == value


def test_kernel_settings_are_written_to_the_machine_only(machine):
    with open("/proc/sys/fs/inotify/max_user_instances") as file:
        before = file.read()
    machine.run(["sysctl", "-w", "fs.inotify.max_user_instances=4242"])
    assert machine.run(["sysctl", "-n", "fs.inotify.max_user_instances"]
                       ).stdout == "4242\n"
    with open("/proc/sys/fs/inotify/max_user_instances") as file:
        assert file.read() == before


def test_sysctl_d_and_modules_load_d(machine):
    machine.write("/etc/sysctl.d/k8s.conf", "net.ipv4.ip_forward=1\n"
                  "net.bridge.bridge-nf-call-iptables=1\nkernel.panic=10\n"
                  "vm.overcommit_memory=1\nfs.inotify.max_user_watches=524288\n")
    machine.write("/etc/modules-load.d/k8s.conf", "overlay\nbr_netfilter\n")
    machine.run(["systemctl", "restart", "systemd-modules-load", "systemd-sysctl"])
    assert machine.run(["sysctl", "-n", "net.ipv4.ip_forward"]).stdout == "1\n"


def test_packet_filter_is_the_machines_own(machine, machine_session):
    rule = ["-t", "nat", "-S", "POSTROUTING"]
    machine.run(["iptables", "-t", "nat", "-A", "POSTROUTING",
                 "-m", "comment", "--comment", "mine", "-j", "MASQUERADE"])
    machine.run(["iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp",
                 "--dport", "80", "-m", "statistic", "--mode", "random",
                 "--probability", "0.5", "-j", "DNAT", "--to", "10.0.0.1:8080"])
    machine.run(["iptables", "-A", "INPUT", "-m", "conntrack",
                 "--ctstate", "ESTABLISHED", "-j", "ACCEPT"])
    assert "mine" in machine.run(["iptables", *rule]).stdout
    other = machine_session.machine("kube-other")
    try:
        assert "mine" not in other.run(["iptables", *rule]).stdout
    finally:
        machine_session.destroy_machine("kube-other")
    assert "mine" not in machine_session.switch.run(["iptables", *rule]).stdout
    machine.run(["conntrack", "-L"])


def test_links_of_pod_networks(machine):
    in_service(machine, """
        ip link add cni0 type bridge
        ip link add flannel.1 type vxlan id 1 dstport 8472 dev eth0
        ip netns add pod
        ip link add veth0 type veth peer name eth0 netns pod
        ip link set veth0 master cni0 up
        sysctl -q -w net.ipv4.conf.all.route_localnet=1
        ip link delete veth0; ip link delete cni0; ip link delete flannel.1
        ip netns delete pod
    """)


def test_locked_down_service_with_a_credential(machine):
    shown = in_service(
        machine, "cat $CREDENTIALS_DIRECTORY/key; id -u; touch /etc/x || echo ro",
        "DynamicUser=yes", "ProtectSystem=strict", "PrivateTmp=yes",
        "NoNewPrivileges=yes", "LoadCredential=key:/etc/machine-id",
        "CapabilityBoundingSet=", "ProtectKernelTunables=yes",
        "RestrictAddressFamilies=AF_INET AF_UNIX", "SystemCallFilter=@system-service")
    key, uid, writable = shown.split()
    assert key == machine.machine_id and int(uid) > 1000 and writable == "ro"


def test_overlay_mounts_on_containerds_directory(machine):
    in_service(machine, """
        cd $(mktemp -d -p /var/lib)
        mkdir lower upper work merged; echo a > lower/a
        mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged
        echo b > merged/a; rm merged/a; test ! -e merged/a
        umount merged; rm -r $PWD
    """)


def test_what_runc_does_to_a_process(machine):
    in_service(machine, "unshare --mount --pid --net --uts --ipc --cgroup --user"
                        " --map-root-user --fork --mount-proc true")
    in_service(machine, "mount -t mqueue mqueue /mnt; umount /mnt;"
                        "mount -t cgroup2 x /mnt && umount /mnt")
    in_service(machine, "mount -t bpf bpf /mnt; umount /mnt")
    # systemd gives the service a session keyring only if keyctl() is allowed
    assert "invocation_id" in in_service(machine, "cat /proc/keys",
                                         "KeyringMode=private")


def test_kernel_log_is_readable_and_writable(machine):
    message = f"generator of {machine.machine_id}"
    in_service(machine, f"echo {message} > /dev/kmsg;"
                        "dd if=/dev/kmsg bs=8k count=1 iflag=nonblock of=/dev/null")
    assert message in machine.kernel_log()
    assert message in machine.kernel_log()
    machine.reboot()
    assert message not in machine.kernel_log()
