// The names that configuration may refer to, and their values.
#pragma once

#include <set>

#include "language/names.hpp"
#include "model/node_spec.hpp"

namespace k8s_node {

/// Resolves references. Settings are resolved on demand, so that defaults may refer to each other
/// in any order; a cycle is reported once, where it closes. A wrong value is reported and then
/// counts as not set, so that values built from it can be checked as well.
class Scope {
public:
    Scope(Settings settings, HostValues host, Diagnostics& diagnostics);

    /// Returns all names except settings.
    [[nodiscard]] Names& names() noexcept { return names_; }

    /// Returns the value of a reference as text (lists joined by commas); reports nothing for an
    /// unknown name.
    [[nodiscard]] std::optional<std::string> text(const std::string& name);

    /// Returns the value of a setting as a tree that keeps its type, or nullptr if `name` is not
    /// a setting with a value.
    [[nodiscard]] const Tree* tree(const std::string& name);

    /// Returns `text`, written at `at`, with its references replaced.
    [[nodiscard]] std::string interpolated(const std::string& text, const Position& at,
                                           Diagnostics& diagnostics);

    /// True for a reference to addresses or networks, of which there may be one of each family.
    [[nodiscard]] bool names_families(const std::string& name) const;

    /// Records a setting without a usable value that was already reported.
    void mark_broken(const std::string& name) { broken_.insert(name); }

    /// Resolves every setting, checks its type and returns the table.
    [[nodiscard]] Settings finish();

    /// False if some setting has no usable value: everything built from it would be wrong as
    /// well.
    [[nodiscard]] bool usable() const noexcept { return broken_.empty(); }

private:
    void resolve(Setting& setting, const std::string& name);
    void determine(Setting& setting, const std::string& name);
    [[nodiscard]] std::optional<Tree> resolved_fallback(const SettingSpec& spec);
    void report_cycle(const Setting& setting, const std::string& name);
    [[nodiscard]] Tree resolved(const Tree& raw, const SettingSpec& spec);
    [[nodiscard]] std::optional<std::string> part_of_url(const std::string& name,
                                                         std::string_view part,
                                                         std::string (*take)(const std::string&));
    [[nodiscard]] std::optional<std::string> part_of_networks(const std::string& name);
    [[nodiscard]] std::optional<std::string>
    hosts_of(const std::string& setting, const std::string& networks, const std::string& number);

    Settings settings_;
    Names names_;
    std::vector<std::string>
        in_progress_; ///< the chain of references to the setting being resolved
    std::set<std::string> done_;
    std::set<std::string> broken_; ///< without a usable value, or built from such a setting
    bool met_broken_ = false;      ///< the value being resolved is built from one
    Diagnostics& diagnostics_;
};

} // namespace k8s_node
