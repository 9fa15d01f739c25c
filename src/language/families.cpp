#include "language/families.hpp"

#include <algorithm>
#include <array>

#include "language/networks.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr std::string_view part_prefix = "part.";

bool is_ipv6(const std::string& text) {
    return text.find(':') != std::string::npos;
}

std::string family_of(const std::string& text) {
    return is_ipv6(text) ? "IPv6" : "IPv4";
}

std::vector<std::string> each_of(const std::string& text) {
    return text.empty() ? std::vector<std::string>() : split(text, ',');
}

/// Returns the one of a family; empty if there is none.
std::string of_family(const std::string& text, bool ipv6) {
    const auto all = each_of(text);
    const auto found = std::ranges::find(all, ipv6, is_ipv6);
    return found == all.end() ? std::string() : *found;
}

std::string truth(bool value) {
    return value ? "true" : "false";
}

std::string quoted(const std::string& text) {
    std::vector<std::string> parts;
    for (const auto& each : each_of(text)) {
        parts.push_back('"' + each + '"');
    }
    return join(parts, ", ");
}

/// Returns the first part of each network: "10.244.0.0/24" of 10.244.0.0/16 for "24.64".
std::optional<std::string> first_parts(const std::string& text, std::string_view lengths) {
    const auto numbers = split(lengths, '.');
    if (numbers.size() != 2 || !parse_integer(numbers.front()) || !parse_integer(numbers.back())) {
        return std::nullopt;
    }
    std::vector<std::string> parts;
    for (const auto& each : each_of(text)) {
        parts.push_back(each.substr(0, each.find('/')) + "/" +
                        (is_ipv6(each) ? numbers.back() : numbers.front()));
    }
    return join(parts, ",");
}

/// True for a unicast address of a machine or a Service: not the wildcard, loopback, of one link or
/// multicast.
bool is_reachable(const std::string& text) {
    static const auto others = [] {
        std::vector<Network> networks;
        for (const auto* network :
             {"0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", "::/127", "fe80::/10", "ff00::/8",
              // An IPv4 address in IPv6 form is of both families, and of none for Kubernetes.
              "::ffff:0:0/96"}) {
            networks.push_back(parse_network(network).value());
        }
        return networks;
    }();
    const auto address = parse_network(text);
    return address && text.find('/') == std::string::npos &&
           std::ranges::none_of(others,
                                [&](const auto& other) { return is_inside(*address, other); });
}

/// Returns the error in one address or network; nullopt if there is none.
std::optional<std::string> problem_of_one(SettingType type, const std::string& text) {
    if (type == SettingType::ips) {
        return is_reachable(text) ? std::nullopt
                                  : std::optional("must be an IP address that other machines can "
                                                  "reach, or one of each family, not '" +
                                                  text + "'");
    }
    const auto network = parse_network(text);
    if (!network || text.find('/') == std::string::npos) {
        return "must be a network such as 10.244.0.0/16, or one of each family, not '" + text + "'";
    }
    return has_host_bits(*network)
               ? std::optional("must be a network without host bits, " +
                               without_host_bits(*network) + ", not '" + text + "'")
               : std::nullopt;
}

} // namespace

bool is_network_type(SettingType type) {
    static constexpr std::array types = {SettingType::ip,        SettingType::ipv4,
                                         SettingType::ips,       SettingType::cidr,
                                         SettingType::ipv4_cidr, SettingType::cidrs};
    return std::ranges::find(types, type) != types.end();
}

bool may_have_families(SettingType type) {
    return type == SettingType::ips || type == SettingType::cidrs;
}

std::optional<std::string> families_problem(SettingType type, const std::string& text) {
    const std::string what = type == SettingType::ips ? "address" : "network";
    if (text.find(',') != std::string::npos && text.find(' ') != std::string::npos) {
        return "must have no blanks between its parts: " + replace_all(text, " ", "");
    }
    const auto all = split(text, ',');
    for (const auto& each : all) {
        if (auto problem = problem_of_one(type, each)) {
            return problem;
        }
    }
    if (all.size() > 2) {
        return "must be one " + what + ", or one of each family, not " +
               std::to_string(all.size()) + ": " + text;
    }
    if (all.size() == 2 && is_ipv6(all[0]) == is_ipv6(all[1])) {
        return "must be one " + what + ", or one of IPv4 and one of IPv6, not two of " +
               family_of(all[0]) + ": " + text;
    }
    return std::nullopt;
}

std::string families_of(const std::string& text) {
    std::vector<std::string> families;
    for (const auto& each : each_of(text)) {
        families.push_back(family_of(each));
    }
    return join(families, ", ");
}

std::optional<std::string> part_of_addresses(const std::string& text, std::string_view part) {
    const auto ipv4 = of_family(text, false);
    const auto ipv6 = of_family(text, true);
    const auto first = text.substr(0, text.find(','));
    const std::array<std::pair<std::string_view, std::string>, 10> parts = {{
        {"ipv4", ipv4},
        {"ipv6", ipv6},
        {"first", first},
        {"has_ipv4", truth(!ipv4.empty())},
        {"has_ipv6", truth(!ipv6.empty())},
        {"is_dual", truth(!ipv4.empty() && !ipv6.empty())},
        {"first_is_ipv6", truth(is_ipv6(first))},
        {"in_url", host_in_url(first)},
        {"words", replace_all(text, ",", " ")},
        {"quoted", quoted(text)},
    }};
    if (part.starts_with(part_prefix)) {
        return first_parts(text, part.substr(part_prefix.size()));
    }
    const auto* const found =
        std::ranges::find(parts, part, &std::pair<std::string_view, std::string>::first);
    return found == parts.end() ? std::nullopt : std::optional(found->second);
}

} // namespace k8s_node
