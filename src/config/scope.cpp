#include "config/scope.hpp"

#include <cstdint>
#include <utility>

#include "config/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// Texts keep being texts when they look like numbers or booleans.
bool is_textual(SettingType type) {
    return type != SettingType::boolean && type != SettingType::integer &&
           type != SettingType::port && type != SettingType::list;
}

std::string flatten(const Tree& value) {
    if (!value.is_list()) {
        return value.text();
    }
    std::vector<std::string> parts;
    for (const auto& item : value.items()) {
        parts.push_back(item.text());
    }
    return join(parts, ",");
}

} // namespace

Scope::Scope(Settings settings, HostValues host, std::set<std::string> components,
             Diagnostics& diagnostics)
    : settings_(std::move(settings)), host_(std::move(host)), components_(std::move(components)),
      diagnostics_(diagnostics) {}

void Scope::define(const std::string& name, std::string value) {
    fixed_[name] = std::move(value);
}

const Tree* Scope::tree(const std::string& name) {
    const auto found = settings_.find(name);
    if (found == settings_.end()) {
        return nullptr;
    }
    resolve(found->second, name);
    met_broken_ = met_broken_ || broken_.contains(name);
    return found->second.value ? &*found->second.value : nullptr;
}

std::optional<std::string> Scope::text(const std::string& name) {
    if (name.starts_with("host.")) {
        const auto fact = host_.find(name.substr(5));
        return fact == host_.end() ? std::nullopt : std::optional(fact->second);
    }
    if (name.starts_with("has.")) {
        return components_.contains(name.substr(4)) ? "true" : "false";
    }
    if (name.starts_with("config.")) {
        return std::string(paths::current) + "/config/" + name.substr(7);
    }
    if (name.starts_with("credential.")) {
        return std::string(1, credentials_directory_marker) + "/" + name.substr(11);
    }
    if (const auto fixed = fixed_.find(name); fixed != fixed_.end()) {
        return fixed->second;
    }
    if (settings_.contains(name)) {
        const auto* value = tree(name);
        return value == nullptr ? std::string() : flatten(*value);
    }
    // ${component.network.host.N}: the Nth address of a network.
    const auto at = name.rfind(".host.");
    return at == std::string::npos ? std::nullopt : host_of(name, at);
}

std::optional<std::string> Scope::host_of(const std::string& name, std::size_t dot) {
    const auto network = text(name.substr(0, dot));
    if (broken_.contains(name.substr(0, dot))) {
        return ""; // it is said where the network is set
    }
    const auto number = parse_integer(name.substr(dot + 6));
    return network && number && *number >= 0 && *number <= UINT32_MAX
               ? host_of_cidr(*network, static_cast<std::uint32_t>(*number))
               : std::nullopt;
}

Lookup Scope::lookup() {
    return [this](const std::string& name) { return text(name); };
}

Tree Scope::resolved(const Tree& raw) {
    if (raw.is_list()) {
        Tree list = Tree::list(raw.at());
        for (const auto& item : raw.items()) {
            list.items().push_back(resolved(item));
        }
        return list;
    }
    if (!raw.is_scalar() || raw.text().find('$') == std::string::npos) {
        return raw;
    }
    return Tree::scalar(interpolate(raw.text(), lookup(), raw.at(), diagnostics_), raw.quoted(),
                        raw.at());
}

void Scope::resolve(Setting& setting, const std::string& name) {
    if (done_.contains(name)) {
        return;
    }
    if (!in_progress_.insert(name).second) {
        diagnostics_.add(
            setting.value ? setting.value->at() : setting.spec.at,
            "setting '" + name + "' refers to itself",
            "by way of " +
                join(std::vector<std::string>(in_progress_.begin(), in_progress_.end()), ", "));
        done_.insert(name);
        broken_.insert(name);
        return;
    }
    const auto reported = diagnostics_.size();
    const bool outer = std::exchange(met_broken_, false);
    if (setting.value) {
        Tree value = resolved(*setting.value);
        if (is_textual(setting.spec.type) && value.is_scalar()) {
            value = Tree::scalar(value.text(), true, value.at());
        }
        setting.value = std::move(value);
        // One mistake, one message: not another for what it was built into.
        if (!met_broken_ && diagnostics_.size() == reported) {
            check(setting, name);
        }
    }
    if (met_broken_ || diagnostics_.size() != reported) {
        broken_.insert(name);
    }
    met_broken_ = outer;
    in_progress_.erase(name);
    done_.insert(name);
}

void Scope::check(const Setting& setting, const std::string& name) {
    if (const auto problem = value_problem(setting.spec, *setting.value)) {
        diagnostics_.add(setting.value->at(), "setting '" + name + "' " + *problem,
                         setting.spec.doc);
    }
}

Settings Scope::finish() {
    for (auto& [name, setting] : settings_) {
        resolve(setting, name);
    }
    return settings_;
}

} // namespace k8s_node
