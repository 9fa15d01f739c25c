"""Ctrl-C ends every wait at once, whichever command it is in, and the same command arrives afterwards.

The real program, a real systemd; what it waits for are stand-ins
(interrupt/stand_ins.py, fault/standin.c), for the waits are what is tested.
Each run is brought into a wait that shows (a server was asked, a line was
said, a thread polls), then gets SIGINT. It must be gone within LIMIT (100 ms);
as other programs share the processors, the shortest of three attempts counts.
The figures are printed.

Commands that change nothing leave the signal its default action, so they say
nothing. Not here, because nothing can be made to wait there from outside: keys
that are generated (tests/unit/pki), an unpacking (tests/unit/store), a sync,
which ends no sooner for anybody.
"""

import fcntl
import os
import struct
import termios
from functools import partial

import pytest
from fault.tools import Tools, build_directory
from interrupt import stand_ins
from interrupt.run import WRITES, Run
from interrupt.world import CHANGE, PATH, World, add_etcd, hanging, prepare, told_to_hang

SILENT = ""  # what a command says that leaves the signal its default action
NEWER = ("--release", "1.2.0")
UPGRADE = ("upgrade", "--to", "1.2.0")
verbs = partial(pytest.mark.parametrize, "command", ids=lambda command: command[0])


@pytest.fixture(scope="module")
def tools(machine_session, tmp_path_factory):
    with Tools(machine_session, tmp_path_factory.mktemp("interrupt"), build_directory()) as tools:
        add_etcd(tools.site)
        yield tools


@pytest.fixture(scope="module")
def shared_world(machine_session, tools, tmp_path_factory, request):
    world = World(machine_session, tools, tmp_path_factory.mktemp("stand-ins"))
    yield world
    world.close()
    machine_session.destroy_machine("held")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", *world.figures, sep="\n")


@pytest.fixture
def world(shared_world):
    yield shared_world
    shared_world.settle()


def mirror(port: int) -> str:
    return f"http://127.0.0.1:{port}"


@verbs([("fetch", *NEWER), ("install", *NEWER), UPGRADE, ("redeploy", "--yes", *NEWER)])
@pytest.mark.parametrize("silence", ["connect", "headers", "body", "names", "retry"])
def test_download(world, command, silence):
    def begin():
        if silence == "connect":
            run = world.start(*command, "--mirror", mirror(stand_ins.CONNECT))
            return run.until_it(lambda: run.connects_to(stand_ins.CONNECT), "connects")
        if silence == "retry":
            return world.start(*command, "--mirror", mirror(stand_ins.REFUSE)).until("trying again in")
        url = {"headers": mirror(stand_ins.HEADERS), "body": mirror(stand_ins.BODY),
               "names": "http://mirror.example"}[silence]
        run = world.start(*command, "--mirror", url)
        world.stand_ins.until("name asked" if silence == "names" else f"mirror {silence}")
        return run

    world.measure(f"{command[0]}, mirror: {silence}", begin)


def expected(command) -> str:
    return SILENT if command[0] in ("plan", "status") else "interrupted by SIGINT"


@verbs([CHANGE, UPGRADE, ("rollback",), ("plan",), ("status",)])
def test_api_server_that_says_nothing(world, command):
    world.stand_ins.api_is("silent")

    def begin():
        run = world.start(*command)
        world.stand_ins.until("api accepted")
        return run

    world.measure(f"{command[0]}, API server silent", begin, said=expected(command))


@pytest.mark.parametrize("mode", ["unready", "closed"])
def test_node_that_does_not_become_ready(world, mode):
    world.stand_ins.api_is(mode)

    def begin():
        run = world.start(*CHANGE)
        if mode == "closed":
            return run.until("cannot talk to the API server")
        world.stand_ins.until("api watch nodes")
        return run

    world.measure(f"install, node {mode}", begin)


def test_drain_that_a_budget_holds_up(world):
    def begin():
        run = world.start(*UPGRADE, "--drain")
        world.stand_ins.until("api watch pods")
        return run

    said = world.measure("upgrade, drain", begin)
    assert "the budget held does not allow it" in said
    # At once if the API server answers in time, else by the next run.
    world.settle()
    world.stand_ins.until("api cordoned False")


def watch(world):
    """A run that watches the services for an hour, with the lock."""
    world.settle()
    run = world.start(*CHANGE[:3], "--stable-for", "3600").until("watching for")
    world.stand_ins.until("api watch nodes")
    return run


def test_stable_window(world):
    world.measure("install, stable window", lambda: watch(world))


@verbs([("install",), ("upgrade",), ("rollback",), ("reset", "--yes"), ("fetch",), ("redeploy", "--yes", *NEWER),
        ("generation", "gc"), ("store", "gc")])
def test_lock_of_another_run(world, command):
    with watch(world):
        world.measure(f"{command[0]}, lock", lambda: world.start(*command).until("waiting for 'install'"))


@verbs([CHANGE, ("rollback",), ("reset", "--yes"), ("plan",), ("status",)])
def test_systemd_that_does_not_answer(world, command):
    with world.frozen():
        world.measure(f"{command[0]}, systemd frozen", lambda: world.start(*command).until_it_polls(),
                      said=expected(command))


@verbs([("rollback",), ("reset", "--yes")])
def test_bus_that_does_not_answer(world, command):
    with world.frozen("dbus.service"):
        world.measure(f"{command[0]}, bus frozen", lambda: world.start(*command).until_it_polls())


@verbs([CHANGE, (*UPGRADE, "--stable-for", "0"), ("rollback", "--stable-for", "0")])
def test_unit_that_does_not_start(world, command):
    before = world.current()
    ignored = () if command[0] == "rollback" else ("--ignore-preflight", "ForeignDropIn-beta.service")
    with world.drop_in("beta.service", "ExecStartPre=/bin/sleep 1000"):
        if command[0] != "upgrade":  # which starts all units anew, of a node that is well
            world.machine.run(["systemctl", "stop", "beta.service"])

        def begin():
            run = world.start(*command, *ignored)
            return run.until_it(lambda: world.is_active("beta.service", "activating"), "starts the unit")

        world.measure(f"{command[0]}, unit starts", begin)
    if command[0] == "upgrade":
        world.run(*command)
        world.run("rollback", before, "--stable-for", "0")


def test_silent_container_runtime(world):
    world.configure("held-keys", "held-node", "held-pods")
    for command, said in ((("install", "--stable-for", "0"), "interrupted"), (("status",), SILENT)):
        def begin(words=command):
            run = world.start(*words)
            world.stand_ins.until("runtime asked")
            return run

        world.measure(f"{command[0]}, container runtime silent", begin, said=said)


def test_etcd(world):
    before = world.current()
    with told_to_hang(world.machine, "etcdctl") as waits:
        def save():
            return world.start(*UPGRADE).until_it(waits, "saves a snapshot")

        world.measure("upgrade, snapshot", save)
    world.run(*UPGRADE, "--stable-for", "0")
    world.stand_ins.api_is("etcd")

    def lower():
        run = world.start("rollback", before).until("asking etcd to downgrade")
        world.stand_ins.until("etcd accepted")
        return run

    world.measure("rollback, etcd silent", lower)
    world.stand_ins.api_is("ready")
    world.run("rollback", before, "--stable-for", "0")


def test_store_verify(world):
    # No file of ours is large enough to be caught; this one is empty, but has a size.
    entry = world.machine.run(["sh", "-c", "echo /opt/k8s-node/store/etcd-3.6.*"]).stdout.strip()
    world.machine.run(["sh", "-c", f"set -e; cd {entry}; size=$(stat -c %s bin/etcdctl); truncate -s 100G bin/etcdctl;"
                                   f' sed -i "s/\\"size\\": $size/\\"size\\": $((100 << 30))/" .entry.json'])

    def begin():
        run = world.start("store", "verify")
        return run.until_it(lambda: run.has_open("bin/etcdctl"), "reads the file")

    try:
        world.measure("store verify, reading", begin)
    finally:
        world.machine.run(["rm", "-r", entry])


def test_probe_and_end(world):
    def probe():
        run = world.start("probe", mirror(stand_ins.HEADERS))
        world.stand_ins.until("mirror headers")
        return run

    world.measure("probe, silent", probe, said=SILENT)
    world.measure("probe, pause", lambda: world.start("probe", mirror(stand_ins.REFUSE)).until("refused"),
                  said="waiting for")
    with world.stubborn() as process:
        def end():
            run = world.start("end", "--grace", "600s", environment=(f"MAINPID={process}",))
            return run.until_it(world.is_told, "waits for the process")

        world.measure("end, stubborn process", end, said=SILENT)


@pytest.mark.parametrize("typed", [b"", b"ye\x04"], ids=["nothing", "half"])
@pytest.mark.parametrize("command", ["reset", "redeploy"])
def test_question(world, command, typed):
    def begin():
        run = world.start(command, terminal=True).until("Type 'yes' to continue")
        os.write(run.reader, typed)
        if typed:
            run.until("continue: ye")
            run.until_it(lambda: fcntl.ioctl(run.writer, termios.FIONREAD, bytes(4)) == struct.pack("i", 0), "reads it")
        return run.until_it_polls()

    world.measure(f"{command}, question, typed: {typed.decode()[:2] or 'nothing'}", begin)


def test_reset(world):
    """From wait to wait, since every run gets further; the last one arrives."""
    def begin():
        return world.start("reset", "--yes", "--verbose", environment=(PATH,))

    world.stand_ins.api_is("silent")

    def leave():
        run = begin()
        world.stand_ins.until("api accepted")
        return run

    world.measure("reset, API server silent", leave)
    world.stand_ins.api_is("ready")
    with world.stubborn():
        world.measure("reset, pod does not end", lambda: begin().until_it(world.is_told, "ends the pod"))
    with world.drop_in("beta.service", "ExecStop=/bin/sleep 1000"):
        def stop():
            return begin().until_it(lambda: world.is_active("beta.service", "deactivating"), "stops the unit")

        world.measure("reset, unit stops", stop)
    with hanging(world.machine, "userdel") as waits:
        world.measure("reset, program hangs", lambda: begin().until_it(waits, "runs userdel"))
    world.run("reset", "--yes")
    assert not world.machine.exists("/opt/k8s-node")
    world.make_node()


def test_output_that_nobody_reads(world):
    """Deaf, so it is the signal's second coming, after a second, that ends it."""
    def begin():
        run = world.start(*CHANGE, "--verbose", stuck=True)
        return run.until_it(lambda: run.is_in(WRITES), "writes")

    world.measure("install, output blocked", begin, limit=2000, said=SILENT)


def test_first_install(machine, tools, shared_world):
    """From wait to wait, since every run gets further; the last one arrives."""
    prepare(machine, tools)
    machine.write("/etc/k8s-node/node.yaml", f"profile: stand\nrelease: 1.1.0\nmirrors: [{tools.mirror}]\n")

    def begin(*words):
        return Run(machine, "install", "--stable-for", "0", *words, environment=(PATH,))

    with hanging(machine, "systemd-sysusers") as waits:
        shared_world.measure("first install, program hangs", lambda: begin().until_it(waits, "runs systemd-sysusers"))
    with hanging(machine, "held", "/etc/systemd/system-generators") as waits:
        shared_world.measure("first install, systemd reloads", lambda: begin().until_it(waits, "reloads systemd"))
    assert machine.run(["k8s-node-install", "install", "--stable-for", "0"]).rc == 0
    assert machine.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do:")
