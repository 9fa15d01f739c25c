#include "language/scope.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "language/families.hpp"
#include "language/networks.hpp"
#include "language/values.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

/// True for types whose values stay strings even if they look like numbers or booleans.
bool is_textual(SettingType type) {
    return type != SettingType::boolean && type != SettingType::integer &&
           type != SettingType::port && type != SettingType::list;
}

/// Returns "component.setting" of "component.setting.part", or the name itself.
std::string setting_in(const std::string& name) {
    return name.substr(0, name.find('.', std::min(name.find('.'), name.size() - 1) + 1));
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

Scope::Scope(Settings settings, HostValues host, Diagnostics& diagnostics)
    : settings_(std::move(settings)), names_(std::move(host)), diagnostics_(diagnostics) {}

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
    if (settings_.contains(name)) {
        const auto* value = tree(name);
        return value == nullptr ? std::string() : flatten(*value);
    }
    if (auto fixed = names_.text(name)) {
        return fixed;
    }
    if (auto part = part_of_url(name, ".hostname", host_of_url)) {
        return part;
    }
    if (auto part = part_of_url(name, ".authority", place_of_url)) {
        return part;
    }
    return part_of_networks(name);
}

/// ${component.url.hostname} and ${component.url.authority}: "host" and "host:port" of a URL.
std::optional<std::string> Scope::part_of_url(const std::string& name, std::string_view part,
                                              std::string (*take)(const std::string&)) {
    const auto url = name.substr(0, name.size() - std::min(name.size(), part.size()));
    if (!name.ends_with(part) || !settings_.contains(url)) {
        return std::nullopt;
    }
    const auto* value = tree(url);
    return value == nullptr ? "" : take(value->text());
}

bool Scope::names_families(const std::string& name) const {
    const auto found = settings_.find(setting_in(name));
    return found != settings_.end() && may_have_families(found->second.spec.type);
}

/// ${component.setting.PART} and ${component.setting.PART.host.N}, see part_of_addresses().
std::optional<std::string> Scope::part_of_networks(const std::string& name) {
    constexpr std::string_view host = ".host.";
    const auto setting = setting_in(name);
    const auto found = settings_.find(setting);
    if (found == settings_.end() || !is_network_type(found->second.spec.type)) {
        return std::nullopt;
    }
    const auto whole = text(setting);
    if (broken_.contains(setting)) {
        met_broken_ = true;
        return ""; // reported where the network is set
    }
    const auto at = name.find(host);
    const auto part = name.substr(setting.size(), at - setting.size());
    const auto networks = part.empty() ? whole : part_of_addresses(*whole, part.substr(1));
    return !networks || at == std::string::npos
               ? networks
               : hosts_of(setting, *networks, name.substr(at + host.size()));
}

/// The address of this number in each of the networks.
std::optional<std::string> Scope::hosts_of(const std::string& setting, const std::string& networks,
                                           const std::string& number) {
    const auto n = parse_integer(number);
    if (!n || *n < 0 || *n > UINT32_MAX) {
        return std::nullopt;
    }
    std::vector<std::string> hosts;
    for (const auto& network : split(networks, ',')) {
        auto host = host_of_cidr(network, static_cast<std::uint32_t>(*n));
        if (!host && !network.empty()) {
            // The network is wrong, not the reference that asks for an address.
            const auto& wrong = settings_.at(setting);
            diagnostics_.add(wrong.value ? wrong.value->at() : wrong.spec.at,
                             "setting '" + setting + "' is too small: " + network +
                                 " has no address number " + number,
                             wrong.spec.doc);
            broken_.insert(setting);
            met_broken_ = true;
            return "";
        }
        hosts.push_back(host.value_or(""));
    }
    return join(hosts, ",");
}

std::string Scope::interpolated(const std::string& text, const Position& at,
                                Diagnostics& diagnostics) {
    const auto hint = [this](const std::string& name) {
        std::vector<std::string> settings;
        for (const auto& [setting, value] : settings_) {
            settings.push_back(setting);
        }
        return names_.hint(name, settings);
    };
    return interpolate(
        text, [this](const std::string& name) { return this->text(name); }, at, diagnostics, hint);
}

Tree Scope::resolved(const Tree& raw, const SettingSpec& spec) {
    if (raw.is_list()) {
        Tree list = Tree::list(raw.at());
        for (const auto& item : raw.items()) {
            list.items().push_back(resolved(item, spec));
        }
        return list;
    }
    if (!raw.is_scalar()) {
        return raw;
    }
    const bool refers = raw.text().find('$') != std::string::npos;
    return Tree::scalar(refers ? interpolated(raw.text(), raw.at(), diagnostics_) : raw.text(),
                        raw.quoted() || is_textual(spec.type), raw.at());
}

void Scope::report_cycle(const Setting& setting, const std::string& name) {
    const auto start = std::find(in_progress_.begin(), in_progress_.end(), name);
    const std::vector<std::string> way(start, in_progress_.end());
    diagnostics_.add(setting.value ? setting.value->at() : setting.spec.at,
                     "setting '" + name + "' refers to itself", join(way, " -> ") + " -> " + name);
}

void Scope::resolve(Setting& setting, const std::string& name) {
    if (done_.contains(name)) {
        return;
    }
    if (std::find(in_progress_.begin(), in_progress_.end(), name) != in_progress_.end()) {
        report_cycle(setting, name);
        done_.insert(name);
        broken_.insert(name);
        return;
    }
    in_progress_.push_back(name);
    if (setting.value) {
        const bool outer = std::exchange(met_broken_, false);
        determine(setting, name);
        met_broken_ = outer;
    }
    in_progress_.pop_back();
    done_.insert(name);
}

void Scope::determine(Setting& setting, const std::string& name) {
    const auto reported = diagnostics_.size();
    Tree value = resolved(*setting.value, setting.spec);
    // One mistake, one message: not another one for values built from it.
    if (!met_broken_ && diagnostics_.size() == reported) {
        if (const auto problem = value_problem(setting.spec, value)) {
            diagnostics_.add(culprit_of(setting.spec, value).at(),
                             "setting '" + name + "' " + *problem, setting.spec.doc);
        }
    }
    if (!met_broken_ && diagnostics_.size() == reported) {
        setting.value = std::move(value);
        return;
    }
    setting.value = resolved_fallback(setting.spec);
    if (setting.value) {
        broken_.erase(name);
    } else {
        broken_.insert(name);
    }
}

std::optional<Tree> Scope::resolved_fallback(const SettingSpec& spec) {
    if (!spec.fallback || spec.fallback->is_null()) {
        return std::nullopt;
    }
    const auto reported = diagnostics_.size();
    met_broken_ = false;
    Tree value = resolved(*spec.fallback, spec);
    const bool good =
        !met_broken_ && diagnostics_.size() == reported && !value_problem(spec, value);
    return good ? std::optional(std::move(value)) : std::nullopt;
}

Settings Scope::finish() {
    for (auto& [name, setting] : settings_) {
        resolve(setting, name);
    }
    return settings_;
}

} // namespace k8s_node
