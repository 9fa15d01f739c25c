#include "config/values.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>

#include "config/interpolate.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

bool is_ip(const std::string& text) {
    std::array<std::uint8_t, 16> address{};
    return ::inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

/// Go's time.ParseDuration without signs and fractions: "5s", "1h30m".
bool is_duration(const std::string& text) {
    static constexpr std::array<std::string_view, 5> units = {"ms", "us", "h", "m", "s"};
    std::string_view rest = text;
    bool any = false;
    while (!rest.empty()) {
        const auto digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
        rest.remove_prefix(digits);
        const auto* const unit = std::find_if(units.begin(), units.end(), [&](auto candidate) {
            return rest.starts_with(candidate);
        });
        if (digits == 0 || unit == units.end()) {
            return false;
        }
        rest.remove_prefix(unit->size());
        any = true;
    }
    return any;
}

std::optional<std::string> integer_problem(const SettingSpec& spec, const Tree& value) {
    const auto low = spec.type == SettingType::port ? 1 : spec.minimum;
    const auto high = spec.type == SettingType::port ? 65535 : spec.maximum;
    const auto number = value.as_integer();
    if (number && (!low || *number >= *low) && (!high || *number <= *high)) {
        return std::nullopt;
    }
    std::string wanted = spec.type == SettingType::port ? "a port" : "a whole number";
    wanted += low ? " from " + std::to_string(*low) : "";
    wanted += high ? " to " + std::to_string(*high) : "";
    return wanted;
}

std::optional<std::string> wanted_instead(const SettingSpec& spec, const Tree& value) {
    const auto unless = [](bool good, const char* wanted) {
        return good ? std::nullopt : std::optional<std::string>(wanted);
    };
    const auto& text = value.text();
    switch (spec.type) {
    case SettingType::text:
        return std::nullopt;
    case SettingType::boolean:
        return unless(value.as_bool().has_value(), "true or false");
    case SettingType::integer:
    case SettingType::port:
        return integer_problem(spec, value);
    case SettingType::ip:
        return unless(is_ip(text), "an IP address");
    case SettingType::cidr:
        return unless(host_of_cidr(text, 0).has_value(), "a network such as 10.244.0.0/16");
    case SettingType::path:
        return unless(text.starts_with('/'), "an absolute path");
    case SettingType::url:
        return unless(text.find("://") != std::string::npos, "a URL such as https://host:port");
    case SettingType::duration:
        return unless(is_duration(text), "a duration such as 30s or 1h30m");
    case SettingType::choice:
        return unless(std::find(spec.choices.begin(), spec.choices.end(), text) !=
                          spec.choices.end(),
                      ("one of " + join(spec.choices, ", ")).c_str());
    case SettingType::name:
        return unless(is_dns_subdomain(text),
                      "a DNS name: lower-case letters, digits, '-' and '.'");
    case SettingType::list:
        return std::nullopt;
    }
    return std::nullopt;
}

bool has_control_character(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    });
}

} // namespace

std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value) {
    if (spec.type == SettingType::list) {
        const bool good =
            value.is_list() && std::all_of(value.items().begin(), value.items().end(),
                                           [](const Tree& i) { return i.is_scalar(); });
        return good ? std::nullopt
                    : std::optional("must be a list of texts, not " + value.describe());
    }
    if (!value.is_scalar()) {
        return "must be a single value, not " + value.describe();
    }
    if (has_control_character(value.text())) {
        return "must not hold control characters";
    }
    const auto wanted = wanted_instead(spec, value);
    return wanted ? std::optional("must be " + *wanted + ", not " + value.describe())
                  : std::nullopt;
}

bool is_dns_subdomain(const std::string& text) {
    const auto labels = split(text, '.');
    return text.size() <= 253 && std::all_of(labels.begin(), labels.end(), [](const auto& label) {
               const auto plain = [](char c) {
                   return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
               };
               return !label.empty() && label.size() <= 63 && plain(label.front()) &&
                      plain(label.back()) && std::all_of(label.begin(), label.end(), [&](char c) {
                          return plain(c) || c == '-';
                      });
           });
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
