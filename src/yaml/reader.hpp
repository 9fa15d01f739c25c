// Strict reading of a Tree: the caller takes known keys by type; any other key is an error at its
// place, with the nearest known key as a hint.
#pragma once

#include <functional>
#include <map>
#include <set>

#include "model/definition.hpp"

namespace k8s_node {

/// Reads one map. Every accessor marks its key as known; `finish()` reports the others. Wrong
/// types are reported and read as absent.
class MapReader {
public:
    /// `what` names the thing for messages: "component", "setting 'port'".
    MapReader(const Tree& tree, std::string what, Diagnostics& diagnostics);

    [[nodiscard]] const Tree* take(const std::string& key);
    [[nodiscard]] const Tree* take_map(const std::string& key);
    [[nodiscard]] const Tree* take_list(const std::string& key);
    [[nodiscard]] std::string take_text(const std::string& key, std::string fallback = {});
    [[nodiscard]] std::string require_text(const std::string& key);
    [[nodiscard]] std::optional<std::int64_t> take_integer(const std::string& key);
    /// A list of scalars; a single scalar counts as a list of one.
    [[nodiscard]] std::vector<std::string> take_texts(const std::string& key);
    /// Like take_texts(), but as scalars with their places. They point into the tree that is
    /// read.
    [[nodiscard]] std::vector<const Tree*> take_scalars(const std::string& key);
    [[nodiscard]] std::vector<NamedAt> take_names(const std::string& key);
    /// A map of scalars to scalars, in the order written.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>>
    take_text_map(const std::string& key);
    /// Like take_text_map(), but as entries with their places.
    [[nodiscard]] std::vector<const Tree::Entry*> take_scalar_map(const std::string& key);
    /// An octal mode such as "0644".
    [[nodiscard]] unsigned take_mode(const std::string& key, unsigned fallback);

    /// Returns where a key's value is written, or else where the map is.
    [[nodiscard]] Position at(const std::string& key) const;

    /// Reports every key that was not taken.
    void finish();

private:
    void wrong_type(const Tree& value, const std::string& key, const std::string& wanted);

    const Tree& tree_;
    std::string what_;
    Diagnostics& diagnostics_;
    std::set<std::string> known_;
};

/// Calls `read` for each entry of the map under `key`.
template <typename Read>
void each_entry(MapReader& reader, const std::string& key, Read read) {
    if (const auto* map = reader.take_map(key)) {
        for (const auto& entry : map->entries()) {
            read(entry);
        }
    }
}

/// Returns the scalars of a list (or a single scalar). Reports anything else. They point into
/// `tree`.
[[nodiscard]] std::vector<const Tree*> scalars_of(const Tree& tree, const std::string& what,
                                                  Diagnostics& diagnostics);

/// Like scalars_of(), but returns their texts.
[[nodiscard]] std::vector<std::string> texts_of(const Tree& tree, const std::string& what,
                                                Diagnostics& diagnostics);

} // namespace k8s_node
