#include "explaining/other_values.hpp"

#include <algorithm>

namespace k8s_node {

namespace {

std::vector<std::string> other_numbers(const SettingSpec& spec, std::int64_t value) {
    std::vector<std::string> numbers;
    for (const auto number : {value + 1, value - 1, value + 100}) {
        if (number >= spec.minimum.value_or(1) && number <= spec.maximum.value_or(number)) {
            numbers.push_back(std::to_string(number));
        }
    }
    return numbers;
}

/// Returns values of a type that is text, whatever the present one is.
std::vector<std::string> samples_of(SettingType type, const std::string& value) {
    switch (type) {
    case SettingType::ip:
    case SettingType::ipv4:
    case SettingType::ips:
        return {"192.0.2.77", "10.96.0.77", "10.96.0.11"};
    case SettingType::cidr:
    case SettingType::ipv4_cidr:
    case SettingType::cidrs:
        return {"10.211.0.0/16", "10.244.7.0/24", "172.31.0.0/16", "192.168.0.0/17"};
    case SettingType::url:
        return {"https://explained.example:7443"};
    case SettingType::duration:
        return {"7m", "77s", "1h"};
    case SettingType::list:
        return {"[explained.example]", "[\"192.0.2.77\"]", "[/explained]", "[explained=true]"};
    case SettingType::path:
        return {value.empty() ? "/explained" : value + "-explained"};
    case SettingType::name:
        return {"explained.example", "explained"};
    default:
        return {"\"" + value + "x\"", "explained", "explained.example", "\"7\""};
    }
}

} // namespace

std::vector<std::string> other_values(const Setting& setting) {
    const auto& spec = setting.spec;
    const bool is_set = setting.value.has_value();
    if (spec.type == SettingType::boolean) {
        return {is_set && setting.value->as_bool().value_or(false) ? "false" : "true"};
    }
    if (spec.type == SettingType::integer || spec.type == SettingType::port) {
        const auto value = is_set ? setting.value->as_integer() : std::nullopt;
        return other_numbers(spec, value.value_or(spec.minimum.value_or(1)));
    }
    const auto value = is_set && setting.value->is_scalar() ? setting.value->text() : "";
    auto values = spec.type == SettingType::choice ? spec.choices : samples_of(spec.type, value);
    std::erase(values, value);
    return values;
}

} // namespace k8s_node
