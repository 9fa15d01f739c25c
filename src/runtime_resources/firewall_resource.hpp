// The node's part of the firewall: rules and chains of iptables, tables of nftables.
#pragma once

#include "resources/resource_kind.hpp"

namespace k8s_node {

[[nodiscard]] const ResourceKind& firewall_kind();

} // namespace k8s_node
