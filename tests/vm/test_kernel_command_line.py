"""Nothing but words on the kernel command line calls a machine into service."""

from hall import boot_into_node


def test_a_profile_on_the_kernel_command_line_makes_a_node(hall, virtual_machines, record_testsuite_property):
    vm = virtual_machines("vm-a", cmdline=["systemd.hostname=vm-a", "k8s_node.profile=single"])
    hall.bake(vm)
    boot_into_node(vm, "vm-a", record_testsuite_property)
