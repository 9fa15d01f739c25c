#include "language/networks.hpp"

#include <algorithm>
#include <arpa/inet.h>

#include "language/blame.hpp"
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

void report(const Pair& pair, const std::string& relation, Diagnostics& diagnostics) {
    const auto& own = *pair.setting->value;
    const auto& other = *pair.other->value;
    const bool to_other = is_closer(other.at(), own.at());
    const auto& place = to_other ? other.at() : own.at();
    diagnostics.add(place,
                    "setting '" + pair.name + "' (" + own.text() + ") must lie " + relation + " '" +
                        pair.other_name + "' (" + other.text() + ")",
                    to_other ? "'" + pair.name + "' is set in " + own.at().text()
                             : "'" + pair.other_name + "' is set in " + other.at().text());
}

void check(const Pair& pair, bool inside, Diagnostics& diagnostics) {
    const auto own = parse_network(pair.setting->value->text());
    const auto other = parse_network(pair.other->value->text());
    if (own && other && (inside ? !is_inside(*own, *other) : overlap(*own, *other))) {
        report(pair, inside ? "inside" : "apart from", diagnostics);
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
    for (const auto& [name, setting] : settings) {
        const auto each = [&, &name = name, &setting = setting](
                              const std::vector<std::string>& others, bool inside) {
            for (const auto& other_name : others) {
                const auto other = settings.find(other_name);
                if (setting.value && other != settings.end() && other->second.value) {
                    check({name, &setting, other_name, &other->second}, inside, diagnostics);
                }
            }
        };
        each(setting.spec.inside, true);
        each(setting.spec.apart_from, false);
    }
}

} // namespace k8s_node
