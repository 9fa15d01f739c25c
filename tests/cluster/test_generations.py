"""Generations on a real node: going back by hand and by itself, drift by name, and a boot with an older one."""

import json

import pytest
from lab import Deadline, fetch_page, install, kubectl, serve_page, web_container

SERVICES = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "containerd", "kubelet",
            "kube-proxy"]
CHANGE = ["--set", "kubelet.max_pods=50"]


def processes(node):
    shown = node.run(["systemctl", "show", "--property=Id,MainPID", *(f"{name}.service" for name in SERVICES)]).stdout
    blocks = (dict(line.split("=", 1) for line in block.splitlines()) for block in shown.strip().split("\n\n"))
    return {block["Id"]: block["MainPID"] for block in blocks}


def restarted(node, before):
    now = processes(node)
    return {unit for unit in before if before[unit] != now[unit]}


def generations(node):
    return {entry["generation"]: entry for entry in
            json.loads(node.run(["k8s-node-install", "generation", "list", "-o", "json"]).stdout)}


def status(node):
    return json.loads(node.run(["k8s-node-install", "status", "-o", "json"], check=False).stdout)


def drift(node):
    return {entry["object"]: entry["what"] for entry in status(node)["drift"]}


def current(node):
    return next(number for number, entry in generations(node).items() if entry["current"])


def test_a_rollback_restarts_only_what_differs(node):
    install(node, *CHANGE)
    assert {number: entry["outcome"] for number, entry in generations(node).items()} == {1: "good", 2: "good"}
    assert "changed config/kubelet.yaml" in generations(node)[2]["summary"]
    compared = node.run(["k8s-node-install", "generation", "diff", "1", "2"]).stdout
    assert "    +maxPods: 50" in compared
    # Nothing of the configuration is needed to go back, not even that it can be read.
    configuration = node.read("/etc/k8s-node/node.yaml")
    node.write("/etc/k8s-node/node.yaml", "this: [is not a configuration")
    before = processes(node)
    said = node.run(["k8s-node-install", "rollback"], timeout=120).stdout
    node.write("/etc/k8s-node/node.yaml", configuration)
    assert "the next install returns to it" in said
    assert restarted(node, before) == {"kubelet.service"}
    assert current(node) == 1
    assert kubectl(node, "get", "node", node.name, "-o", "jsonpath={.status.capacity.pods}") == "110"
    assert install(node).stdout.startswith("Nothing to do:")


def test_what_cannot_be_gone_back_to_is_refused(node):
    def refused(*words):
        result = node.run(["k8s-node-install", "rollback", *words], check=False)
        return result.rc, result.stderr

    rc, said = refused()
    assert rc == 2 and "no good generation before generation 1" in said
    rc, said = refused("7")
    assert rc == 2 and "there is no generation 7" in said and "1, 2" in said
    unit = "/etc/k8s-node/generations/2/units/kubelet.service"
    text = node.read(unit)
    node.write(unit, text + "# edited\n")
    rc, said = refused("2")
    assert rc == 6 and "units/kubelet.service was edited" in said
    node.write(unit, text)
    assert current(node) == 1


def test_drift_is_named_and_repaired(node):
    assert drift(node) == {}
    scheduler = node.run(["sh", "-c", "echo /opt/k8s-node/store/*/bin/kube-scheduler"]).stdout.strip()
    node.run(["sh", "-c", "echo >> /etc/cni/net.d/10-k8s-node.conflist; chmod 0666 /etc/sysctl.d/90-k8s-node.conf; "
                          "rm /etc/modules-load.d/k8s-node.conf; chmod 0700 /etc/kubernetes; "
                          f"chmod u+w {scheduler}; printf X | dd of={scheduler} bs=1 seek=64 conv=notrunc 2>/dev/null || "
                          f"(cp {scheduler} /root/k && printf X | dd of=/root/k bs=1 seek=64 conv=notrunc && "
                          f"mv -f /root/k {scheduler}); chmod 0555 {scheduler}"])
    node.write("/etc/systemd/system/kube-proxy.service.d/50-site.conf", "[Service]\nNice=1\n")
    node.run(["systemctl", "daemon-reload"])
    found = drift(node)
    assert found["/etc/cni/net.d/10-k8s-node.conflist"] == "differs"
    assert found["/etc/sysctl.d/90-k8s-node.conf"] == "its mode is 0666 instead of 0644"
    assert found["/etc/modules-load.d/k8s-node.conf"] == "is missing"
    assert "0700" in found["/etc/kubernetes"]
    assert "was edited" in found[scheduler]
    assert "kube-proxy.service" not in found  # systemd's own way for an operator
    assert node.run(["k8s-node-install", "status"], check=False).rc == 8
    planned = node.run(["k8s-node-install", "plan"], check=False).stdout
    for name in ("/etc/cni/net.d/10-k8s-node.conflist", "/etc/sysctl.d/90-k8s-node.conf", "/etc/modules-load.d/k8s-node.conf",
                 "kube-proxy.service has a drop-in", "kube-scheduler was edited"):
        assert name in planned
    before = processes(node)
    install(node)
    assert restarted(node, before) == {"kube-scheduler.service"}
    assert drift(node) == {}
    status = node.run(["k8s-node-install", "status"]).stdout
    assert "/etc/systemd/system/kube-proxy.service.d/50-site.conf" in status and status.rstrip().endswith("Healthy.")
    node.run(["rm", "-r", "/etc/systemd/system/kube-proxy.service.d"])
    node.run(["systemctl", "daemon-reload"])
    assert drift(node) == {}


def test_a_damaged_manifest_is_named_and_mended(node):
    number = current(node)
    manifest = f"/etc/k8s-node/generations/{number}/manifest.json"
    text = node.read(manifest)
    node.write(manifest, "{")
    assert drift(node)[f"generation {number}"] == "manifest.json was edited"
    shown = node.run(["k8s-node-install", "plan"], check=False)
    assert shown.rc == 4 and "manifest.json was edited" in shown.stdout, shown.stderr
    before = processes(node)
    install(node)
    assert restarted(node, before) == set()
    assert drift(node) == {} and current(node) != number
    node.write(manifest, text)


def test_the_way_back_leads_to_where_it_came_from(node):
    before = current(node)
    install(node, *CHANGE)
    assert current(node) > before
    node.run(["k8s-node-install", "rollback", str(before)], timeout=120)
    node.write("/etc/k8s-node/node.d/50-bad.yaml",
               "override: {kube-scheduler: {services: {kube-scheduler: {flags: {no-such-flag: 4}}}}}\n")
    result = install(node, check=False)
    node.run(["rm", "/etc/k8s-node/node.d/50-bad.yaml"])
    assert result.rc == 8 and f"The node was rolled back to generation {before}" in result.stderr
    assert current(node) == before


def test_an_edited_generation_is_replaced(node):
    number = current(node)
    unit = f"/etc/k8s-node/generations/{number}/units/kube-scheduler.service"
    node.write(unit, node.read(unit) + "# edited\n")
    assert drift(node) == {f"generation {number}": "units/kube-scheduler.service was edited"}
    install(node)
    assert current(node) > number
    assert drift(node) == {}


@pytest.fixture(scope="module")
def page(node, lab):
    return serve_page(node, lab.fixture)


def test_a_unit_that_cannot_start_takes_the_node_back(node, page):
    good = current(node)
    node.write("/etc/k8s-node/node.d/50-bad.yaml",
               "override: {kube-scheduler: {services: {kube-scheduler: {flags: {no-such-flag: 4}}}}}\n")
    pod = web_container(node)
    result = install(node, check=False)
    assert result.rc == 8
    assert f"the node was rolled back to generation {good}".lower() in result.stderr.lower()
    assert "no-such-flag" in result.stderr
    assert current(node) == good
    failed = max(generations(node))
    assert generations(node)[failed]["outcome"] == "failed" and "kube-scheduler" in generations(node)[failed]["reason"]
    assert fetch_page(node) == page
    assert pod == web_container(node)
    # The same again is tried again, under the same number, and says so.
    planned = node.run(["k8s-node-install", "plan"], check=False).stdout
    assert f"generation {failed}  (failed before: " in planned
    node.run(["rm", "/etc/k8s-node/node.d/50-bad.yaml"])
    assert install(node).stdout.startswith("Nothing to do:")


def test_the_kernel_command_line_boots_an_older_generation(node):
    now = current(node)
    older = 2
    assert generations(node)[older]["outcome"] == "good" and older != now
    node.options.cmdline = [f"k8s_node.generation={older}"]
    try:
        node.reboot()
        Deadline(60).wait_until(lambda: status(node)["node"]["state"] == "Ready", "a node that is Ready again")
        told = status(node)
        assert (told["generation"], told["current"]) == (older, now)
        assert "selected for this boot" in node.run(["k8s-node-install", "status"], check=False).stdout
        assert "generations/2/units" in node.run(["systemctl", "cat", "kubelet.service"]).stdout or \
            "maxPods: 50" in node.read("/etc/k8s-node/current/config/kubelet.yaml")
        for verb in (["install"], ["rollback", "1"], ["store", "gc"]):
            refused = node.run(["k8s-node-install", *verb], check=False)
            assert refused.rc == 5 and f"k8s_node.generation={older}" in refused.stderr
    finally:
        node.options.cmdline = []
        node.reboot()
    Deadline(60).wait_until(lambda: status(node)["healthy"], "a healthy node")
    assert status(node)["generation"] == now
