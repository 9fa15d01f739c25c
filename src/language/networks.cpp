#include "language/networks.hpp"

#include <algorithm>
#include <arpa/inet.h>

#include "language/blame.hpp"
#include "language/families.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

bool bit(const Network& network, int index) {
    return (network.bytes.at(static_cast<std::size_t>(index / 8)) &
            (0x80U >> static_cast<unsigned>(index % 8))) != 0;
}

struct Pair {
    std::string name;
    const Setting* setting;
    std::string other_name;
    const Setting* other;
};

/// Reports what one setting must be with respect to another: "must lie inside", and then why.
void report(const Pair& pair, const std::string& relation, const std::string& detail,
            Diagnostics& diagnostics) {
    const auto& own = *pair.setting->value;
    const auto& other = *pair.other->value;
    const bool to_other = is_closer(other.at(), own.at());
    const auto& place = to_other ? other.at() : own.at();
    diagnostics.add(place,
                    "setting '" + pair.name + "' (" + own.text() + ") must " + relation + " '" +
                        pair.other_name + "' (" + other.text() + ")" + detail,
                    to_other ? "'" + pair.name + "' is set in " + own.at().text()
                             : "'" + pair.other_name + "' is set in " + other.at().text());
}

bool lie_inside(const std::vector<Network>& own, const std::vector<Network>& others) {
    return others.empty() || std::ranges::all_of(own, [&](const Network& network) {
               return std::ranges::any_of(
                   others, [&](const Network& other) { return is_inside(network, other); });
           });
}

bool lie_apart(const std::vector<Network>& own, const std::vector<Network>& others) {
    return std::ranges::none_of(own, [&](const Network& network) {
        return std::ranges::any_of(others,
                                   [&](const Network& other) { return overlap(network, other); });
    });
}

/// False if the setting was reported.
bool check_place(const Pair& pair, bool inside, Diagnostics& diagnostics) {
    const auto own = parse_networks(pair.setting->value->text());
    const auto others = parse_networks(pair.other->value->text());
    if (inside ? lie_inside(own, others) : lie_apart(own, others)) {
        return true;
    }
    report(pair, inside ? "lie inside" : "lie apart from", "", diagnostics);
    return false;
}

void check_families(const Pair& pair, bool no_other, Diagnostics& diagnostics) {
    const auto own = families_of(pair.setting->value->text());
    const auto others = families_of(pair.other->value->text());
    if (own == others || (!no_other && own.starts_with(others))) {
        return;
    }
    const bool is_address = pair.setting->spec.type == SettingType::ips;
    report(pair,
           std::string("have ") + (is_address ? "an address" : "a network") + " of each family of",
           ", in this order: " + others + (no_other ? ", and no other" : ""), diagnostics);
}

/// The most by which Kubernetes divides a network of IPv6 (pkg/controller/nodeipam/ipam/cidrset).
constexpr int most_bits_of_parts = 16;

void check_prefix(const Pair& pair, const std::string& family, Diagnostics& diagnostics) {
    const auto whole =
        parse_network(part_of_addresses(pair.other->value->text(), family).value_or(""));
    const auto length = pair.setting->value->as_integer();
    if (!whole || !length) {
        return;
    }
    const int longest =
        whole->bits == 32 ? 32 : std::min(whole->length + most_bits_of_parts, whole->bits);
    if (*length < whole->length || *length > longest) {
        report(pair, "be the prefix length of the nodes' parts of",
               ": from " + std::to_string(whole->length) + " to " + std::to_string(longest),
               diagnostics);
    }
}

/// Calls `check` for each of the other settings that has a value.
template <typename Check>
void each_pair(const Settings& settings, const std::string& name,
               const std::vector<std::string>& others, Check check) {
    const auto& setting = settings.at(name);
    for (const auto& other_name : others) {
        const auto other = settings.find(other_name);
        if (setting.value && other != settings.end() && other->second.value) {
            check(Pair{name, &setting, other_name, &other->second});
        }
    }
}

void check_setting(const Settings& settings, const std::string& name, Diagnostics& diagnostics) {
    const auto& spec = settings.at(name).spec;
    bool in_place = true;
    each_pair(settings, name, spec.inside, [&](const Pair& pair) {
        in_place = check_place(pair, true, diagnostics) && in_place;
    });
    each_pair(settings, name, spec.apart_from,
              [&](const Pair& pair) { check_place(pair, false, diagnostics); });
    each_pair(settings, name, spec.families_of,
              [&](const Pair& pair) { check_families(pair, false, diagnostics); });
    if (in_place) {
        each_pair(settings, name, spec.same_families,
                  [&](const Pair& pair) { check_families(pair, true, diagnostics); });
    }
    for (const auto& network : spec.prefix_of) {
        const auto dot = network.rfind('.');
        each_pair(settings, name, {network.substr(0, dot)}, [&](const Pair& pair) {
            check_prefix(pair, network.substr(dot + 1), diagnostics);
        });
    }
}

} // namespace

std::optional<Network> parse_network(const std::string& text) {
    const auto slash = text.find('/');
    Network network;
    const int family = text.find(':') == std::string::npos ? AF_INET : AF_INET6;
    network.bits = family == AF_INET ? 32 : 128;
    const auto length = slash == std::string::npos
                            ? std::optional<std::int64_t>(network.bits)
                            : parse_integer(std::string_view(text).substr(slash + 1));
    if (!length || *length < 0 || *length > network.bits ||
        ::inet_pton(family, text.substr(0, slash).c_str(), network.bytes.data()) != 1) {
        return std::nullopt;
    }
    network.length = static_cast<int>(*length);
    return network;
}

std::vector<Network> parse_networks(const std::string& text) {
    std::vector<Network> networks;
    for (const auto& part : split(text, ',')) {
        const auto network = parse_network(part);
        if (!network) {
            return {};
        }
        networks.push_back(*network);
    }
    return networks;
}

bool has_host_bits(const Network& network) {
    for (int i = network.length; i < network.bits; ++i) {
        if (bit(network, i)) {
            return true;
        }
    }
    return false;
}

std::string without_host_bits(const Network& network) {
    auto bytes = network.bytes;
    for (int i = network.length; i < network.bits; ++i) {
        bytes.at(static_cast<std::size_t>(i / 8)) &=
            static_cast<std::uint8_t>(~(0x80U >> static_cast<unsigned>(i % 8)));
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(network.bits == 32 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
    return std::string(text.data()) + "/" + std::to_string(network.length);
}

bool is_inside(const Network& inner, const Network& outer) {
    if (inner.bits != outer.bits || inner.length < outer.length) {
        return false;
    }
    for (int i = 0; i < outer.length; ++i) {
        if (bit(inner, i) != bit(outer, i)) {
            return false;
        }
    }
    return true;
}

bool overlap(const Network& a, const Network& b) {
    return is_inside(a, b) || is_inside(b, a);
}

std::string place_of_url(const std::string& url) {
    const auto authority = authority_of_url(url);
    if (authority.empty() || !port_of_url(url).empty()) {
        return authority;
    }
    return authority + (url.starts_with("http:") ? ":80" : ":443");
}

void check_networks(const Settings& settings, Diagnostics& diagnostics) {
    for (const auto& entry : settings) {
        check_setting(settings, entry.first, diagnostics);
    }
}

} // namespace k8s_node
