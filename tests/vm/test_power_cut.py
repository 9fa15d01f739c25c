"""The power goes in the middle of the first install; the next boot finishes it, with nobody there."""

from hall import boot_into_node
from machines import Deadline

STORE = "/opt/k8s-node/store"


def test_the_next_boot_finishes_an_install_whose_power_was_cut(hall, virtual_machines, record_testsuite_property):
    vm = virtual_machines(cmdline=["systemd.hostname=vm-e", "k8s_node.profile=single"])
    hall.bake(vm)
    vm.start()
    Deadline(300).wait_until(lambda: vm.run(["find", STORE, "-mindepth", "2", "-maxdepth", "2"], check=False).stdout,
                             "something to be in the store", every=0.5)
    vm.power_cut()
    boot_into_node(vm, "vm-e", record_testsuite_property)
