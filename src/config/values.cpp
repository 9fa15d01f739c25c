#include "config/values.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cctype>

#include "config/interpolate.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

std::string wanted_number(const SettingSpec& spec) {
    if (spec.type == SettingType::port) {
        return "a port from 1 to 65535";
    }
    std::string wanted = "a whole number";
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

bool is_list_of_texts(const Tree& value) {
    return value.is_list() && std::all_of(value.items().begin(), value.items().end(),
                                          [](const Tree& item) { return item.is_scalar(); });
}

bool fits(const SettingSpec& spec, const Tree& value) {
    const auto& text = value.text();
    switch (spec.type) {
    case SettingType::text:
        return true;
    case SettingType::boolean:
        return value.as_bool().has_value();
    case SettingType::integer:
    case SettingType::port:
        return is_number(spec, value);
    case SettingType::ip:
        return is_ip(text);
    case SettingType::cidr:
        return host_of_cidr(text, 0).has_value();
    case SettingType::path:
        return text.starts_with('/');
    case SettingType::url:
        return is_url(text);
    case SettingType::duration:
        return is_duration(text);
    case SettingType::choice:
        return std::find(spec.choices.begin(), spec.choices.end(), text) != spec.choices.end();
    case SettingType::name:
        return is_dns_subdomain(text);
    case SettingType::list:
        return is_list_of_texts(value);
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
        return "a text";
    case SettingType::boolean:
        return "true or false";
    case SettingType::integer:
    case SettingType::port:
        return wanted_number(spec);
    case SettingType::ip:
        return "an IP address";
    case SettingType::cidr:
        return "a network such as 10.244.0.0/16";
    case SettingType::path:
        return "an absolute path";
    case SettingType::url:
        return "a URL such as https://host:port";
    case SettingType::duration:
        return "a duration such as 30s or 1h30m";
    case SettingType::choice:
        return "one of " + join(spec.choices, ", ");
    case SettingType::name:
        return "a DNS name: lower-case letters, digits, '-' and '.'";
    case SettingType::list:
        return "a list of texts";
    }
    return {};
}

std::optional<std::string> value_problem(const SettingSpec& spec, const Tree& value) {
    if (spec.type != SettingType::list && !value.is_scalar()) {
        return "must be a single value, not " + value.describe();
    }
    if (has_control_character(value.text())) {
        return "must not hold control characters";
    }
    return fits(spec, value)
               ? std::nullopt
               : std::optional("must be " + wanted_value(spec) + ", not " + value.describe());
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
    const std::string_view no_host = text.starts_with("http") ? "/:?#" : ":?#";
    return no_host.find(text[colon + 3]) == std::string_view::npos &&
           std::none_of(text.begin(), text.end(),
                        [](unsigned char c) { return c <= 0x20 || c == 0x7f; });
}

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

bool is_version(const std::string& text) {
    const auto first = text.starts_with('v') ? 1U : 0U;
    return first < text.size() && std::isdigit(static_cast<unsigned char>(text[first])) != 0;
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
