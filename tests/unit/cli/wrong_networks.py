"""Networks and addresses that cannot be, as cases of wrong_configurations.py."""


def cluster(*settings: str, node: str = "fd77::11") -> tuple[dict[str, str], list[str]]:
    """The files and words for a single node of this address, whose settings of the cluster stand from line 4 on."""
    lines = ["profile: single", "settings:", "  cluster:", *(f"    {setting}" for setting in settings)]
    return {"node.yaml": "\n".join(lines) + "\n"}, ["--set", f"node.address={node}"]


ADDRESS = "--set node.address"
BOTH = "192.0.2.10,fd77::11"
PODS = "pod_cidr: fd00:10:244::/56"
SERVICES = "service_cidr: fd00:10:96::/112"

NETWORKS = [
    ("networks that cannot be",
     {"node.yaml": """profile: single
settings:
  cluster:
    pod_cidr: 10.96.128.0/17
    dns_address: 10.97.0.10
  bridge-network: {node_cidr: 10.244.1.7/24}
"""}, [],
     [("node.yaml", 4, "10.96.128.0/17", ["must lie apart from 'cluster.service_cidr'"]),
      ("node.yaml", 5, "10.97.0.10", ["must lie inside 'cluster.service_cidr'"]),
      ("node.yaml", 6, "10.244.1.7/24", ["10.244.1.0/24"])]),
    ("a network too small for what is in it",
     {"node.yaml": "profile: single\nsettings: {cluster: {service_cidr: 10.96.0.1/32}}\n"}, [],
     [("node.yaml", 2, "10.96.0.1/32", ["too small"])]),
    ("a service network without room", {"node.yaml": "profile: single\nsettings: {cluster: {service_cidr: 10.96.0.0/30}}\n"},
     [], [("node.yaml", 2, "10.96.0.0/30", ["too small", "no address number 10"])]),
    ("three networks", *cluster("pod_cidr: 10.244.0.0/16,fd00:10:244::/56,10.245.0.0/16", node=BOTH),
     [("node.yaml", 4, "10.244.0.0/16", ["must be one network, or one of each family, not 3"])]),
    ("two networks of one family", *cluster("service_cidr: 10.96.0.0/16,10.97.0.0/16", node=BOTH),
     [("node.yaml", 4, "10.96.0.0/16", ["one of IPv4 and one of IPv6, not two of IPv4"])]),
    ("blanks between networks", *cluster("pod_cidr: 10.244.0.0/16, fd00:10:244::/56", node=BOTH),
     [("node.yaml", 4, "10.244.0.0/16", ["no blanks", "10.244.0.0/16,fd00:10:244::/56"])]),
    ("host bits in the second network", *cluster("pod_cidr: 10.244.0.0/16,fd00:10:244::1/56", node=BOTH),
     [("node.yaml", 4, "10.244.0.0/16", ["without host bits, fd00:10:244::/56, not 'fd00:10:244::1/56'"])]),
    ("pods and Services of different families", *cluster(PODS),
     [("node.yaml", 4, "fd00:10:244::/56", ["'cluster.service_cidr' (10.96.0.0/16)", "of each family of 'cluster.pod_cidr'",
                                           "in this order: IPv6"]),
      (ADDRESS, 1, "fd77::11", ["'node.address'", "in this order: IPv4"])]),
    ("pods of both families and Services of one",
     *cluster("pod_cidr: 10.244.0.0/16,fd00:10:244::/56", node="192.0.2.10"),
     [("node.yaml", 4, "10.244.0.0/16", ["'cluster.service_cidr' (10.96.0.0/16)", "in this order: IPv4, IPv6"])]),
    ("both families in another order", *cluster("pod_cidr: 10.244.0.0/16,fd00:10:244::/56",
                                               "service_cidr: fd00:10:96::/112,10.96.0.0/16", node="fd77::11,192.0.2.10"),
     [("node.yaml", 5, "fd00:10:96::/112", ["in this order: IPv4, IPv6, and no other"])]),
    ("networks of IPv6 and a node without", *cluster(PODS, SERVICES, node="192.0.2.10"),
     [(ADDRESS, 1, "192.0.2.10", ["'node.address' (192.0.2.10)", "an address of each family", "IPv6"])]),
    ("dual stack and a node of one family", *cluster("pod_cidr: 10.244.0.0/16,fd00:10:244::/56",
                                                    "service_cidr: 10.96.0.0/16,fd00:10:96::/112", node="192.0.2.10"),
     [(ADDRESS, 1, "192.0.2.10", ["'node.address' (192.0.2.10)", "in this order: IPv4, IPv6"])]),
    ("an address that only this machine knows", *cluster(PODS, SERVICES, node="fe80::1"),
     [(ADDRESS, 1, "fe80::1", ["that other machines can reach", "not 'fe80::1'"])]),
    ("networks of IPv6 that overlap", *cluster(PODS, "service_cidr: fd00:10:244:0:1::/112"),
     [("node.yaml", 4, "fd00:10:244::/56", ["must lie apart from 'cluster.service_cidr'"])]),
    ("an address of the node among the pods'", *cluster(PODS, SERVICES, node="fd00:10:244::5"),
     [(ADDRESS, 1, "fd00:10:244::5", ["'node.address' (fd00:10:244::5) must lie apart from"])]),
    ("more nodes than Kubernetes divides a network into",
     *cluster("pod_cidr: fd00:20::/32", SERVICES, "network: flannel"),
     [("node.yaml", 4, "fd00:20::/32", ["node_cidr_mask_size_ipv6' (64) must be the prefix length", "from 32 to 48"])]),
    ("no room for the network of a node", *cluster("pod_cidr: 10.244.0.0/25", "network: flannel", node="192.0.2.10"),
     [("node.yaml", 4, "10.244.0.0/25", ["node_cidr_mask_size' (24) must be the prefix length", "from 25 to 32"])]),
]
