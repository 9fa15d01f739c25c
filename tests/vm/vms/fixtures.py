"""Pytest fixtures; a conftest.py imports them."""

import pytest
from machines.fixtures import keep_evidence

from .hardware import Hardware
from .virtual_machine import VirtualMachine


@pytest.fixture
def virtual_machines(machine_session, request):
    """Factory: virtual_machines("node", memory="4G") makes one, switched off."""
    made = []

    def make(name: str = "node", **options) -> VirtualMachine:
        vm = VirtualMachine(machine_session, name, Hardware(**options))
        made.append(vm)
        vm.create()
        return vm

    yield make
    for vm in made:
        keep_evidence(vm, request.node)
        machine_session.destroy_machine(vm.name)
