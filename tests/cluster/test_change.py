"""Changing a running node: what is planned, what is restarted, and where a value came from."""

import re

from lab import install, kubectl

SERVICES = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "containerd", "kubelet",
            "kube-proxy"]

SITE_WEB = """\
component: site-web
description: A page of this site.
needs: [node, containerd]
settings:
  port:
    type: integer
    min: 1
    max: 65535
    default: 8088
    doc: where the page is served
files:
  /etc/site-web/index.html:
    content: |
      served by ${node.name}
needs_programs: [mount]
ports: ["${site-web.port}"]
services:
  site-web:
    description: The page of this site
    exec: /usr/local/bin/busybox
    arguments: [httpd, -f, -p, "127.0.0.1:${site-web.port}", -h, /etc/site-web]
    sandbox: strict
    service:
      Type: exec
      DynamicUser: "yes"
    after: [containerd]
    ready:
      url: http://127.0.0.1:${site-web.port}/index.html
      contains: served by
"""


def processes(node):
    shown = node.run(["systemctl", "show", "--property=Id,MainPID", *(f"{name}.service" for name in SERVICES)]).stdout
    blocks = (dict(line.split("=", 1) for line in block.splitlines()) for block in shown.strip().split("\n\n"))
    return {block["Id"]: block["MainPID"] for block in blocks}


def plan(node, *words):
    return node.run(["k8s-node-install", "plan", *words], check=False)


def planned(text):
    """The lines of a plan that name a change, as (verb, object); what it warns of depends on the host."""
    return [tuple(line.split()[:2]) for line in text.splitlines() if re.match(r"  (?!warning)[a-z]", line)]


def restarted(before, after):
    assert before.keys() == after.keys() and len(before) == len(SERVICES)
    return {unit for unit in before if before[unit] != after[unit]}


def test_a_setting_restarts_what_reads_it(node):
    change = ["--set", "kubelet.max_pods=50"]
    shown = plan(node, *change)
    assert shown.rc == 4
    assert planned(shown.stdout) == [("generation", "2"), ("reload", "systemd"), ("restart", "kubelet.service"),
                                     ("wait", "node"), ("try", "pod")]
    assert "-maxPods: 110" in shown.stdout and "+maxPods: 50" in shown.stdout
    before = processes(node)
    install(node, *change)
    assert restarted(before, processes(node)) == {"kubelet.service"}
    assert kubectl(node, "get", "node", node.name, "-o", "jsonpath={.status.capacity.pods}") == "50"


def test_the_same_words_again_change_nothing(node):
    assert install(node, "--set", "kubelet.max_pods=50").stdout.startswith("Nothing to do:")


def test_an_override_restarts_its_service(node, lab):
    node.write("/etc/k8s-node/node.d/50-verbose.yaml",
               "settings: {kubelet: {max_pods: 50}}\n"
               "override: {kube-scheduler: {services: {kube-scheduler: {flags: {v: 4}}}}}\n")
    shown = plan(node)
    assert shown.rc == 4
    assert re.search(r"^ +\+ +--v=4$", shown.stdout, re.MULTILINE), shown.stdout
    assert "ExecStart=" not in shown.stdout, "only the flag differs"
    before = processes(node)
    install(node)
    assert restarted(before, processes(node)) == {"kube-scheduler.service"}
    assert "--v=4" in node.run(["systemctl", "show", "--property=ExecStart", "kube-scheduler"]).stdout


API_FLAG = "/etc/k8s-node/node.d/60-apiserver.yaml"


def set_api_flag(node, flag):
    node.write(API_FLAG, f"override: {{kube-apiserver: {{services: {{kube-apiserver: {{flags: {{{flag}}}}}}}}}}}\n")


def seconds_away(said):
    """How long the API server did not answer others, in the words of the program."""
    found = re.search(r"The API server (?:did not answer for ([\d.]+) s|answered throughout)", said)
    assert found, said
    return float(found[1] or 0)


def assert_hardly_away(run):
    """Much shorter than the restart, however slow the machine is."""
    restart = float(re.search(r"kube-apiserver\.service: restart done after ([\d.]+) s", run.stderr)[1])
    assert seconds_away(run.stdout) < restart / 2, run.stderr


def endpoints(node):
    return kubectl(node, "get", "endpointslices", "kubernetes", "-o",
                   "jsonpath={.endpoints[*].addresses[*]}:{.ports[*].port}")


def assert_no_second_api_server(node):
    units = node.run(["systemctl", "list-units", "--all", "--no-legend", "kube-apiserver-*"]).stdout
    assert units == ""
    assert node.run(["ls", "/run/systemd/system"], check=False).stdout.count("kube-apiserver") == 0
    assert node.run(["pgrep", "-xc", "kube-apiserver"]).stdout == "1\n"


def test_a_changed_api_server_is_handed_over(node):
    addressed, before = endpoints(node), processes(node)
    set_api_flag(node, "v: 1")
    shown = planned(plan(node).stdout)
    assert ("hand-over", "kube-apiserver.service") in shown
    said = install(node)
    assert "starting a stand-in for kube-apiserver.service, of the new generation" in said.stderr
    assert "kube-apiserver-handover.service: start done" in said.stderr
    assert_hardly_away(said)
    assert endpoints(node) == addressed
    assert restarted(before, processes(node)) == {"kube-apiserver.service"}
    assert_no_second_api_server(node)
    node.run(["rm", API_FLAG])
    back = node.run(["k8s-node-install", "rollback"], timeout=120)
    assert_hardly_away(back)
    assert_no_second_api_server(node)
    install(node)


def test_an_api_server_that_cannot_start_does_not_take_the_running_one_away(node):
    before = processes(node)
    set_api_flag(node, "no-such-flag: x")
    failed = install(node, "--no-rollback", check=False)
    assert failed.rc == 8, failed.stderr
    assert "kube-apiserver-handover.service" in failed.stderr and "unknown flag: --no-such-flag" in failed.stderr
    assert "the API server answered throughout" in failed.stderr
    assert processes(node) == before
    assert_no_second_api_server(node)
    node.run(["rm", API_FLAG])
    assert_hardly_away(install(node))
    assert node.run(["k8s-node-install", "plan"]).stdout.startswith("Nothing to do:")


def test_every_value_knows_who_set_it(node):
    def origin(*words):
        shown = node.run(["k8s-node-install", "config", "show", "--origin", *words]).stdout
        return {line.split()[0]: line.split("#", 1)[1].strip() for line in shown.splitlines()}

    told = origin()
    assert re.search(r"/etc/k8s-node/node\.d/50-verbose\.yaml:1:\d+$", told["kubelet.max_pods"])
    assert re.search(r"^component, /usr/share/k8s-node/components/cluster\.yaml:\d+:\d+$", told["cluster.domain"])
    assert re.search(r"^profile, /usr/share/k8s-node/single\.yaml:\d+:\d+$", told["kubelet.status_update_frequency"])
    assert "command line" in origin("--set", "cluster.name=other")["cluster.name"]


def test_a_component_of_the_site_is_a_full_citizen(node, lab):
    node.put("/bin/busybox", "/usr/local/bin/busybox")
    node.write("/etc/k8s-node/components/site-web.yaml", SITE_WEB)
    node.write("/etc/k8s-node/node.yaml", lab.node_yaml().replace(
        "[image-archives]", "[image-archives, site-web]"))
    before = processes(node)
    result = install(node)
    assert restarted(before, processes(node)) == set()
    assert "site-web.service: start done" in result.stderr
    page = node.run(["curl", "-sf", "http://127.0.0.1:8088/index.html"]).stdout
    assert page == f"served by {node.name}\n"
    shown = node.run(["systemctl", "show", "--property=After,WantedBy", "site-web.service"]).stdout
    assert "containerd.service" in shown and "WantedBy=k8s-node.target" in shown
    assert "site-web.service" in node.run(["k8s-node-install", "status"]).stdout
    assert install(node).stdout.startswith("Nothing to do:")


def test_a_dropped_component_is_stopped_and_leaves_nothing(node, lab):
    node.write("/etc/k8s-node/node.yaml", lab.node_yaml())
    before = processes(node)
    install(node)
    assert restarted(before, processes(node)) == set()
    assert not node.exists("/etc/site-web/index.html")
    assert node.run(["systemctl", "is-active", "site-web.service"], check=False).stdout.strip() == "inactive"


def test_a_lost_kubeconfig_is_made_again(node):
    node.run(["rm", "/etc/kubernetes/super-admin.conf"])
    before = processes(node)
    install(node)
    assert restarted(before, processes(node)) == set()
    assert "client-key-data" in node.read("/etc/kubernetes/super-admin.conf")
    assert install(node).stdout.startswith("Nothing to do:")


FORWARDING = "net.ipv4.ip_forward"
HARDENING = "/etc/sysctl.d/99-hardening.conf"


def test_a_kernel_parameter_that_somebody_set_is_set_again(node):
    node.run(["sysctl", "--quiet", "--write", f"{FORWARDING}=0"])
    # A pod that starts has the CNI plugin set this one, too.
    shown = node.run(["k8s-node-install", "status", "--no-pod"], check=False).stdout
    assert f"kernel parameter {FORWARDING}: is 0 instead of 1\n" in shown, shown
    changes = [change for change in planned(plan(node).stdout) if change[0] != "warning"]
    assert changes == [("trigger", "systemd-sysctl.service"), ("try", "pod")]
    install(node)
    assert node.run(["sysctl", "--values", FORWARDING]).stdout == "1\n"
    assert install(node).stdout.startswith("Nothing to do:")


def test_the_file_that_overrides_a_kernel_parameter_is_named(node):
    node.write(HARDENING, f"{FORWARDING} = 0\n")
    node.run(["systemctl", "restart", "systemd-sysctl"])
    told = f"is 0 instead of 1: {HARDENING} sets it after /etc/sysctl.d/90-k8s-node.conf"
    assert told in node.run(["k8s-node-install", "status", "--no-pod"], check=False).stdout
    assert told in plan(node).stdout
    node.run(["rm", HARDENING])
    install(node)
    assert node.run(["k8s-node-install", "status"]).rc == 0


def test_services_of_the_node_take_no_proxy_but_images_come_through_it(node):
    node.run(["systemctl", "set-environment", "HTTPS_PROXY=http://127.0.0.1:1", "http_proxy=http://127.0.0.1:1"])
    node.run(["systemctl", "restart", *(f"{name}.service" for name in SERVICES)], timeout=180)
    node.run(["systemctl", "unset-environment", "HTTPS_PROXY", "http_proxy"])
    told = {unit: "_proxy=" in node.run(["cat", f"/proc/{pid}/environ"]).stdout.lower()
            for unit, pid in processes(node).items()}
    assert told == {unit: unit == "containerd.service" for unit in told}


def test_kubelet_leaves_no_file_with_logind(node):
    assert "InhibitDelayMaxSec=30s" in node.read("/etc/systemd/logind.conf.d/90-k8s-node.conf")
    assert node.run(["busctl", "get-property", "org.freedesktop.login1", "/org/freedesktop/login1",
                     "org.freedesktop.login1.Manager", "InhibitDelayMaxUSec"]).stdout == "t 30000000\n"
    node.run(["systemctl", "restart", "kubelet"], timeout=120)
    assert not node.exists("/etc/systemd/logind.conf.d/99-kubelet.conf")
