#include "language/setting_definition.hpp"

#include <algorithm>
#include <array>

#include "language/expand.hpp"
#include "language/families.hpp"
#include "language/pattern.hpp"
#include "support/text.hpp"
#include "yaml/reader.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<const char*, SettingType>, 16> setting_types = {{
    {"text", SettingType::text},
    {"boolean", SettingType::boolean},
    {"integer", SettingType::integer},
    {"port", SettingType::port},
    {"ip", SettingType::ip},
    {"ipv4", SettingType::ipv4},
    {"ips", SettingType::ips},
    {"cidr", SettingType::cidr},
    {"ipv4_cidr", SettingType::ipv4_cidr},
    {"cidrs", SettingType::cidrs},
    {"path", SettingType::path},
    {"url", SettingType::url},
    {"duration", SettingType::duration},
    {"choice", SettingType::choice},
    {"name", SettingType::name},
    {"list", SettingType::list},
}};

SettingType read_setting_type(MapReader& reader, Diagnostics& diagnostics) {
    const auto word = reader.take_text("type", "text");
    std::vector<std::string> known;
    for (const auto& [name, type] : setting_types) {
        if (word == name) {
            return type;
        }
        known.emplace_back(name);
    }
    const auto near = nearest_word(word, known);
    diagnostics.add(reader.at("type"), "unknown setting type '" + word + "'",
                    near ? "did you mean '" + *near + "'?" : "types: " + join(known, ", "));
    return SettingType::text;
}

/// Reports relations to networks of types that have none.
void check_relations(const SettingSpec& spec, MapReader& reader, Diagnostics& diagnostics) {
    for (const auto* key : {"inside", "apart_from", "families_of", "same_families"}) {
        if (!is_network_type(spec.type) && reader.take(key) != nullptr) {
            diagnostics.add(reader.at(key),
                            "'" + std::string(key) + "' is for addresses and networks");
        }
    }
    if (spec.type != SettingType::integer && !spec.prefix_of.empty()) {
        diagnostics.add(reader.at("prefix_of"), "'prefix_of' is for integers");
    }
}

/// Reports limits on types that have none.
void check_limits(const SettingSpec& spec, MapReader& reader, Diagnostics& diagnostics) {
    const bool limited = spec.minimum || spec.maximum;
    if (limited && spec.type != SettingType::integer) {
        diagnostics.add(reader.at(spec.minimum ? "min" : "max"),
                        "'min' and 'max' are limits of an integer");
    }
    if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum) {
        diagnostics.add(reader.at("min"), "'min' is larger than 'max'");
    }
    if (spec.type == SettingType::choice && spec.choices.empty()) {
        diagnostics.add(spec.at, "a setting of type 'choice' needs 'values'",
                        "values: [first, second]");
    }
    if (spec.type != SettingType::choice && !spec.choices.empty()) {
        diagnostics.add(reader.at("values"), "'values' is for a choice only");
    }
    const bool textual = spec.type == SettingType::text || spec.type == SettingType::url ||
                         spec.type == SettingType::list || spec.type == SettingType::path;
    if (!spec.pattern.empty() && !textual) {
        diagnostics.add(reader.at("pattern"), "'pattern' is for texts, paths, URLs and lists");
    } else if (const auto problem = pattern_problem(spec.pattern)) {
        diagnostics.add(reader.at("pattern"), "'pattern' is not a regular expression: " + *problem);
    }
    if (spec.fixed && spec.type == SettingType::list) {
        diagnostics.add(reader.at("fixed"), "'fixed' is for single values");
    }
    check_relations(spec, reader, diagnostics);
}

/// True if the default is a list of alternatives, of which the first remaining item counts: all
/// but the last have a condition. The default of a list setting never is.
bool has_alternatives(const Tree& setting) {
    const auto* fallback = setting.find("default");
    const auto* type = setting.find("type");
    if (fallback == nullptr || !fallback->is_list() || fallback->items().empty() ||
        (type != nullptr && type->text() == "list")) {
        return false;
    }
    const auto& items = fallback->items();
    return is_conditional_value(items.front()) &&
           std::all_of(items.begin(), std::prev(items.end()), is_conditional_value);
}

/// Returns the setting with the first of its alternatives as its default, or with none.
Tree with_first_alternative(Tree setting) {
    for (auto& entry : setting.entries()) {
        if (entry.key == "default") {
            auto items = entry.value.items();
            entry.value = items.empty() ? Tree::null(entry.value.at()) : std::move(items.front());
        }
    }
    return setting;
}

bool read_truth(const std::string& key, MapReader& reader, Diagnostics& diagnostics) {
    const auto* tree = reader.take(key);
    const auto truth = tree == nullptr ? std::optional(false) : tree->as_bool();
    if (!truth) {
        diagnostics.add(tree->at(), "'" + key + "' must be true or false, not " + tree->describe());
    }
    return truth.value_or(false);
}

SettingSpec read(const std::string& component, const Tree::Entry& entry, Diagnostics& diagnostics) {
    MapReader reader(entry.value, "setting '" + entry.key + "'", diagnostics);
    SettingSpec spec;
    spec.component = component;
    spec.key = entry.key;
    spec.at = entry.key_at;
    const auto reported = diagnostics.size();
    spec.type = read_setting_type(reader, diagnostics);
    if (const auto* fallback = reader.take("default")) {
        spec.fallback = *fallback;
    }
    spec.required = entry.value.is_map() && entry.value.find("default") == nullptr;
    if (read_truth("required", reader, diagnostics)) {
        spec.required = true;
        spec.fallback.reset();
    }
    spec.fixed = read_truth("fixed", reader, diagnostics);
    spec.doc = reader.take_text("doc");
    spec.minimum = reader.take_integer("min");
    spec.maximum = reader.take_integer("max");
    spec.choices = reader.take_texts("values");
    spec.pattern = reader.take_text("pattern");
    spec.inside = reader.take_texts("inside");
    spec.apart_from = reader.take_texts("apart_from");
    spec.families_of = reader.take_texts("families_of");
    spec.same_families = reader.take_texts("same_families");
    spec.prefix_of = reader.take_texts("prefix_of");
    if (diagnostics.size() == reported && entry.value.is_map()) {
        check_limits(spec, reader, diagnostics);
    }
    reader.finish();
    return spec;
}

} // namespace

const char* type_name(SettingType type) {
    const auto* const found =
        std::ranges::find(setting_types, type, &std::pair<const char*, SettingType>::second);
    return found == setting_types.end() ? "" : found->first;
}

bool is_reference_part(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    });
}

SettingSpec read_setting(const std::string& component, const Tree::Entry& entry,
                         Diagnostics& diagnostics) {
    if (!is_reference_part(entry.key)) {
        diagnostics.add(entry.key_at, "'" + entry.key + "' is not a valid setting name",
                        "use letters, digits, '-' and '_'");
    }
    auto plain = without_conditions(entry.value);
    if (has_alternatives(entry.value)) {
        plain = with_first_alternative(std::move(plain));
    }
    auto spec = read(component, {entry.key, entry.key_at, std::move(plain)}, diagnostics);
    spec.declared = entry.value;
    return spec;
}

SettingSpec specialized_setting(const SettingSpec& spec, Scope& before_settings,
                                Diagnostics& diagnostics) {
    if (!has_conditions(spec.declared)) {
        return spec;
    }
    const auto reported = diagnostics.size();
    Tree declared = decided(spec.declared, before_settings, diagnostics);
    if (diagnostics.size() != reported) {
        return spec;
    }
    if (has_alternatives(spec.declared)) {
        declared = with_first_alternative(std::move(declared));
    }
    // A default whose condition is false gives no value, but it is declared.
    if (spec.fallback && declared.find("default") == nullptr) {
        declared.entries().push_back({"default", spec.at, Tree::null(spec.at)});
    }
    auto specialized = read(spec.component, {spec.key, spec.at, std::move(declared)}, diagnostics);
    specialized.declared = spec.declared;
    return specialized;
}

} // namespace k8s_node
