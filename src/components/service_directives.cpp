// Directives of a service's unit, under systemd's own names.
#include <algorithm>
#include <map>

#include "components/service_parts.hpp"
#include "support/text.hpp"
#include "unit/directives.hpp"
#include "unit/unit_file.hpp"

namespace k8s_node {

namespace {

/// Returns the component key that sets a directive, or nullptr: given here as well, there would
/// be two.
const std::string* own_key(const std::string& directive) {
    static const std::map<std::string, std::string> keys = {
        {"ExecStart", "'exec', 'arguments' and 'flags'"},
        {"Description", "'description'"},
        {"Documentation", "'documentation'"},
    };
    const auto found = keys.find(directive);
    return found == keys.end() ? nullptr : &found->second;
}

/// Reports unknown directives: systemd only warns of them and runs the service without them.
void check_name(const std::string& section, const Tree::Entry& directive,
                Diagnostics& diagnostics) {
    const auto& key = directive.key;
    const auto& known = unit::known_directives(section);
    if (const auto* own = own_key(key)) {
        diagnostics.add(directive.key_at, "'" + key + "' is set by " + *own + " of the service",
                        "set it there");
    } else if (!key.starts_with("X-") &&
               std::find(known.begin(), known.end(), key) == known.end()) {
        const auto near = nearest_word(key, known);
        const auto& others = unit::known_directives(section == "Unit" ? "Service" : "Unit");
        const bool elsewhere = std::find(others.begin(), others.end(), key) != others.end();
        diagnostics.add(directive.key_at,
                        "systemd has no directive '" + key + "' in [" + section + "]",
                        elsewhere ? "it belongs to '" +
                                        std::string(section == "Unit" ? "service" : "unit") + "'"
                        : near ? "did you mean '" + *near + "'?"
                               : "see systemd.directives(7)");
    }
}

void check_word(const std::string& directive, const Tree& value, Diagnostics& diagnostics) {
    const auto values = unit::directive_values(directive);
    const auto& text = value.text();
    if (values.empty() || text.empty() || text.find('%') != std::string::npos ||
        std::find(values.begin(), values.end(), text) != values.end()) {
        return;
    }
    const auto near = nearest_word(text, values);
    diagnostics.add(value.at(), "'" + directive + "' has no value '" + text + "'",
                    near ? "did you mean '" + *near + "'?" : "it is one of " + join(values, ", "));
}

void check_value(const std::string& section, const std::string& directive, const Tree& value,
                 Diagnostics& diagnostics) {
    require_writable(value.at(), diagnostics, [&] {
        unit::UnitFile file;
        file.add(section, directive, unit::Value::verbatim(value.text()));
        return file.write();
    });
    if (value.text().ends_with('\\')) {
        diagnostics.add(value.at(), "'" + directive +
                                        "' must not end with a backslash: systemd "
                                        "would read the next line as part of it");
    }
    check_word(directive, value, diagnostics);
}

std::vector<UnitProperty> read_section(const Tree* map, const std::string& section,
                                       Diagnostics& diagnostics) {
    std::vector<UnitProperty> out;
    if (map == nullptr) {
        return out;
    }
    for (const auto& entry : map->entries()) {
        const auto reported = diagnostics.size();
        check_name(section, entry, diagnostics);
        UnitProperty property{entry.key, {}};
        if (diagnostics.size() == reported) {
            for (const auto* value : scalars_of(entry.value, "'" + entry.key + "'", diagnostics)) {
                check_value(section, entry.key, *value, diagnostics);
                property.values.push_back(value->text());
            }
        }
        out.push_back(std::move(property));
    }
    return out;
}

} // namespace

void read_directives(MapReader& reader, ServiceSpec& service, Diagnostics& diagnostics) {
    service.unit_properties = read_section(reader.take_map("unit"), "Unit", diagnostics);
    service.service_properties = read_section(reader.take_map("service"), "Service", diagnostics);
}

} // namespace k8s_node
