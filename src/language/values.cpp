#include "language/values.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>

#include "language/families.hpp"
#include "language/networks.hpp"
#include "language/pattern.hpp"
#include "model/duration.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string wanted_number(const SettingSpec& spec) {
    if (spec.type == SettingType::port) {
        return "a port from 1 to 65535";
    }
    std::string wanted = "an integer";
    wanted += spec.minimum ? " from " + std::to_string(*spec.minimum) : "";
    wanted += spec.maximum ? " to " + std::to_string(*spec.maximum) : "";
    return wanted;
}

bool is_number(const SettingSpec& spec, const Tree& value) {
    const bool port = spec.type == SettingType::port;
    const auto low = port ? 1 : spec.minimum;
    const auto high = port ? 65535 : spec.maximum;
    const auto number = value.as_integer();
    return number && (!low || *number >= *low) && (!high || *number <= *high);
}

bool is_item(const SettingSpec& spec, const Tree& item) {
    return item.is_scalar() && matches_pattern(item.text(), spec.pattern);
}

bool is_cidr(SettingType type) {
    return type == SettingType::cidr || type == SettingType::ipv4_cidr;
}

bool is_network(const std::string& text) {
    const auto network = parse_network(text);
    return network && text.find('/') != std::string::npos && !has_host_bits(*network);
}

/// True for a unicast address: not the wildcard, loopback or multicast.
bool is_reachable_ipv4(const std::string& text) {
    const auto address = parse_network(text);
    const auto first = address ? address->bytes.front() : 0;
    return address && address->bits == 32 && text.find('/') == std::string::npos && first != 0 &&
           first != 127 && first < 224;
}

std::string matching(const std::string& what, const SettingSpec& spec) {
    return spec.pattern.empty() ? what : what + " matching " + spec.pattern;
}

bool is_web_scheme(const std::string& scheme) {
    return scheme == "http" || scheme == "https";
}

/// True if the text after "https://" starts with a host and an optional port; proxies and mirrors
/// may have a user name before '@'.
bool begins_with_host(const std::string& rest) {
    const auto authority = rest.substr(0, rest.find_first_of("/?#"));
    auto host = authority.substr(authority.rfind('@') + 1);
    std::string port = "1";
    const auto bracket = host.find(']');
    const auto colon = host.find(':', bracket == std::string::npos ? 0 : bracket);
    if (colon != std::string::npos) {
        port = host.substr(colon + 1);
        host = host.substr(0, colon);
    }
    const auto number = parse_integer(port);
    if (!number || *number < 1 || *number > 65535) {
        return false;
    }
    if (host.starts_with('[')) {
        return host.ends_with(']') && host.find(':') != std::string::npos &&
               is_ip(host.substr(1, host.size() - 2));
    }
    const bool numbers = host.find_first_not_of("0123456789.") == std::string::npos;
    return !host.empty() && (!numbers || is_ip(host)) &&
           host.find_first_of("[]<>\"\\^`{|}%$&'()*,;=!+") == std::string::npos;
}

bool is_valid(const SettingSpec& spec, const Tree& value) {
    const auto& text = value.text();
    switch (spec.type) {
    case SettingType::text:
        return matches_pattern(text, spec.pattern);
    case SettingType::boolean:
        return value.as_bool().has_value();
    case SettingType::integer:
    case SettingType::port:
        return is_number(spec, value);
    case SettingType::ip:
        return is_ip(text);
    case SettingType::ipv4:
        return is_reachable_ipv4(text);
    case SettingType::ips:
    case SettingType::cidrs:
        return !families_problem(spec.type, text);
    case SettingType::cidr:
        return is_network(text);
    case SettingType::ipv4_cidr:
        return is_network(text) && text.find(':') == std::string::npos;
    case SettingType::path:
        return text.starts_with('/') && matches_pattern(text, spec.pattern);
    case SettingType::url:
        return is_url(text) && matches_pattern(text, spec.pattern);
    case SettingType::duration:
        return is_duration(text);
    case SettingType::choice:
        return spec.choices.empty() ||
               std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end();
    case SettingType::name:
        return is_dns_subdomain(text);
    case SettingType::list:
        return value.is_list() &&
               std::all_of(value.items().begin(), value.items().end(),
                           [&](const Tree& item) { return is_item(spec, item); });
    }
    return true;
}

bool has_control_character(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    });
}

} // namespace

std::string wanted_value(const SettingSpec& spec) {
    switch (spec.type) {
    case SettingType::text:
        return matching("a string", spec);
    case SettingType::boolean:
        return "true or false";
    case SettingType::integer:
    case SettingType::port:
        return wanted_number(spec);
    case SettingType::ip:
        return "an IP address";
    case SettingType::ipv4:
        return "an IP address (IPv4) that other machines can reach";
    case SettingType::ips:
        return "an IP address that other machines can reach, or one of each family";
    case SettingType::cidr:
        return "a network such as 10.244.0.0/16";
    case SettingType::ipv4_cidr:
        return "a network such as 10.244.0.0/16 (IPv4)";
    case SettingType::cidrs:
        return "a network such as 10.244.0.0/16, or one of each family";
    case SettingType::path:
        return matching("an absolute path", spec);
    case SettingType::url:
        return matching("a URL such as https://host:port", spec);
    case SettingType::duration:
        return "a duration such as 30s or 1h30m";
    case SettingType::choice:
        return "one of " + join(spec.choices, ", ");
    case SettingType::name:
        return "a DNS name: lower-case letters, digits, '-' and '.'";
    case SettingType::list:
        return matching("a list of strings", spec);
    }
    return {};
}

std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value) {
    if (spec.type != SettingType::list && !value.is_scalar()) {
        return "must be a single value, not " + value.describe();
    }
    if (has_control_character(value.text())) {
        return "must not contain control characters";
    }
    if (is_valid(spec, value)) {
        return std::nullopt;
    }
    if (may_have_families(spec.type)) {
        return families_problem(spec.type, value.text());
    }
    const auto& culprit = culprit_of(spec, value);
    const auto wanted = "must be " + wanted_value(spec);
    const auto network = is_cidr(spec.type) ? parse_network(value.text()) : std::nullopt;
    if (network && value.text().find('/') != std::string::npos && has_host_bits(*network)) {
        return "must be a network without host bits, " + without_host_bits(*network) + ", not " +
               value.describe();
    }
    if (value.quoted() && is_valid(spec, Tree::scalar(value.text(), false, value.at()))) {
        return wanted + ", not the string \"" + value.text() + "\": leave the quotes out";
    }
    return wanted + ", not " + culprit.describe();
}

const Tree& culprit_of(const SettingSpec& spec, const Tree& value) {
    const auto wrong = std::find_if(value.items().begin(), value.items().end(),
                                    [&](const Tree& item) { return !is_item(spec, item); });
    return wrong == value.items().end() ? value : *wrong;
}

bool is_ip(const std::string& text) {
    std::array<std::uint8_t, 16> address{};
    return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

bool is_url(const std::string& text) {
    const auto colon = text.find("://");
    if (colon == std::string::npos || colon == 0 || colon + 3 == text.size()) {
        return false;
    }
    const bool plain = std::none_of(text.begin(), text.end(),
                                    [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
    return plain && (is_web_scheme(text.substr(0, colon))
                         ? begins_with_host(text.substr(colon + 3))
                         : std::string_view(":?#").find(text[colon + 3]) == std::string_view::npos);
}

bool is_web_url(const std::string& text) {
    return is_url(text) && is_web_scheme(text.substr(0, text.find(':')));
}

bool is_duration(const std::string& text) {
    return parse_duration(text).has_value();
}

bool is_confined_path(const std::string& path) {
    const auto parts = split(path, '/');
    return std::none_of(parts.begin(), parts.end(), [](const auto& part) {
        return part.empty() || part == "." || part == "..";
    });
}

bool is_plain_absolute_path(const std::string& path) {
    return path.starts_with('/') && is_confined_path(path.substr(1));
}

bool is_version(const std::string& text) {
    const auto plain = text.starts_with('v') ? text.substr(1) : text;
    const auto end = plain.find_first_of("-+~");
    const auto numbers = split(plain.substr(0, end), '.');
    return (end == std::string::npos || end + 1 < plain.size()) &&
           std::all_of(numbers.begin(), numbers.end(), [](const auto& number) {
               return parse_integer(number).has_value() && number.front() != '-';
           });
}

int compare_versions(const std::string& left, const std::string& right) {
    const auto strip = [](const std::string& text) {
        const auto plain = text.starts_with('v') ? text.substr(1) : text;
        return split(plain.substr(0, plain.find_first_not_of("0123456789.")), '.');
    };
    const auto a = strip(left);
    const auto b = strip(right);
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        const auto part = [i](const std::vector<std::string>& parts) -> std::int64_t {
            if (i >= parts.size()) {
                return 0;
            }
            return parse_integer(parts[i]).value_or(0);
        };
        if (part(a) != part(b)) {
            return part(a) < part(b) ? -1 : 1;
        }
    }
    return 0;
}

} // namespace k8s_node
