// Addresses and networks of both families in one setting, "10.244.0.0/16,fd00:10:244::/56", as
// kubeadm and Kubernetes' flags write them: the first is the one of the cluster's first family.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/setting.hpp"

namespace k8s_node {

/// True for types whose values are addresses or networks.
[[nodiscard]] bool is_network_type(SettingType type);

/// True for types whose values may have one address or network of each family.
[[nodiscard]] bool may_have_families(SettingType type);

/// Returns the error in a value of such a type, "must be …", or nullopt if there is none.
[[nodiscard]] std::optional<std::string> families_problem(SettingType type,
                                                          const std::string& text);

/// Returns the families of addresses or networks: "IPv4", "IPv6, IPv4"; empty if there are none.
[[nodiscard]] std::string families_of(const std::string& text);

/// Returns a part of addresses or networks, for ${component.setting.PART}; nullopt if there is no
/// such part, or the text holds no addresses. An empty text has no family.
/// - ipv4, ipv6: the one of this family, or nothing; first: the first
/// - has_ipv4, has_ipv6, is_dual, first_is_ipv6: true or false
/// - in_url: the first, in brackets if it is of IPv6
/// - words, quoted: all, separated by blanks; each in double quotes, separated by commas
/// - part.N.M: the first part of each, of prefix length N for IPv4 and M for IPv6
[[nodiscard]] std::optional<std::string> part_of_addresses(const std::string& text,
                                                           std::string_view part);

} // namespace k8s_node
